"""Messages arrive at least once, signed, in time, and never somewhere else."""

from __future__ import annotations

import itertools
import json
import threading
from typing import Any

from relayer.notify.schedule import PAUSES_S
from relayer.notify.signing import verify
from relayer.notify.targets import TargetRules
from tests.chain import Player
from tests.house import DOMAIN, House
from tests.integration.notify.game import Game
from tests.integration.notify.receiver import BOUND_S, Receiver
from tests.unit.pipeline.test_lane_queries import plans_of


def test_a_change_of_status_is_told_once_with_what_became_of_it(
    open_house: House, game: Game, receiver: Receiver
) -> None:
    webhook = game.add_webhook(receiver.url)
    contribution = game.contribute()
    game.fail(contribution)
    notifier = game.notifier()
    assert notifier.step() == 1
    assert notifier.step() == 0
    (request,) = receiver.received
    message_id = verify(webhook["secret"], request.headers, request.body, open_house.clock.now())
    told = json.loads(request.body)
    assert told["type"] == "contribution.failed"
    assert told["timestamp"].endswith("Z")
    assert (told["data"]["id"], told["data"]["status"]) == (contribution, "failed")
    assert told["data"]["reason"] == "unfit"
    assert request.path == "/hook?a=1"
    (row,) = game.messages(webhook)
    assert (row["id"], row["status"], row["tries"]) == (message_id, "delivered", 1)


def test_only_what_was_asked_for_is_told(game: Game, receiver: Receiver) -> None:
    game.add_webhook(receiver.url, events=["contribution.settled"])
    game.fail(game.contribute())
    assert game.notifier().step() == 0


def test_what_came_without_the_games_key_is_not_told(
    open_house: House, game: Game, receiver: Receiver
) -> None:
    game.add_webhook(receiver.url)
    game.fail(open_house.send(open_house.contribution(player=2)).get_json()["id"])
    assert game.notifier().step() == 0


def test_a_change_that_is_undone_is_not_told(
    open_house: House, game: Game, receiver: Receiver
) -> None:
    game.add_webhook(receiver.url)
    contribution = game.contribute()
    with open_house.store.transaction() as connection:
        game.fail(contribution)
        connection.execute("ROLLBACK")
        connection.execute("BEGIN")
    assert game.notifier().step() == 0


def test_a_receiver_that_fails_is_tried_by_the_schedule_until_the_message_is_dead(
    open_house: House, game: Game, receiver: Receiver
) -> None:
    webhook = game.add_webhook(receiver.url)
    game.fail(game.contribute())
    notifier = game.notifier()
    receiver.answers = [500] * (len(PAUSES_S) + 1)
    for pause_s in PAUSES_S:
        assert notifier.step() == 1
        assert notifier.step() == 0, "not before the pause is over"
        open_house.clock.advance(1.1 * pause_s + 1)
    assert notifier.step() == 1
    (row,) = game.messages(webhook, "?status=dead")
    assert row["tries"] == len(PAUSES_S) + 1
    assert row["answer"] == "HTTP 500"
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 1


def test_a_dead_message_is_replayed_on_demand(
    open_house: House, game: Game, receiver: Receiver
) -> None:
    webhook = game.add_webhook(receiver.url)
    game.fail(game.contribute())
    receiver.answers = [410]
    game.notifier().step()
    assert game.call("GET", f"webhooks/{webhook['id']}").get_json()["disabled_reason"]
    assert game.messages(webhook)[0]["status"] == "dead"
    answer = game.call("POST", f"webhooks/{webhook['id']}/replay", {})
    assert (answer.status_code, answer.get_json()) == (202, {"messages": 1})
    assert game.notifier().step() == 1
    assert game.messages(webhook)[0]["status"] == "delivered"
    assert game.call("GET", f"webhooks/{webhook['id']}").get_json()["disabled_at"] is None


def test_messages_of_many_rounds_are_delivered_by_the_same_few_threads(
    game: Game, receiver: Receiver
) -> None:
    game.add_webhook(receiver.url)
    game.add_webhook(receiver.url)
    notifier, names, player = game.notifier(), set(), Player(1, DOMAIN)
    deliver = notifier._deliver

    def noted(*pair: Any) -> None:
        names.add(threading.current_thread().name)
        deliver(*pair)

    notifier._deliver = noted  # type: ignore[assignment]
    for _ in range(5):
        game.fail(game.contribute(player=player))
        assert notifier.step() == 2
    assert 1 <= len(names) <= 4


def test_who_answers_410_gets_nothing_more(game: Game, receiver: Receiver) -> None:
    game.add_webhook(receiver.url)
    first, second, third = (game.contribute(player=number) for number in (1, 2, 3))
    game.fail(first)
    receiver.answers = [410]
    game.notifier().step()
    game.fail(second)
    game.fail(third)
    assert game.notifier().step() == 0


def test_a_game_whose_key_was_revoked_is_told_nothing_more(
    open_house: House, game: Game, receiver: Receiver
) -> None:
    webhook = game.add_webhook(receiver.url)
    first, second = (game.contribute(player=number) for number in (1, 2))
    game.fail(first)
    assert open_house.store.game_keys.revoke(game.token.id, open_house.clock.now())
    game.fail(second)
    assert game.notifier().step() == 0
    assert receiver.received == []
    assert open_house.store.webhooks.counts(webhook["id"]) == {"dead": 1}


def test_a_redirect_is_not_followed(game: Game, receiver: Receiver) -> None:
    elsewhere = Receiver()
    try:
        webhook = game.add_webhook(receiver.url)
        game.fail(game.contribute())
        receiver.answers, receiver.headers = [302], {"Location": elsewhere.url}
        game.notifier().step()
        assert elsewhere.received == []
        assert game.messages(webhook)[0]["answer"] == "HTTP 302"
    finally:
        elsewhere.close()


def test_a_slow_receiver_costs_its_time_out_and_holds_up_nobody_else(
    open_house: House, game: Game, receiver: Receiver
) -> None:
    slow = Receiver()
    slow.hold.set()
    try:
        late = game.add_webhook(slow.url)
        for _ in range(6):
            game.call("POST", f"webhooks/{late['id']}/ping")
        game.add_webhook(receiver.url)
        game.fail(game.contribute())
        notifier = game.notifier(timeout_s=0.5)
        assert notifier.step() == 3
        assert len(receiver.received) == 1
        answers = [row["answer"] for row in game.messages(late)]
        assert answers.count("no answer: too slow") == 2
        assert answers.count(None) == len(answers) - 2
    finally:
        slow.close()


def test_while_a_slow_receiver_is_waited_for_all_the_messages_of_others_go_out(
    game: Game, receiver: Receiver
) -> None:
    slow, stop_event = Receiver(), threading.Event()
    slow.hold.set()
    running = threading.Thread(
        target=game.notifier(timeout_s=float(BOUND_S)).run, args=(stop_event,)
    )
    try:
        for target in (slow, receiver):
            webhook = game.add_webhook(target.url)
            for _ in range(12):
                game.call("POST", f"webhooks/{webhook['id']}/ping")
        running.start()
        for _ in range(BOUND_S * 100):
            if len(receiver.received) == 12:
                break
            threading.Event().wait(0.005)
        assert (len(receiver.received), len(slow.received)) == (12, 2)
    finally:
        slow.free.set()
        stop_event.set()
        running.join(BOUND_S)
        slow.close()


def test_slow_receivers_share_half_of_the_threads_however_many_they_are(
    game: Game, receiver: Receiver
) -> None:
    others, seconds = [Receiver(), Receiver()], itertools.count(step=2)
    notifier = game.notifier(monotonic=lambda: float(next(seconds)))
    try:
        for target in (*others, receiver):
            webhook = game.add_webhook(target.url)
            for _ in range(6 if target is not receiver else 0):
                game.call("POST", f"webhooks/{webhook['id']}/ping")
        assert notifier.step() == 4, "nobody knows yet that they are slow"
        for _ in range(4):
            game.call("POST", f"webhooks/{webhook['id']}/ping")
        assert notifier.step() == 4
        assert [len(each.received) for each in (*others, receiver)] == [3, 3, 2]
    finally:
        for each in others:
            each.close()


def test_a_long_backlog_is_not_looked_through_for_what_is_next(
    open_house: House, game: Game
) -> None:
    webhook, now = game.add_webhook("http://127.0.0.1:9000/hook"), open_house.clock.now()
    game.call("POST", f"webhooks/{webhook['id']}/ping")
    plan = plans_of(open_house.store, lambda store: store.webhooks.due(now, 2))
    assert any("webhook_messages_waiting (webhook=? AND due_at<?)" in step for step in plan)
    assert not any("TEMP B-TREE" in step for step in plan), plan


def test_a_kill_between_claim_and_note_means_a_second_try_not_a_loss(
    open_house: House, game: Game, receiver: Receiver
) -> None:
    game.add_webhook(receiver.url)
    game.fail(game.contribute())
    now = open_house.clock.now()
    [due] = open_house.store.webhooks.due(now, 2)
    assert len(open_house.store.webhooks.claim([due.sequence], now, now + 40)) == 1
    assert open_house.store.webhooks.claim([due.sequence], now, now + 40) == [], "it is taken"
    assert game.notifier().step() == 0, "claimed by somebody"
    open_house.clock.advance(41)
    assert game.notifier().step() == 1
    assert len(receiver.received) == 1


def test_a_private_target_is_not_posted_to_even_if_it_was_public_before(
    open_house: House, game: Game, receiver: Receiver
) -> None:
    webhook = game.add_webhook(receiver.url)
    game.fail(game.contribute())
    rebound = TargetRules(False, lambda host, port: ["127.0.0.1"])
    with open_house.store.transaction() as connection:
        connection.execute("UPDATE webhooks SET url = 'https://game.example/hook'")
    notifier = game.notifier()
    notifier._rules = rebound
    assert notifier.step() == 1
    assert receiver.received == []
    assert "not a public address" in game.messages(webhook)[0]["answer"]


def test_while_a_secret_is_rotated_both_are_right(
    open_house: House, game: Game, receiver: Receiver
) -> None:
    webhook = game.add_webhook(receiver.url)
    answer = game.call("POST", f"webhooks/{webhook['id']}/secret", {"overlap_s": 60})
    fresh = answer.get_json()["secret"]
    assert fresh != webhook["secret"]
    for number, secrets in ((1, [webhook["secret"], fresh]), (2, [fresh])):
        game.fail(game.contribute(player=number))
        game.notifier().step()
        request, now = receiver.received[-1], open_house.clock.now()
        for secret in secrets:
            verify(secret, request.headers, request.body, now)
        open_house.clock.advance(61)
        open_house.open_doors()
    assert len(receiver.received[-1].headers["webhook-signature"].split()) == 1


def test_ended_messages_are_swept_after_their_time(
    open_house: House, game: Game, receiver: Receiver
) -> None:
    webhook = game.add_webhook(receiver.url)
    game.fail(game.contribute())
    notifier = game.notifier(keep_s=100)
    notifier.step()
    open_house.clock.advance(101)
    notifier.step()
    assert game.messages(webhook) == []


def test_the_running_notifier_ends_with_its_event(game: Game, receiver: Receiver) -> None:
    game.add_webhook(receiver.url)
    game.fail(game.contribute())
    stop_event = threading.Event()
    running = threading.Thread(target=game.notifier().run, args=(stop_event,))
    running.start()
    for _ in range(BOUND_S * 1_000):
        if receiver.received:
            break
        threading.Event().wait(0.001)
    stop_event.set()
    running.join(BOUND_S)
    assert not running.is_alive()
    assert len(receiver.received) == 1
