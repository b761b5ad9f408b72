"""A development chain such as anvil, whose accounts the node signs for and whose time we set."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from relayer.chain.answers import Receipt
from relayer.chain.contracts import Contract, bind, load_artifact
from relayer.chain.errors import NodeError, NodeRefusalError
from relayer.chain.node import Node
from simulation.errors import ReplayError

GAS_PRICE_WEI: Final = 10**10
GAS_LIMIT: Final = 12_000_000
#: Room in a block for everything that is settled at one second.
BLOCK_GAS: Final = 1_000 * GAS_LIMIT
#: What accounts have for gas beside what they have in the simulation.
GAS_MONEY_WEI: Final = 10**24


@dataclass
class DevelopmentChain:
    """The chain, and what each account paid for gas.

    Attributes:
        node: the node.
        gas_wei: what each account paid for gas so far.
    """

    node: Node
    gas_wei: dict[str, int] = field(default_factory=dict)
    _sent: list[tuple[str, str]] = field(default_factory=list)

    def accounts(self) -> list[str]:
        """The accounts that the node signs for; from here on blocks are made by `mine` alone.

        Raises:
            ReplayError: this is no node of a development chain.
        """
        try:
            self.node.request("evm_setAutomine", [False])
            self.node.request("evm_setBlockGasLimit", [hex(BLOCK_GAS)])
            return [str(each) for each in self.node.request("eth_accounts", [])]
        except NodeRefusalError as error:
            raise ReplayError(
                f"The node refuses what only a development chain does ({error}): start anvil and "
                "give its address."
            ) from error

    def give(self, account: str, amount_wei: int) -> None:
        """Let an account have this much, and money for gas."""
        self.node.request("anvil_setBalance", [account, hex(amount_wei + GAS_MONEY_WEI)])

    def balance_wei(self, account: str) -> int:
        """What an account has beside the money for gas, as if gas cost nothing."""
        return self.node.balance_wei(account) + self.gas_wei.get(account, 0) - GAS_MONEY_WEI

    def create(self, sender: str, name: str, *arguments: Any) -> Contract:
        """Deploy a contract in a block of its own."""
        artifact = load_artifact(name)
        code = artifact.bytecode + artifact.interface.encode_constructor(*arguments)
        self._send(sender, {"data": "0x" + code.hex()})
        (receipt,) = self.mine()
        if receipt.contract_address is None:
            raise ReplayError(f"The chain did not create {name}: use another node.")
        return bind(name, receipt.contract_address)

    def send(
        self, sender: str, contract: Contract, function: str, *arguments: Any, value_wei: int = 0
    ) -> None:
        """Send a call; it takes effect in the next block, after those that were sent before."""
        data = contract.interface.encode(function, *arguments)
        fields = {"to": contract.address, "data": "0x" + data.hex(), "value": hex(value_wei)}
        self._send(sender, fields)

    def mine(self, at: int | None = None) -> Sequence[Receipt]:
        """Make a block of all that was sent, at some unix second or the chain's own time.

        Raises:
            ReplayError: a transaction failed or is not in the block.
        """
        self.node.request("evm_mine", [] if at is None else [hex(at)])
        receipts = [self._receipt(sender, sent) for sender, sent in self._sent]
        self._sent.clear()
        return receipts

    def _send(self, sender: str, fields: dict[str, str]) -> None:
        transaction = {
            "from": sender,
            "gas": hex(GAS_LIMIT),
            "gasPrice": hex(GAS_PRICE_WEI),
            **fields,
        }
        try:
            sent = str(self.node.request("eth_sendTransaction", [transaction]))
        except NodeError as error:
            raise ReplayError(f"The node does not take a transaction: {error}") from error
        self._sent.append((sender, sent))

    def _receipt(self, sender: str, sent: str) -> Receipt:
        receipt = self.node.receipt(sent)
        if receipt is None or not receipt.succeeded:
            what = "not in the block" if receipt is None else "refused by its contract"
            raise ReplayError(
                f"Transaction {sent} is {what}: the chain is not as it was simulated."
            )
        self.gas_wei[sender] = self.gas_wei.get(sender, 0) + receipt.cost_wei
        return receipt
