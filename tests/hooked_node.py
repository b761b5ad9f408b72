"""A real node with tripwires: a test decides what happens around single requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from relayer.chain.errors import NodeRefusalError, NodeUnreachableError
from relayer.chain.node import Node

Hook = Callable[[], None]


class HookedNode(Node):
    """Runs a hook before or after each request of a method; a hook may raise."""

    def __init__(self, rpc_url: str) -> None:
        super().__init__(rpc_url)
        self.before: dict[str, Hook] = {}
        self.after: dict[str, Hook] = {}

    def request(self, method: str, params: Sequence[Any]) -> Any:
        """The answer of the node, with the hooks around it."""
        self.before.get(method, nothing)()
        answer = super().request(method, params)
        self.after.get(method, nothing)()
        return answer

    def silence(self) -> None:
        """Let no request reach the node."""

        class Unplugged(dict[str, Hook]):
            def get(self, key: str, default: Any = None) -> Any:
                return unreachable

        self.before = Unplugged()

    def plug_in(self) -> None:
        """Let requests pass again."""
        self.before = {}


def nothing() -> None:
    """A hook that does nothing."""


def unreachable() -> None:
    """A hook: the connection breaks."""
    raise NodeUnreachableError("the connection broke in a test")


def refuse(words: str) -> Hook:
    """A hook: the node answers with an error."""

    def hook() -> None:
        raise NodeRefusalError("eth_sendRawTransaction", -32000, words)

    return hook


def once(action: Hook, hooks: dict[str, Hook], method: str) -> None:
    """Install a hook that takes itself out before it acts."""

    def hook() -> None:
        hooks.pop(method)
        action()

    hooks[method] = hook
