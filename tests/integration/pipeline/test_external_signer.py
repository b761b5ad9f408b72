"""A worker whose keys are kept by another process, which behaves, misbehaves and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relayer.accounts import open_signers
from relayer.clock import ManualClock
from relayer.keys import Signer, TransactionSigner
from relayer.settings import Settings
from relayer.worker import Worker
from tests.chain import Chain
from tests.pipeline import Pipeline, make_settings
from tests.signing_service import Mood, SigningService


@pytest.fixture
def service(chain: Chain) -> Iterator[SigningService]:
    service = SigningService(chain.hire(3))
    yield service
    service.close()


def start(
    chain: Chain, folder: Path, service: SigningService, *local: bytes
) -> tuple[Pipeline, ManualClock]:
    settings = make_settings(
        chain,
        folder,
        external_signer_url=service.url,
        external_signer_addresses=(Signer(service.key).address,),
    )
    clock = ManualClock(float(chain.now()))
    signers: list[TransactionSigner] = [*open_signers(settings, clock), *map(Signer, local)]
    return Pipeline(chain, settings, Worker(settings, clock=clock, signers=signers)), clock


def test_external_signer_signs_and_everything_takes_effect(
    chain: Chain, tmp_path: Path, service: SigningService
) -> None:
    pipeline, _ = start(chain, tmp_path, service)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert chain.node.transaction_count(Signer(service.key).address) == 1
    assert isinstance(pipeline.settings, Settings)


@pytest.mark.parametrize("mood", [Mood.REFUSING, Mood.OTHER_RECEIVER, Mood.FAILING])
def test_nothing_is_sent_until_the_signer_signs_what_it_is_asked_to(
    chain: Chain, tmp_path: Path, service: SigningService, mood: Mood
) -> None:
    pipeline, clock = start(chain, tmp_path, service)
    if mood is Mood.FAILING:
        service.key, key = b"\x77" * 32, service.key
    ids = pipeline.queue(pipeline.contributions(3))
    honest, service.mood = service.mood, mood
    for _ in range(4):
        pipeline.step()
        chain.mine()
        clock.advance(1)
    assert set(pipeline.statuses(ids)) == {"sent"}
    assert pipeline.store.transactions.attempts(1) == []
    assert chain.node.transaction_count(pipeline.worker.signers[0].address, "pending") == 0
    view = pipeline.store.chain_state.view()
    assert view.heartbeat is not None
    assert "signer" in (view.heartbeat.detail or "")
    assert view.signers_fault is not None
    later = pipeline.queue(pipeline.contributions(2, first_player=30))
    pipeline.step()
    assert set(pipeline.statuses(later)) == {"queued"}, "its lane gets nothing more"
    service.mood = honest
    if mood is Mood.FAILING:
        service.key = key
    clock.advance(60)
    pipeline.run_until(pipeline.all_are([*ids, *later], "confirmed"))
    assert pipeline.store.chain_state.view().signers_fault is None


def test_other_lanes_go_on_while_an_external_signer_is_away(
    chain: Chain, tmp_path: Path, service: SigningService
) -> None:
    pipeline, clock = start(chain, tmp_path, service, chain.relayer_key)
    service.mood = Mood.REFUSING
    stuck = pipeline.queue(pipeline.contributions(1))
    pipeline.step()
    later = pipeline.queue(pipeline.contributions(3, first_player=20))
    pipeline.run_until(pipeline.all_are(later, "confirmed"))
    assert pipeline.statuses(stuck) == ["sent"]
    assert chain.node.transaction_count(chain.relayer) == 1
    service.mood = Mood.CLEF
    clock.advance(60)
    pipeline.run_until(pipeline.all_are(stuck, "confirmed"))
    assert pipeline.store.chain_state.view().signers_fault is None


def test_signer_that_refuses_is_asked_less_often_each_time(
    chain: Chain, tmp_path: Path, service: SigningService
) -> None:
    pipeline, clock = start(chain, tmp_path, service)
    service.mood = Mood.REFUSING
    pipeline.queue(pipeline.contributions(1))
    for _ in range(130):
        pipeline.step()
        clock.advance(1)
    assert 5 <= len(service.requests) <= 8
