"""Rounds over a real socket: everything once, whatever happens to the line."""

from __future__ import annotations

import dataclasses
import time
from datetime import UTC, datetime, timedelta

import pytest
from slow_reader import bent

import sync
from sync import Item, inbox, outbox


def _chain(act, count, start=""):
    made = []
    for number in range(count):
        made.append(act(made[-1].digest() if made else start, body=f"body-{number}"))
    return made


def test_everything_arrives_once_and_in_order(booth, centre, act, ballot):
    acts, votes = _chain(act, 7), [ballot(f"vote-{n}") for n in range(5)]
    booth.put(*acts, *votes)
    seen = []
    report = booth.round(batch=3, progress=lambda *step: seen.append(step))
    assert report.ok and (report.sent, report.accepted, report.duplicate, report.rejected) == (12, 12, 0, 0)
    assert centre.received() == {e.id: e.body for e in acts + votes}
    order = [id for batch in centre.batches for id in batch]
    assert {*order[:5]} == {vote.id for vote in votes}
    assert order[5:] == [e.id for e in acts]
    assert ("push", 12, 12) in seen
    again = booth.round()
    assert (again.sent, again.accepted) == (0, 0)
    assert len(centre.received()) == 12
    assert booth.counts() == outbox.Counts(0, 0, settled=12, held=12, refused=0)


def test_answers_lost_after_commit_are_duplicates_next_time(booth, centre, act):
    booth.put(*_chain(act, 6))
    centre.lose_answers = 1
    report = booth.round(batch=4)
    push = next(stage for stage in report.stages if stage.name == "push")
    assert not report.ok and push.problem.startswith("line down")
    assert next(stage for stage in report.stages if stage.name == "pull").ok
    assert len(centre.received()) == 4 and booth.counts().waiting_acts == 6
    report = booth.round(batch=4)
    assert report.ok and (report.sent, report.accepted, report.duplicate) == (6, 2, 4)
    assert len(centre.received()) == 6


@pytest.mark.parametrize("cut", range(1, 5))
def test_a_line_cut_in_the_middle_of_an_answer_costs_a_batch_at_most(booth, centre, act, cut):
    booth.put(*_chain(act, 4))
    centre.items = [Item("settings", "a", 1, "x" * 100), Item("settings", "b", 2, "y" * 100)]
    centre.cut_answers = cut
    for _ in range(cut + 1):
        report = booth.round(batch=2)
        if report.ok:
            break
    assert report.ok and len(centre.received()) == 4
    assert [item.key for item in booth.applied] == ["a", "b"]


def test_same_id_with_other_bytes_is_a_conflict_and_stays_visible(booth, centre, act):
    first = act()
    booth.put(first)
    booth.round()
    with booth.engine.begin() as connection:
        outbox.ask_again(connection)
    with booth.engine.begin() as connection:
        connection.execute(outbox.acts.update().values(message=bent(first, body="other bytes")))
    report = booth.round()
    assert report.rejected == 1  # the signature no longer holds
    with booth.engine.begin() as connection:
        assert [problem.reason for problem in outbox.problems(connection)] == ["signature"]
    assert booth.counts().refused == 1 and centre.received() == {first.id: first.body}


def test_rejected_is_kept_and_can_be_retried(booth, centre, act, ballot):
    centre.refused_kinds = {"ballot"}
    vote, other = ballot(), act()
    booth.put(vote, other)
    report = booth.round()
    assert report.ok and (report.accepted, report.rejected) == (1, 1)
    with booth.engine.begin() as connection:
        assert outbox.problems(connection) == [outbox.Problem(vote.id, "ballot", vote.digest(), "unknown-kind")]
    assert booth.round().sent == 0
    centre.refused_kinds = set()
    with booth.engine.begin() as connection:
        assert outbox.retry(connection, vote.id) and not outbox.retry(connection, other.id)
    assert booth.round().accepted == 1 and vote.id in centre.received()
    with booth.engine.begin() as connection:
        assert outbox.problems(connection) == []


def test_an_envelope_without_an_answer_waits_and_does_not_loop(booth, centre, act):
    booth.put(*_chain(act, 3))
    centre.drop_first_answer = 1
    report = booth.round()
    assert (report.sent, report.accepted) == (3, 2) and booth.counts().waiting_acts == 1
    report = booth.round()
    assert (report.sent, report.duplicate) == (1, 1) and booth.counts().waiting_acts == 0
    with booth.engine.begin() as connection:
        assert outbox.problems(connection) == []


def test_batches_shrink_after_413(booth, centre, act):
    booth.put(*_chain(act, 20))
    centre.most_per_batch = 3
    report = booth.round(batch=20)
    assert report.ok and (report.sent, report.accepted) == (20, 20)
    assert max(len(batch) for batch in centre.batches) <= 3


def test_one_envelope_too_large_does_not_block_the_others(booth, centre, act):
    first = act(body="x" * 999_900)
    booth.put(first, act(first.digest()))
    report = booth.round()
    assert report.ok and report.accepted == 1 and booth.counts().waiting_acts == 1
    with booth.engine.begin() as connection:
        assert [problem.reason for problem in outbox.problems(connection)] == ["too-large"]


@pytest.mark.parametrize("broken", ["hello_down", "outbox_down", "pull_down"])
def test_no_stage_waits_for_another(booth, centre, act, broken):
    booth.put(act())
    centre.items = [Item("settings", "a", 1, "x")]
    setattr(centre, broken, True)
    report = booth.round()
    failed = {"hello_down": "hello", "outbox_down": "push", "pull_down": "pull"}[broken]
    assert [stage.name for stage in report.stages if not stage.ok] == [failed]
    assert (len(centre.received()), len(booth.applied)) == (failed != "push", failed != "pull")


def test_no_centre_at_all(booth, centre, act):
    booth.put(act())
    booth.client._base = "http://127.0.0.1:9"
    report = booth.round()
    assert [stage.problem.split(":")[0] for stage in report.stages] == ["line down"] * 3
    assert booth.counts().waiting_acts == 1
    assert report.to_json()["ok"] is False


def test_another_town_hall_gets_nothing(booth, centre, act):
    booth.put(act())
    report = booth.round(municipality="ours")
    assert [stage.problem for stage in report.stages] == ["municipality"] and not centre.received()


@pytest.mark.parametrize(("municipality", "heard"), [("demo", [("demo", 0)]), (None, [("demo", 0)]), ("ours", [])])
def test_only_our_own_town_hall_is_heard_and_before_it_is_sent_anything(booth, centre, act, municipality, heard):
    booth.put(act())
    said: list[tuple[str, int]] = []
    apply = sync.Apply(booth.apply, heard=lambda hello: said.append((hello.municipality, len(centre.received()))))
    sync.Round(booth.client, booth.engine.begin, apply, sync.Policy(booth.keys, municipality)).run(datetime.now(UTC))
    assert said == heard and len(centre.received()) == len(heard)


def test_who_is_a_stranger():
    now, known = datetime.now(UTC), sync.PROTOCOL
    said = [sync.Hello(protocol, now, town) for protocol in (known + 1, known) for town in ("ours", "x")]
    assert [sync.Policy({}, "ours").stranger(hello) for hello in said] == ["protocol", "protocol", "", "municipality"]
    assert [sync.Policy({}).stranger(hello) for hello in said] == ["protocol", "protocol", "", ""]


def test_a_bad_item_is_set_aside_and_the_rest_is_applied(booth, centre):
    centre.items = [Item("election", name, seq, f"body of {name}") for seq, name in enumerate("abcde", 1)]
    booth.rejects, booth.explodes = {"b"}, {"d"}
    report = booth.round()
    assert report.ok and (report.pulled, report.applied, report.set_aside) == (5, 3, 2)
    with booth.engine.begin() as connection:
        assert [(item.key, why) for item, why in inbox.problems(connection)] == [
            ("b", "unknown-kind"),
            ("d", "failed: ValueError"),
        ]
        assert [item.key for item in inbox.all_of(connection, "election")] == ["a", "c", "e"]
        assert inbox.cursor(connection) == 5
    booth.rejects, booth.explodes = set(), set()
    report = booth.round()
    assert (report.pulled, report.applied, report.set_aside) == (0, 2, 0)
    with booth.engine.begin() as connection:
        assert inbox.problems(connection) == []
        assert inbox.get(connection, "election", "d") == centre.items[3]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"body":"true"', b'"body":"fals"'),
        (b'"key":"a"', b'"key":"b"'),
        (b'"seq":1', b'"seq":7'),
        (b'"more":false', b'"more":true'),
        (b'"cursor":1', b'"cursor":9'),
    ],
)
def test_a_tampered_page_changes_nothing(booth, centre, old, new):
    centre.items = [Item("settings", "a", 1, "true")]

    def tamper(body: bytes) -> bytes:
        assert old in body
        return body.replace(old, new)

    centre.tamper = tamper
    report = booth.round()
    assert not report.ok and booth.applied == []
    with booth.engine.begin() as connection:
        assert inbox.cursor(connection) == 0 and inbox.all_of(connection, "settings") == []


def test_an_impostor_centre_is_not_believed(booth, centre, act):
    from cryptography.hazmat.primitives.asymmetric import ec

    centre.key = ec.generate_private_key(ec.SECP256R1())
    centre.items = [Item("settings", "a", 1, "x")]
    booth.put(act())
    report = booth.round()
    assert [stage.problem for stage in report.stages] == ["garbled: answer bad-signature"] * 3
    assert booth.counts().waiting_acts == 1 and booth.applied == []


def test_a_page_signed_by_an_impostor_is_not_believed_without_signed_answers(booth, centre, booth_key):
    from cryptography.hazmat.primitives.asymmetric import ec

    client = sync.Client(centre.url, "booth-1", booth_key, timeout=(60, 60))
    booth.client.close()
    booth.client = client
    centre.key = ec.generate_private_key(ec.SECP256R1())
    centre.items = [Item("settings", "a", 1, "x")]
    report = booth.round()
    client.close()
    assert report.stages[-1].problem.startswith("not signed") and booth.applied == []


@pytest.mark.parametrize("offset", [timedelta(seconds=30), timedelta(hours=-2), timedelta(days=3)])
def test_a_wrong_clock_is_learned(booth, centre, act, offset):
    booth.put(act())
    booth.client._clock = lambda: datetime.now(UTC) + offset
    began = time.monotonic()
    report = booth.round()
    assert report.ok and report.accepted == 1
    # The line tells whole seconds, and when it was said lies anywhere between asking and hearing.
    assert abs(report.clock_offset + offset) < timedelta(seconds=2 + time.monotonic() - began)


def test_older_matter_never_replaces_newer(booth, centre):
    centre.items = [Item("crl", "ca", 5, "new")]
    booth.round()
    centre.items = [Item("crl", "ca", 5, "same seq, other body"), Item("crl", "ca", 3, "old")]
    with booth.engine.begin() as connection:
        inbox.set_cursor(connection, 0)
    centre.items.sort(key=lambda item: item.seq)
    report = booth.round()
    assert report.applied == 0 and report.set_aside == 1
    with booth.engine.begin() as connection:
        assert inbox.get(connection, "crl", "ca") == Item("crl", "ca", 5, "new")
        assert [why for _, why in inbox.problems(connection)] == ["conflict"]


def test_bodies_go_only_when_a_backup_has_them(booth, centre, act, ballot):
    booth.put(act(), ballot())
    booth.round()
    centre.kept_through = datetime.now(UTC) - timedelta(minutes=1)
    assert booth.round().released == 0 and booth.counts().held == 2
    centre.kept_through = datetime.now(UTC) + timedelta(minutes=1)
    assert booth.round().released == 2
    assert booth.counts() == outbox.Counts(0, 0, settled=2, held=0, refused=0)


def test_a_hello_that_nobody_signed_releases_nothing(booth, centre, act, booth_key):
    booth.put(act())
    booth.round()
    booth.client.close()
    booth.client = sync.Client(centre.url, "booth-1", booth_key, timeout=(60, 60))
    centre.kept_through = datetime.now(UTC) + timedelta(days=1)
    reports = [booth.round() for _ in range(3)]
    booth.client.close()
    assert all(report.ok for report in reports) and booth.counts().held == 1


def test_a_centre_restored_from_backup_is_told_again(booth, centre, act):
    booth.put(*_chain(act, 3))
    booth.round()
    centre.forget()
    centre.epoch = "2"
    report = booth.round()
    assert (report.sent, report.accepted) == (3, 3) and len(centre.received()) == 3
    assert booth.round().sent == 0


def test_a_pull_that_was_killed_goes_on_and_applies_nothing_twice(booth, centre):
    centre.items = [Item("settings", name, seq, name) for seq, name in enumerate("abcde", 1)]
    centre.page = 3
    apply = booth.apply

    def dying(connection, item):
        apply(connection, item)
        if item.key == "b":
            raise KeyboardInterrupt

    booth.apply = dying
    with pytest.raises(KeyboardInterrupt):
        booth.round()
    booth.apply = apply
    assert booth.round().ok
    with booth.engine.begin() as connection:
        assert [item.key for item in inbox.all_of(connection, "settings")] == list("abcde")
    # "a" and "b" were rolled back with their group and came again; nothing else did.
    assert [item.key for item in booth.applied] == ["a", "b", "a", "b", "c", "d", "e"]


def test_the_same_batch_pushed_twice_is_stored_once(client, centre, act, ballot):
    batch = [act(), ballot()]
    assert [answer.outcome for answer in client.push(batch)] == ["accepted"] * 2
    assert [answer.outcome for answer in client.push(batch)] == ["duplicate"] * 2
    assert len(centre.received()) == 2


def test_an_envelope_edited_on_the_way_is_a_conflict(client, centre, booth_key, act):
    first = act()
    client.push([first])
    twin = sync.sign_envelope(
        kind=first.kind,
        version=1,
        booth=first.booth,
        made_at=first.made_at,
        previous="",
        body="other",
        sign=sync.sign_with(booth_key),
        id=first.id,
    )
    assert [(answer.outcome, answer.reason) for answer in client.push([twin])] == [("rejected", "conflict")]
    assert centre.received() == {first.id: first.body}


def test_a_withdrawn_item_is_gone_and_does_not_come_back(booth, centre):
    centre.items = [Item("slip", "card", 1, "sealed")]
    booth.round()
    centre.items = [Item("slip", "card", 2, "")]
    booth.round()
    with booth.engine.begin() as connection:
        assert inbox.get(connection, "slip", "card") is None and inbox.all_of(connection, "slip") == []
        assert inbox.store_item(connection, Item("slip", "card", 1, "sealed")) is inbox.Stored.STALE


def test_cursor_that_goes_back_ends_the_pull(booth, centre):
    @dataclasses.dataclass
    class Looping:
        inner: sync.Client
        trusted: bool = False
        clock_offset: timedelta = timedelta(0)
        bytes_sent: int = 0
        bytes_received: int = 0
        pulls: int = 0

        def hello(self):
            return self.inner.hello()

        def push(self, envelopes):
            return self.inner.push(envelopes)

        def pull(self, cursor, limit=500):
            self.pulls += 1
            return self.inner.pull(0)

    centre.items = [Item("settings", name, seq, name) for seq, name in enumerate("abcd", 1)]
    looping = Looping(booth.client)
    this = sync.Round(looping, booth.engine.begin, sync.Apply(booth.apply), sync.Policy(booth.keys))
    report = this.run(datetime.now(UTC))
    assert report.stages[-1].problem == "cursor went back" and looping.pulls == 2
    booth.round()
    centre.items = centre.items[:1]
    report = this.run(datetime.now(UTC))
    assert report.stages[-1].problem == "cursor went back"
    with booth.engine.begin() as connection:
        assert inbox.cursor(connection) == 4
