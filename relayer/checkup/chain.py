"""What can be seen on the chain: nodes, contracts, signers, tank, time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from relayer.accounts import open_signers, sponsor_of
from relayer.chain.answers import Block
from relayer.chain.errors import ChainError, NodeError
from relayer.chain.node import Node
from relayer.chain.pool import MOST_LAG_BLOCKS
from relayer.chain.system import System
from relayer.chain.transport import shown_url
from relayer.checkup.findings import Finding, green, red, red_error, yellow
from relayer.checkup.markets import check_markets
from relayer.deployment import Deployment
from relayer.errors import RelayerError
from relayer.intake.fees import budget_gwei
from relayer.rebuild.code import compiled_code, foreign_parts, is_compiled_from
from relayer.rebuild.parts import Parts
from relayer.settings import Settings
from relayer.store.chain_state import TankSnapshot

#: How long a node may take to answer a check.
NODE_TIMEOUT_S: Final = 5.0
#: How far the clock may be behind the newest block.
MOST_BEHIND_S: Final = 30
#: Age of the newest block from which on chain or clock are in question.
OLD_BLOCK_S: Final = 600


def check_nodes(
    settings: Settings, deployment: Deployment | None
) -> tuple[list[Finding], Node | None, Block | None]:
    """Ask every node for its chain and its newest block.

    Returns:
        The findings, and the first node that can be used with its newest block.
    """
    findings: list[Finding] = []
    heads: list[tuple[Node, Block]] = []
    for url in dict.fromkeys((settings.rpc_url, *settings.rpc_urls)):
        node, check = Node(url, NODE_TIMEOUT_S), f"node {shown_url(url)}"
        try:
            chain_id, head = node.chain_id(), node.head()
        except NodeError as error:
            findings.append(
                red(check, str(error), "start the node, or correct rpc_url and rpc_urls")
            )
            continue
        if deployment is not None and chain_id != deployment.chain_id:
            findings.append(
                red(
                    check,
                    f"serves chain {chain_id}; the contracts are on chain {deployment.chain_id}",
                    "correct rpc_url and rpc_urls, or deployment",
                )
            )
            continue
        findings.append(green(check, f"chain {chain_id}, block {head.number}"))
        heads.append((node, head))
    findings += _laggards(heads)
    return findings, *(heads[0] if heads else (None, None))


def check_contracts(node: Node, deployment: Deployment) -> Iterator[Finding]:
    """Compare the code on the chain with the compiled one."""
    code = node.code(deployment.forwarder)
    if not is_compiled_from(code, compiled_code("Forwarder")):
        said = "there is other code" if code else "there is no contract"
        yield red(
            "forwarder",
            f"{said} at {deployment.forwarder}",
            "point deployment to the file of this chain and version, or deploy again",
        )
    else:
        yield green("forwarder", f"{deployment.forwarder} has the code of this version")
    for entry in deployment.trainers:
        parts = Parts(
            chain_id=deployment.chain_id,
            trainer=entry.address,
            name=entry.name,
            forwarder=deployment.forwarder,
            data_handler=entry.data_handler,
            classifier=entry.classifier.address,
            classifier_kind=entry.classifier.kind,
            mechanism=entry.mechanism.address,
            mechanism_kind=entry.mechanism.kind,
        )
        foreign = foreign_parts(node, parts)
        if foreign:
            yield red(
                f"trainer {entry.name}",
                f"other code than this version's: {', '.join(foreign)}",
                "use the version that deployed it, or deploy again",
            )
        else:
            yield green(f"trainer {entry.name}", f"{entry.address} has the code of this version")


def check_signers(node: Node, settings: Settings, system: System) -> Iterator[Finding]:
    """Look whether the accounts that send may spend from the tank and can pay for gas."""
    try:
        signers = open_signers(settings)
    except RelayerError:
        return  # the keystores have been found wanting already
    for signer in signers:
        check = f"signer {signer.address}"
        balance_wei = node.balance_wei(signer.address)
        if not system.forwarder.read(node, "isRelayer", system.sponsor, signer.address):
            yield red(check, "the sponsor does not allow it", "run `relayer signers allow`")
        elif balance_wei == 0:
            yield red(check, "it has no money for gas", f"send money to {signer.address}")
        elif balance_wei < settings.signer_low_wei:
            yield yellow(
                check,
                f"{balance_wei} wei is below signer_low_wei {settings.signer_low_wei}",
                f"send money to {signer.address}, or set treasury_keystore",
            )
        else:
            yield green(check, f"allowed, {balance_wei} wei")


def check_tank(node: Node, system: System, head: Block, now: float) -> Iterator[Finding]:
    """Look whether the sponsor's tank pays today."""
    told: dict[str, Any] = system.forwarder.read(node, "tank", system.sponsor)
    tank = TankSnapshot(
        block_number=head.number,
        available_wei=told["availableWei"],
        reserved_wei=told["reservedWei"],
        daily_limit_wei=told["dailyLimitWei"],
        spent_today_wei=told["spentTodayWei"],
        day=told["day"],
        price_cap_wei=told["priceCapWei"],
        tip_cap_wei=told["tipCapWei"],
        paused=told["paused"],
        relayer_allowed=True,
    )
    left_gwei = budget_gwei(tank, now)
    if tank.paused:
        yield red("tank", "the sponsor has paused it", "the sponsor unpauses it in the Forwarder")
    elif tank.available_wei == 0:
        yield red("tank", f"the tank of {system.sponsor} is empty", "run `relayer fund 0.5ether`")
    elif left_gwei <= 0:
        yield red(
            "tank", "the limit of today is used up", "wait for 00:00 UTC, or raise the daily limit"
        )
    elif head.base_fee_wei > tank.price_cap_wei:
        yield yellow(
            "tank",
            f"the base fee {head.base_fee_wei} is above the price cap {tank.price_cap_wei}",
            "wait, or let the sponsor raise the cap",
        )
    else:
        yield green("tank", f"{tank.available_wei} wei available, {left_gwei} gwei left today")


def check_clock(head: Block, now: float) -> Iterator[Finding]:
    """Hold the machine's clock against the newest block."""
    ahead_s = now - head.timestamp
    if ahead_s < -MOST_BEHIND_S:
        yield red(
            "clock",
            f"{-ahead_s:.0f} s behind the newest block",
            "set the machine's clock; deadlines are judged by it",
        )
    elif ahead_s > OLD_BLOCK_S:
        yield yellow(
            "clock",
            f"the newest block is {ahead_s:.0f} s old",
            "look whether the chain stands still, or the clock is ahead",
        )
    else:
        yield green("clock", f"the newest block is {max(0.0, ahead_s):.0f} s old")


def examine_chain(
    settings: Settings, deployment: Deployment | None, now: float
) -> Iterator[Finding]:
    """Make all checks of this module, as far as the ones before them allow."""
    findings, node, head = check_nodes(settings, deployment)
    yield from findings
    if node is None or head is None:
        return
    yield from check_clock(head, now)
    if deployment is None:
        return
    try:
        yield from check_contracts(node, deployment)
        system = System.of(deployment, sponsor_of(settings, deployment))
        yield from check_signers(node, settings, system)
        yield from check_tank(node, system, head, now)
        yield from check_markets(node, system)
    except (ChainError, RelayerError) as error:
        yield red_error("contracts", error, "mend what is red above, then look again")


def _laggards(heads: Sequence[tuple[Node, Block]]) -> Iterator[Finding]:
    highest = max((head.number for _, head in heads), default=0)
    for node, head in heads:
        if head.number < highest - MOST_LAG_BLOCKS:
            yield yellow(
                f"node {shown_url(node.rpc_url)}",
                f"{highest - head.number} blocks behind the others",
                "look whether it is still syncing",
            )
