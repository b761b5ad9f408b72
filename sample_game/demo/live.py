"""The demo that stays up: three addresses, and a ledger line that follows the chain."""

from relayer.chain.errors import NodeUnreachableError
from relayer.chain.node import Node
from relayer.clock import Clock
from sample_game.demo.chain_book import ChainBook
from sample_game.demo.ledger import Ledger, read_ledger
from sample_game.demo.report import eth, percent
from sample_game.demo.stage import Stage
from sample_game.demo.terminal import Terminal

#: How often the ledger line is refreshed on a terminal, and written anew elsewhere, in seconds.
REFRESH_S, REWRITE_S = 1.0, 10.0
#: How often the processes are looked at, in seconds.
WATCH_S = 0.2


def show_addresses(stage: Stage, terminal: Terminal) -> None:
    """Name the three addresses to open."""
    ports = stage.plan.ports
    terminal.show(
        f"\n  Play Hunch        {ports.game_url}/\n"
        f"  Relayer's status  {ports.relayer_url}/status\n"
        f"  Chain (JSON-RPC)  {ports.chain_url}\n\n"
        f"  Logs are in {stage.plan.logs}/. Ctrl-C ends the demo.\n"
    )


def stay_up(stage: Stage, terminal: Terminal, clock: Clock) -> None:
    """Show the ledger until the demo is stopped.

    Raises:
        ProcessFailedError: a process of the demo has ended.
    """
    reader = LedgerReader(stage)
    refresh_s = REFRESH_S if terminal.is_live else REWRITE_S
    while True:
        terminal.refresh(line_now(reader, stage.node))
        again_at = clock.now() + refresh_s
        while clock.now() < again_at:
            stage.supervisor.check()
            clock.sleep(WATCH_S)


def line_now(reader: "LedgerReader", node: Node) -> str:
    """The ledger in one line; on a busy machine the chain may be slow, which ends no demo."""
    try:
        ledger = reader.read(node)
    except NodeUnreachableError as error:
        return f"the chain is slow to answer and is asked again soon ({error})"
    return ledger_line(reader.book, ledger)


class LedgerReader:
    """Follows the chain and reads the ledger one block below its head.

    A node may answer for its newest block with what the next one, just being made, has already
    changed. The block below is settled history.
    """

    def __init__(self, stage: Stage) -> None:
        deployment = stage.deployment
        self.book = ChainBook(deployment.forwarder, deployment.block_number)
        self._mechanisms = [entry.mechanism for entry in deployment.trainers]
        #: Blocks at which a book was off.
        self.unbalanced_blocks: list[int] = []

    def read(self, node: Node) -> Ledger:
        """The ledger at the newest block that has another one on top."""
        block = node.head().number - 1
        self.book.read(node, block)
        ledger = read_ledger(node, self.book, self._mechanisms, block)
        if not ledger.books_balance:
            self.unbalanced_blocks.append(block)
        return ledger


def ledger_line(book: ChainBook, ledger: Ledger) -> str:
    """The state of everything in one line."""
    back = percent(ledger.relayer_credited_wei, ledger.relayer_spent_on_gas_wei)
    # Most telling first: a narrow terminal cuts the end off.
    return (
        f"{book.mined} mined · {book.settled} settled · "
        f"gas {eth(ledger.relayer_spent_on_gas_wei, 4)} ETH, {back:.0f} % back · "
        f"books {'balance' if ledger.books_balance else 'DO NOT BALANCE'} · "
        f"{book.forfeited} forfeited · players {eth(ledger.player_balances_wei, 4)} ETH · "
        f"tank {eth(ledger.tank_available_wei, 4)} ETH · block {ledger.block_number}"
    )
