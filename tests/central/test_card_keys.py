"""No key is certified twice: across a card's slots, with all that was ever issued, by two offices at once. What an old
store brought twice is shown, left out of votes by name, and stops nobody else."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlite
from alembic import command
from alembic.config import Config
from card_office import MARIA, acts, card_authority, held
from cards import Batch, PulledAt, negated
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from machine import Machine

from card_reader import (
    BadKey,
    CardImage,
    Slot,
    VirtualCard,
    VirtualReader,
    fingerprint,
    make_card_image,
    modulus,
)
from central.clock import LastKnown
from central.demo import vote
from central.demo.cards import certificates_only
from central.kernel.centre import Centre
from central.kernel.outcome import Done
from central.matters.cards.store import drop_cards
from central.matters.votes import service as elections
from central.matters.votes import standings
from central.matters.votes.life import drawing_up
from central.matters.votes.store import elections as election_rows
from central.office.cards import keys as card_keys
from central.office.cards import lifecycle
from central.office.cards import making as card_making
from central.office.cards.letters import LetterFile
from central.office.cards.making import Blank, Failed, Made
from central.office.roll import registry
from central.store import Store, alarms, engine, last_time, open_store
from central.store.office import card_keys as key_rows
from central.store.office import cards as card_rows
from central.store.office import registry as rows
from municipality.matters.cards.rules import State
from municipality.matters.votes.messages import Election

A, D, E = Slot.AUTHENTICATION, Slot.KEY_MANAGEMENT, Slot.CARD_AUTHENTICATION
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def p256() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def making(centre: Centre, on_paper: list[Any], tmp_path: Path) -> Callable[..., tuple[str, Any]]:
    """Order a technician's card and make it of this blank one: its number and what came of it."""

    def make(card: VirtualCard, *, pulled_at: int | None = None, rsa_keys: bool = False) -> tuple[str, Any]:
        order, reader = lifecycle.order_technicians(centre, who=MARIA), VirtualReader()
        assert isinstance(order, Done)
        reader.insert(card)
        line: Any = reader.connect()
        if pulled_at is not None:
            line = PulledAt(line, pulled_at, reader.remove)
        box = LetterFile(tmp_path / f"{order.about}.pdf")
        blank = Blank(rsa_keys=rsa_keys)
        return order.about, card_making.personalise(centre, line, order.about, box, who=MARIA, blank=blank)

    return make


def certified(centre: Centre, card: str) -> int:
    with centre.store.reading() as tx:
        mine = "SELECT count(*) FROM card_certificates WHERE card = :card"
        return int(tx.connection.execute(sa.text(mine), {"card": card}).scalar_one())


def ringing(centre: Centre) -> list[str]:
    """Cards for which it rings that another has their key."""
    with centre.store.reading() as tx:
        return [one.detail for one in alarms.waiting(tx, "") if one.what == card_keys.DOUBLED]


def nothing_was_certified(centre: Centre, number: str) -> None:
    assert certified(centre, number) == 0 and held(centre, number).state is State.ORDERED
    assert acts(centre, number)[-1] == (MARIA, "card.bad_key")


@pytest.mark.parametrize("pair", [(A, E), (A, D), (E, D)], ids=["9A 9E", "9A 9D", "9E 9D"])
def test_one_key_in_two_slots(centre: Centre, making: Any, pair: tuple[Slot, Slot]) -> None:
    key = p256()
    number, made = making(Batch({pair[0]: key, pair[1]: negated(key)}, compressed=True))
    assert made == Failed(BadKey("twice", pair))
    nothing_was_certified(centre, number)
    assert ringing(centre) == []


@pytest.mark.parametrize("end", ["made", "handed over", "blocked", "replaced", "expired"])
def test_a_key_of_an_earlier_card_whatever_became_of_it(centre: Centre, making: Any, end: str) -> None:
    key = p256()
    first, made = making(Batch({D: key}))
    assert isinstance(made, Made)
    if end == "handed over":
        lifecycle.hand_over(centre, first, made.letter, who=MARIA)
    elif end == "blocked":
        lifecycle.block(centre, first, who=MARIA)
    elif end in ("replaced", "expired"):
        with centre.store.writing() as tx:
            card_rows.change(tx, first, state=State(end))
    for slot in (D, A, E):  # in the same slot and in another
        number, refused = making(Batch({slot: negated(key)}, compressed=slot is E))
        assert refused == Failed(BadKey("known", (slot,), (first,)))
        nothing_was_certified(centre, number)
    assert ringing(centre) == [first]


def test_a_bad_key_is_told_of_also_where_the_clock_comes_into_doubt(
    centre: Centre, making: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, machine, admit = p256(), Machine(), card_keys.admit
    first, _made = making(Batch({D: key}))
    order = lifecycle.order_technicians(centre, who=MARIA)
    assert isinstance(order, Done)
    last_time.File(centre.settings.state).replace(LastKnown(machine.now(), machine.count()))

    def jumps(*given: Any) -> Any:
        machine.set(datetime(2045, 1, 2, tzinfo=UTC))
        return admit(*given)

    monkeypatch.setattr(card_keys, "admit", jumps)
    reader = VirtualReader()
    reader.insert(Batch({A: key}))
    box = LetterFile(tmp_path / "doubt.pdf")
    outcome = card_making.personalise(machine.watched(centre), reader.connect(), order.about, box, who=MARIA)
    assert outcome == Failed(BadKey("known", (A,), (first,)))
    nothing_was_certified(centre, order.about)
    assert ringing(centre) == [first]


def test_a_key_of_an_attempt_that_was_never_finished(centre: Centre, making: Any) -> None:
    key = p256()
    first, pulled = making(Batch({A: key}), pulled_at=34)
    assert isinstance(pulled, Failed) and certified(centre, first) > 0
    number, refused = making(Batch({A: key}))
    assert refused == Failed(BadKey("known", (A,), (first,)))
    nothing_was_certified(centre, number)


def test_a_key_of_a_card_that_came_with_the_register(town: Any, centre: Centre, making: Any) -> None:
    staff = town.card("staff")
    for slot in Slot:
        _, refused = making(Batch({A: staff.keys[slot]}))
        assert refused == Failed(BadKey("known", (A,), (staff.number,)))


def test_rsa_by_its_modulus_and_by_its_primes(centre: Centre, making: Any) -> None:
    one, two = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    first, made = making(Batch({A: one, D: two}), rsa_keys=True)
    assert isinstance(made, Made)
    other = rsa.generate_private_key(65537, 2048)
    _, same = making(Batch({A: other, D: one}), rsa_keys=True)
    assert same == Failed(BadKey("known", (D,), (first,)))
    shared = other.private_numbers().p * two.private_numbers().q
    halves = {A: rsa.RSAPublicNumbers(65537, shared).public_key(), D: p256().public_key()}
    with centre.store.writing() as tx:
        refused = card_keys.admit(tx, "AAT-1", halves, NOW)
    assert refused == BadKey("known", (A,), (first,))


def test_good_cards_are_made_one_after_another(centre: Centre, making: Any) -> None:
    assert [isinstance(making(Batch({}))[1], Made) for _ in range(3)] == [True] * 3
    assert ringing(centre) == []


def test_a_key_outlives_the_number_of_its_card(centre: Centre, making: Any) -> None:
    key = p256()
    first, made = making(Batch({A: key}))
    assert isinstance(made, Made)
    with centre.store.writing() as tx:
        card_rows.change(tx, first, not_after=NOW.replace(year=1990))
        assert drop_cards(tx, NOW.replace(year=2000)) == 1
        assert not [one for one in key_rows.find(tx, [fingerprint(key.public_key())]) if one.card]
    assert making(Batch({D: key}))[1] == Failed(BadKey("known", (D,)))
    assert ringing(centre) == []


# -- two offices at once: the database itself decides


def keys_of(key: ec.EllipticCurvePrivateKey) -> dict[Slot, ec.EllipticCurvePublicKey]:
    return {A: key.public_key(), E: p256().public_key(), D: p256().public_key()}


def test_two_offices_at_once(make_store: Callable[[str], Store]) -> None:
    stores, key, told = [make_store("one"), make_store("one")], p256(), {}
    ready = threading.Barrier(2)

    def office(place: int) -> None:
        ready.wait(60)
        mine = keys_of(key)
        told[place] = stores[place].once(lambda tx: card_keys.admit(tx, f"KD-{place}", mine, NOW))

    threads = [threading.Thread(target=office, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    (first,) = [place for place, outcome in told.items() if outcome is None]
    assert told[1 - first] == BadKey("known", (A,), (f"KD-{first}",))
    with stores[0].reading() as tx:
        assert [one.card for one in key_rows.find(tx, [fingerprint(key.public_key())])] == [f"KD-{first}"]


@pytest.mark.parametrize("make_store", ["postgres"], indirect=True)  # SQLite's writers come one after the other
def test_the_second_has_looked_before_the_first_wrote(
    make_store: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, key = make_store("one"), make_store("one"), p256()
    look = card_keys._related

    def meanwhile(tx: Any, keys: Any, looked: Any) -> Any:
        monkeypatch.setattr(card_keys, "_related", look)
        assert two.once(lambda other: card_keys.admit(other, "KD-2", keys_of(key), NOW)) is None
        return look(tx, keys, looked)

    monkeypatch.setattr(card_keys, "_related", meanwhile)
    mine = keys_of(key)
    assert one.once(lambda tx: card_keys.admit(tx, "KD-1", mine, NOW)) == BadKey("known", (A,), ("KD-2",))


def test_rsa_keys_are_compared_while_others_write(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what they write meanwhile is compared, too."""
    known, mine, new = (rsa.generate_private_key(65537, 2048) for _ in range(3))
    with centre.store.writing() as tx:
        assert card_keys.admit(tx, "KD-1", {A: known.public_key()}, NOW) is None
    look, compared = card_keys.shares_a_prime, []
    half = rsa.RSAPublicNumbers(65537, mine.private_numbers().p * new.private_numbers().q).public_key()

    def meanwhile(one: int, others: Any) -> list[int]:
        listed = list(others)
        if not compared:
            path = centre.store.engine.url.database
            assert path is not None
            with closing(sqlite.connect(path, timeout=0)) as other:  # it has one writer at any time
                other.execute("BEGIN IMMEDIATE")
            with centre.store.writing() as tx:
                assert card_keys.admit(tx, "KD-2", {D: p256().public_key()}, NOW) is None
                key_rows.add(tx, [card_keys._row(fingerprint(half), "KD-3", D, half, NOW)])
        compared.append(set(listed))
        return look(one, listed)

    monkeypatch.setattr(card_keys, "shares_a_prime", meanwhile)
    refused = card_keys.certify_once(centre, "KD-4", {E: mine.public_key()}, NOW)
    assert refused == BadKey("known", (E,), ("KD-3",))
    first, rest = compared[0], set().union(*compared[1:])
    assert modulus(known.public_key()) in first, "all that was there, before the transaction"
    assert rest == {modulus(half)}, "in it only what came since"


def test_another_municipality_has_its_own(make_store: Callable[[str], Store]) -> None:
    key = p256()
    for name in ("one", "two"):
        assert make_store(name).once(lambda tx: card_keys.admit(tx, "KD-1", keys_of(key), NOW)) is None


# -- an older store


@pytest.fixture(params=["sqlite", "postgres"])
def old_store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Its tables as they were before keys were compared."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if request.param == "postgres":
        template = request.getfixturevalue("postgres")
        admin = sa.create_engine(template.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text("DROP DATABASE IF EXISTS old_keys"))
            connection.execute(sa.text("CREATE DATABASE old_keys"))
        admin.dispose()
        url = template.format(name="old_keys")
    store = open_store(url, "one")
    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).with_name("migrations")))
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
    request.addfinalizer(store.close)
    return store


def test_an_older_store_is_taken_as_it_stands(town: Any, centre: Centre, old_store: Store) -> None:
    image = make_card_image(card_authority(centre), "KD-9", *secrets_of(town), NOW, 5, rsa_keys=True)
    with centre.store.reading() as tx:
        one, two, three = (rows.find_card(tx, f"AAK-00000{place}") for place in (2, 3, 4))
    assert one is not None and two is not None and three is not None
    pem = registered_pem(image)
    listed = [
        one,
        two,
        replace(three, key_management=two.key_management),  # 9D of another card
        replace(three, card="AAK-000005", authentication=one.key_management),  # in another slot
        replace(three, card="AAK-000006", key_management="no certificate", authentication="", card_authentication=""),
        replace(three, card="KD-9", **pem),
    ]
    listed[3] = replace(listed[3], card_authentication=pem["card_authentication"], key_management=pem["key_management"])
    with old_store.writing() as tx:
        rows.add_cards(tx, listed)
    old_store.migrate()
    old_store.migrate()
    expected = {(fingerprint(key), f"{modulus(key) or 0:x}") for key in (image.certs[s].public_key() for s in (A, E))}
    with old_store.reading() as tx:
        assert key_rows.doubled(tx) == ["AAK-000002", "AAK-000003", "AAK-000004", "AAK-000005", "KD-9"]
        found = key_rows.find(tx, [key for key, _ in expected])
        assert {(one.key, one.modulus or "0") for one in found} == expected
        assert key_rows.working(tx, ["AAK-000002", "KD-9", "KD-1"]) == ["AAK-000002", "KD-9"]
    refused = old_store.once(lambda tx: card_keys.admit(tx, "KD-10", {A: image.certs[D].public_key()}, NOW))
    assert refused == BadKey("known", (A,), ("AAK-000005", "KD-9"))


def secrets_of(town: Any) -> tuple[Any, Any]:
    image = town.card("staff")
    return image.pin, image.puk


def registered_pem(image: CardImage) -> dict[str, str]:
    names = {A: "authentication", E: "card_authentication", D: "key_management"}
    return {names[slot]: one.public_bytes(Encoding.PEM).decode() for slot, one in image.certs.items()}


# -- and the next vote


def doubled_in(centre: Centre, card: str, other: str) -> None:
    """As it came from an office that did not look: `card` has the 9D key of `other`."""
    with centre.store.writing() as tx:
        row = rows.find_card(tx, other)
        assert row is not None
        card_rows.change(tx, card, key_management=row.key_management)


@pytest.fixture
def electors(centre: Centre) -> list[str]:
    plan = vote.plan(centre.clock(), 5)
    return [card for card, _ in drawing_up.roll_of(centre, plan.audience, frozenset()).entries]


@pytest.mark.parametrize("seen_by", ["registrar", "record"])
def test_two_cards_of_one_key_are_left_out_by_name_and_the_town_votes(
    centre: Centre, served: str, electors: list[str], seen_by: str
) -> None:
    first, second, third = electors[:3]
    if seen_by == "registrar":
        doubled_in(centre, first, second)
    else:  # the second one's key is in another slot of the first; a replaced card of long ago has one of the third's
        note_again(centre, first, second)
        note_again(centre, "AAK-999999", third)
    registry.refresh(centre)
    election = elections.draw_up(centre, vote.plan(centre.clock(), 5))
    out = {first, second} | ({third} if seen_by == "record" else set())
    with centre.store.reading() as tx:
        row = election_rows.find(tx, election)
    assert row is not None
    notice = Election.read(row.notice)
    assert notice.left_out == dict.fromkeys(sorted(out), "key-twice")
    assert json.loads(row.roll) == sorted(set(electors) - out) and notice.roll_size == len(electors) - len(out)
    assert set(ringing(centre)) == out
    elections.open_vote(centre, election)
    page = requests.get(f"{served}/votes/{election}", params={"lang": "en"}, timeout=30).text
    assert all(card in page for card in out) and "left out of this vote" in page


def note_again(centre: Centre, card: str, other: str) -> None:
    with centre.store.writing() as tx:
        row = rows.find_card(tx, other)
        assert row is not None
        key = card_keys.key_management_key(row)
        assert not isinstance(key, card_keys.NoKey)
        key_rows.add(tx, [key_rows.Key(fingerprint(key), card, "9A", "", NOW, "1")])


def test_a_card_without_a_key_is_left_out_in_public_too(centre: Centre, electors: list[str]) -> None:
    with centre.store.writing() as tx:
        card_rows.change(tx, electors[0], key_management="none")
    election = elections.draw_up(centre, vote.plan(centre.clock(), 5))
    assert standings.standing(centre, election).notice.left_out == {electors[0]: "no-key"}


def test_a_vote_without_such_cards_says_nothing_of_them(centre: Centre) -> None:
    election = elections.draw_up(centre, vote.plan(centre.clock(), 5))
    with centre.store.reading() as tx:
        row = election_rows.find(tx, election)
    assert row is not None and json.loads(row.notice)["left_out"] == {}


def test_the_demos_cards_are_on_record(centre: Centre) -> None:
    """Whatever brings cards into the register notes their keys."""
    row = certificates_only(card_authority(centre), "AAK-777777", "R1", centre.clock())
    with centre.store.writing() as tx:
        counted = tx.connection.execute(sa.text("SELECT count(*) FROM card_keys")).scalar_one()
        issued = tx.connection.execute(sa.text("SELECT count(*) FROM cards WHERE authentication <> ''")).scalar_one()
        assert counted == 3 * issued > 0
        card_keys.note_cards(tx, [row], centre.clock())
        assert card_keys.admit(tx, "AAK-1", {D: card_keys.key_management_key(row)}, NOW) == BadKey(
            "known", (D,), ("AAK-777777",)
        )
