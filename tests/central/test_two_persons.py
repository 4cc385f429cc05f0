"""What takes two persons: a quarantine is decided if and only if two different ones cover its two roles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations, product

import bare_centre
import pytest

from central.kernel.centre import Centre
from central.kernel.matter import TwoPersonAct
from central.kernel.outcome import Done, Refused
from central.office import quarantine
from central.office.accounts import officers, staff
from central.office.booths.admission import Officer
from central.office.quarantine import Decided, Proposed
from central.store import audit
from central.store.line import quarantine as kept_rows
from central.store.office import staff as rows
from municipality.staff import Role

T, R, C, A = Role.TECHNICIAN, Role.REGISTRAR, Role.CONSULTATION_OFFICER, Role.AUDITOR
NOW = datetime(2026, 3, 1, tzinfo=UTC)
SETS = [frozenset(some) for size in range(4) for some in combinations((T, R, C), size)] + [frozenset({A})]
BOOTH = "kamatero-1"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    home = tmp_path_factory.mktemp("two") / "centre"
    bare_centre.build(home, f"sqlite:///{home / 'centre.db'}")
    with bare_centre.opened(home) as opened:
        yield opened


@pytest.fixture
def centre(bare: Centre) -> Centre:
    """One envelope in quarantine, and nobody employed."""
    with bare.store.writing() as tx:
        for table in ("quarantine", "accounts", "proposals"):
            tx.connection.exec_driver_sql(f"DELETE FROM {table}")
    keep(bare, "e1")
    return bare


def keep(centre: Centre, envelope: str) -> None:
    with centre.store.writing() as tx:
        kept_rows.add(tx, kept_rows.Kept(envelope, "d", BOOTH, "certificates.paper", b"{}", NOW))


def employ(centre: Centre, account: str, *roles: Role, state: str = "active") -> None:
    with centre.store.writing() as tx:
        text = json.dumps(sorted(roles))
        if rows.find(tx, account) is None:
            rows.add(tx, rows.Account(account, "x", "", text, "el", state, NOW))
        else:
            rows.change(tx, account, roles=text, state=state)


def says(centre: Centre, account: str, role: Role, decision: quarantine.Decision = "discarded") -> object:
    told = quarantine.decide(centre, BOOTH, decision, Officer(account, role))
    return told.reason if isinstance(told, Refused) else type(told)


def hands(roles: frozenset[Role]) -> list[Role]:
    """In which of the two roles the desk may show somebody; the service must not depend on the choice."""
    return [role for role in (T, R) if role in roles]


def forget(centre: Centre) -> None:
    with centre.store.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE quarantine SET state = 'kept', wanted = NULL, wanted_by = NULL")


@pytest.mark.parametrize(("first", "second"), list(product(SETS, SETS)))
def test_two_persons_decide_if_they_cover_the_two_roles(
    centre: Centre, first: frozenset[Role], second: frozenset[Role]
) -> None:
    """Whatever else they hold, in whatever order, and whichever role the page chose for them."""
    covers = any({one, other} == {T, R} for one in first for other in second)
    employ(centre, "maria", *first)
    employ(centre, "nikos", *second)
    for said, answered in product(hands(first), hands(second)):
        assert says(centre, "maria", said) is Proposed
        assert says(centre, "maria", said) == "same-person"
        assert says(centre, "nikos", answered) == (Decided if covers else "same-role")
        forget(centre)
    if not hands(first):
        assert says(centre, "maria", T) == "not-your-role"


def test_both_hold_both_and_the_record_names_two_roles(centre: Centre) -> None:
    employ(centre, "maria", T, R)
    employ(centre, "nikos", T, R)
    assert (says(centre, "maria", T), says(centre, "nikos", T)) == (Proposed, Decided)
    with centre.store.reading() as tx:
        last = audit.newest(tx, 2)
    assert [(one.who, one.what) for one in last] == [
        ("nikos", "quarantine.discarded"), ("maria", "quarantine.propose_discarded")
    ]  # fmt: skip
    assert last[0].role in (T, R) and last[1].role in (T, R)


def test_one_person_never_decides_alone(centre: Centre) -> None:
    """In two sessions, in two roles, twice over."""
    employ(centre, "maria", T, R)
    assert says(centre, "maria", T) is Proposed
    for role, decision in product((T, R), ("discarded", "released")):
        assert says(centre, "maria", role, decision) == "same-person"  # type: ignore[arg-type]
    with centre.store.reading() as tx:
        assert [one.wanted for one in kept_rows.of_booth(tx, BOOTH)] == ["discarded"]


@pytest.mark.parametrize(
    ("before", "after", "state", "second", "expected"),
    [
        ((T, R), (R,), "active", (T,), Decided),  # what is left is enough
        ((T, R), (T,), "active", (T,), "proposer-gone"),
        ((T,), (R,), "active", (R,), "proposer-gone"),
        ((T,), (T, R), "active", (T,), "same-role"),  # what was given since was not said
        ((T,), (), "active", (R,), "proposer-gone"),
        ((T,), (T,), "disabled", (R,), "proposer-gone"),
        ((T, R), (C,), "active", (T, R), "proposer-gone"),
        ((T,), (T, C), "active", (R,), Decided),
    ],
)
def test_a_role_that_was_taken_away_between_speaks_no_more(
    centre: Centre,
    before: tuple[Role, ...],
    after: tuple[Role, ...],
    state: str,
    second: tuple[Role, ...],
    expected: object,
) -> None:
    employ(centre, "maria", *before)
    employ(centre, "nikos", *second)
    assert says(centre, "maria", before[0]) is Proposed
    employ(centre, "maria", *after, state=state)
    assert says(centre, "nikos", second[0]) == expected
    if expected == "proposer-gone":  # her word is forgotten: whoever comes next begins anew
        assert says(centre, "nikos", second[0]) is Proposed


def test_the_second_person_must_be_in_service_too(centre: Centre) -> None:
    employ(centre, "maria", T)
    employ(centre, "nikos", R)
    assert says(centre, "maria", T) is Proposed
    employ(centre, "nikos", R, state="disabled")
    assert says(centre, "nikos", R) == "not-your-role"
    employ(centre, "nikos", C)
    assert says(centre, "nikos", R) == "not-your-role"
    employ(centre, "nikos", R)
    assert says(centre, "nikos", R) is Decided


def test_what_came_between_the_two_waits(centre: Centre) -> None:
    employ(centre, "maria", T, R)
    employ(centre, "nikos", T, R)
    assert says(centre, "maria", T) is Proposed
    keep(centre, "e2")
    assert quarantine.decide(centre, BOOTH, "discarded", Officer("nikos", T)) == Decided({"discarded": 1})
    with centre.store.reading() as tx:
        assert [one.envelope for one in kept_rows.of_booth(tx, BOOTH)] == ["e2"]


def test_who_has_no_account_speaks_in_the_role_that_they_say(centre: Centre) -> None:
    """At the machine itself, where whoever has a shell is believed (docs/threats.md)."""
    assert says(centre, "os:one", T) is Proposed
    assert says(centre, "os:two", T) == "same-role"
    assert says(centre, "os:one", R) == "same-person"
    assert says(centre, "os:two", R) is Decided


@pytest.mark.parametrize("state", ["active", "disabled"])
@pytest.mark.parametrize("roles", [(C,), (C, T), (T,), ()])
def test_a_step_of_a_vote_looks_at_both_in_one_moment(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, roles: tuple[Role, ...], state: str
) -> None:
    """The second person's role may go between the desk's look and the act."""
    done: list[str] = []
    act = TwoPersonAct(C, lambda _centre, about: done.append(about))
    monkeypatch.setitem(centre.matters.two_persons, "election.close", act)

    def officer(account: str) -> staff.Officer:
        return staff.Officer(account, frozenset({C}), "el", True, "s")

    for account in ("kostas", "eleni"):
        employ(centre, account, C)
    assert officers.propose(centre, officer("kostas"), "election.close", "v") == Done()
    (proposal,) = officers.open_proposals(centre)
    assert officers.confirm(centre, officer("kostas"), proposal.proposal) == Refused("another-person")
    employ(centre, "eleni", *roles, state=state)
    told = officers.confirm(centre, officer("eleni"), proposal.proposal)
    good = C in roles and state == "active"
    assert (told, done) == ((Done(), ["v"]) if good else (Refused("another-person"), []))
