"""web3 over the relayer's nodes: games read contracts of their own with the same care."""

from __future__ import annotations

from typing import Any, cast

import pytest
from web3 import Web3
from web3.contract import Contract
from web3.exceptions import ContractCustomError, ContractLogicError

from relayer.chain.contracts import load_artifact
from relayer.chain.errors import NodeUnreachableError
from relayer.chain.node import Node
from relayer.chain.web3_provider import NodeProvider
from tests.chain import Chain
from tests.house import STRANGER


def forwarder_of(chain: Chain, web3: Web3) -> Contract:
    address = Web3.to_checksum_address(chain.deployment.forwarder)
    return web3.eth.contract(address, abi=cast(Any, load_artifact("Forwarder").abi))


def test_a_contract_is_read_as_the_relayer_reads_it(chain: Chain) -> None:
    web3 = Web3(NodeProvider(chain.node))
    artifact = load_artifact("Forwarder")
    forwarder = web3.eth.contract(
        Web3.to_checksum_address(chain.deployment.forwarder), abi=artifact.abi
    )
    sponsor = Web3.to_checksum_address(str(chain.deployment.sponsor))
    assert web3.is_connected()
    assert web3.eth.chain_id == chain.deployment.chain_id
    assert web3.eth.block_number == chain.node.head().number
    tank = forwarder.functions.tank(sponsor).call()
    assert tank[0] > 0


def test_a_revert_is_one_for_web3_as_well(chain: Chain) -> None:
    web3 = Web3(NodeProvider(chain.node))
    artifact = load_artifact("Forwarder")
    forwarder = web3.eth.contract(
        Web3.to_checksum_address(chain.deployment.forwarder), abi=artifact.abi
    )
    with pytest.raises((ContractLogicError, ContractCustomError)):
        forwarder.functions.withdrawCredit(STRANGER, 10**30).call()


def test_a_node_that_is_not_there_is_not_connected() -> None:
    web3 = Web3(NodeProvider(Node("http://127.0.0.1:9")))
    assert not web3.is_connected()
    with pytest.raises(NodeUnreachableError):
        web3.eth.get_block("latest")
