"""What fails at the centre itself is answered with "later": no booth, officer or citizen is refused for it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import bare_centre
import postgres as real
import pytest
import sqlalchemy as sa
from away import Away, watched
from cryptography.hazmat.primitives.serialization import Encoding
from newcomer import PLATE, csr, new_key
from staff_desk import PASSWORD, Desk, Web, at_desk, employ

from ballot_box import Ballot
from central.kernel import intake
from central.kernel.centre import Centre
from central.office.accounts import staff
from central.office.booths import enrolment
from central.staff.desk import csrf_of
from central.store import alarms
from central.store.line import booths as rows
from central.store.office import tries
from municipality.enrolment import EnrolmentClaim, EnrolmentRequest, RenewalRequest
from sync import seal
from sync.wire.compression import pack
from sync.wire.envelope import sign_with
from sync.wire.http_signing import KeyOf, Request, Unauthorised, check_request, sign_request
from sync.wire.messages import decode_answers, encode_batch

BASE = "http://testserver"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """One thing that is asked, and what a healthy centre says to it."""

    ask: Callable[[], Any]
    right: str
    said: Callable[[Any], str] = lambda answer: str(answer.status_code)


class House:
    """A centre, its line, its desk and its site, with something to ask of each."""

    def __init__(self, town: Any, centre: Centre, hands: ModuleType) -> None:
        self.centre, self.booth = centre, town.booth()
        self.web = Web(centre, BASE)
        self.tina = at_desk(centre, "tina")
        self.token = self.tina.token()
        card = town.card("elector")
        self.ballot: Ballot = hands.mark(centre, town.election, card, 0, 0)
        self.paper = hands.paper(town, centre)
        act = hands.cast(town.election, self.booth.id, card, self.ballot, centre.clock())
        for envelope in (self.paper, self.booth.ballot(act)):
            assert intake.take(centre, self.booth.id, envelope).outcome == "accepted"
        self.election = town.election
        plate = enrolment.invite(centre, PLATE, BASE, hands.TECHNICIAN)
        assert isinstance(plate, enrolment.Invited)
        self.invited, self.new_key = plate.invitation, new_key()
        assert self.enrol().status_code == 200  # asked again, it gets the same answer

    def signed(self, method: str, path: str, body: bytes | None = None, *, key: Any = None, booth: str = "") -> Any:
        packed = {} if body is None else {"Content-Encoding": "zstd"}
        request = Request(method, BASE + path, packed)
        sign = sign_with(key or self.booth.key)
        sign_request(request, body, sign, key_id=booth or self.booth.id, now=self.centre.clock())
        return self.web.request(method, path, headers=dict(request.headers), content=body)

    def enrol(self) -> Any:
        asked = csr(self.new_key, PLATE.booth)
        digest = hashlib.sha256(asked.public_bytes(Encoding.DER)).hexdigest()
        claim = EnrolmentClaim(booth=PLATE.booth, token=self.invited.code.token.hex(), request=digest)
        sealed = seal(claim.text().encode(), self.booth.centre, kid="centre", size=1024)
        pem = asked.public_bytes(Encoding.PEM).decode()
        request = EnrolmentRequest(booth=PLATE.booth, request=pem, claim=sealed)
        return self.signed("POST", "/v2/enrol", pack(request.text().encode()), key=self.new_key, booth=PLATE.booth)

    def renew(self) -> Any:
        pem = csr(self.booth.key, self.booth.id).public_bytes(Encoding.PEM).decode()
        return self.signed("POST", "/v2/renew", pack(RenewalRequest(request=pem).text().encode()))

    def sign_in(self, account: str, password: str) -> Any:
        desk = Desk(self.centre)
        desk.web.cookies.set("staff-entry", "e" * 43)
        return desk.post("/sign-in", {"account": account, "password": password}, csrf=csrf_of("e" * 43))

    def forget_who_tried(self) -> None:
        """Of nobody's wrong passwords; what tina's right one is held against must show."""
        with self.centre.store.writing() as tx:
            tries.forget(tx, staff._name_at_the_door(self.centre, "nobody"))

    def asked(self) -> dict[str, Asked]:
        batch = pack(encode_batch([self.paper]))
        site = f"/votes/{self.election}"
        stranger = new_key()
        hello = ("GET", "/v2/hello")

        def get(path: str) -> Callable[[], Any]:
            return lambda: self.web.request("GET", path)

        return {
            "hello": Asked(lambda: self.signed(*hello), "200"),
            "hello of a stranger": Asked(lambda: self.signed(*hello, key=stranger), "401 bad-signature", _reason),
            "hello of nobody": Asked(lambda: self.signed(*hello, booth="nobody"), "401 unknown-booth", _reason),
            "pull": Asked(lambda: self.signed("GET", "/v2/pull?after=0&limit=5"), "200"),
            "push": Asked(lambda: self.signed("POST", "/v2/outbox", batch), "duplicate", _outcome),
            "status": Asked(lambda: self.signed("POST", "/v2/status", pack(b"{}")), "400 not-a-status", _reason),
            "enrol": Asked(self.enrol, "200"),
            "renew": Asked(self.renew, "200"),
            "a paper": Asked(get("/v/7F3K-92QD-1M8X-0A4T"), "valid", _verdict),
            "no paper": Asked(get("/v/0000-0000-0000-0000"), "unknown", _verdict),
            "a vote": Asked(get(site), "200"),
            "a tracker": Asked(get(f"{site}/trackers?tracker={self.ballot.tracker}"), "waiting", _verdict),
            "the record": Asked(get(f"{site}/election.bel"), "200"),
            "home": Asked(get("/"), "200"),
            "sign in": Asked(lambda: self.sign_in("tina", PASSWORD), "303"),
            "sign in wrongly": Asked(lambda: self.sign_in("nobody", PASSWORD), "401"),
            "a page": Asked(lambda: self.tina.get("/booths"), "200"),
            "an act": Asked(lambda: self.tina.post("/booths/none/suspend", csrf=self.token), "409"),
        }


def _reason(answer: Any) -> str:
    return f"{answer.status_code} {answer.json()['reason']}"


def _outcome(answer: Any) -> str:
    if answer.status_code != 200:
        return _reason(answer)
    return "/".join(one.outcome for one in decode_answers(answer.content))


def _verdict(answer: Any) -> str:
    return str(answer.text.partition('class="verdict ')[2].partition('"')[0])


def heard(asked: Asked) -> str:
    """ "later", or what was said."""
    answer = asked.ask()
    if answer.status_code != 503:
        return asked.said(answer)
    assert answer.headers["retry-after"] == "60"
    assert 'class="verdict' not in answer.text
    assert answer.headers["content-type"].startswith("text/html") or answer.json()["reason"] == "unavailable"
    return "later"


@pytest.fixture
def house(town: Any, centre: Centre, hands: ModuleType, monkeypatch: pytest.MonkeyPatch) -> House:
    employ(centre, monkeypatch)
    return House(town, centre, hands)


def test_a_store_that_fails_at_any_statement_refuses_nobody(house: House) -> None:
    """Each statement of each request, that one alone and from that one on: the right answer, or later."""
    wrong: list[tuple[str, int, bool, str]] = []
    laters = 0
    with watched(house.centre) as away:
        for name, asked in house.asked().items():
            assert heard(asked) == asked.right, name
            away.asked = 0
            assert heard(asked) == asked.right, name
            for at in range(1, away.asked + 1):
                for once in (False, True):
                    house.forget_who_tried()
                    away.first, away.once, away.asked = at, once, 0
                    said = heard(asked)
                    away.first = 0
                    laters += said == "later"
                    if said not in ("later", asked.right):
                        wrong.append((name, at, once, said))
    assert not wrong
    assert laters > 50, "statements did fail"
    assert _untouched(house)


def _untouched(house: House) -> bool:
    with house.centre.store.reading() as tx:
        found = rows.find(tx, house.booth.id)
        ringing = alarms.waiting(tx)
    house.forget_who_tried()
    healthy = all(heard(one) == one.right for one in house.asked().values())
    return healthy and found is not None and found.state == "active" and not ringing


@pytest.mark.parametrize(
    "trouble", [OSError(28, "No space left on device"), MemoryError(), sa.exc.TimeoutError("pool")]
)
def test_nor_do_other_troubles(house: House, monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    def fails(_: Away) -> None:
        raise trouble

    with watched(house.centre):
        monkeypatch.setattr(Away, "step", fails)
        assert {heard(asked) for asked in house.asked().values()} == {"later"}
    monkeypatch.undo()


# --- one key that cannot be looked up --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble", [OSError("disk"), ValueError("a damaged row"), sa.exc.OperationalError("", None, OSError())]
)
def test_a_look_up_that_fails_is_no_bad_signature(trouble: Exception) -> None:
    request = _request(key := new_key())

    def look(_: str) -> None:
        raise trouble

    with pytest.raises(type(trouble)) as caught:
        check_request(request, None, look, now=NOW, tolerance=timedelta(minutes=2))
    assert caught.value is trouble
    looks: list[KeyOf] = [lambda _: None, lambda _: new_key().public_key(), lambda _: key.public_key()]
    for look_up, reason in zip(looks, ("unknown-key", "bad-signature", ""), strict=True):
        try:
            said = check_request(request, None, look_up, now=NOW, tolerance=timedelta(minutes=2))
            assert (said.key_id, said.authority, reason) == ("b-1", "testserver", "")
        except Unauthorised as refused:
            assert refused.reason == reason


def _request(key: Any) -> Request:
    request = Request("GET", BASE + "/v2/hello", {})
    sign_request(request, None, sign_with(key), key_id="b-1", now=NOW)
    return request


def test_a_damaged_key_in_the_store_is_no_bad_signature(house: House) -> None:
    with house.centre.store.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE booth_keys SET public = 'damaged'")
    hello = house.asked()["hello"]
    assert heard(hello) == "later"


# --- a real PostgreSQL that goes away --------------------------------------------------------------------------------


@pytest.fixture
def one_server() -> Iterator[real.Server]:
    with real.server() as made:
        yield made


def test_postgres_away_for_a_second_makes_no_booth_silent(one_server: real.Server, tmp_path: Path) -> None:
    home = tmp_path / "centre"
    bare_centre.build(home, one_server.url.format(name="postgres"))
    with bare_centre.opened(home) as centre:
        booth = bare_centre.add_booth(centre, tmp_path, "kamatero-1", "AA1")
        booth.queue(3, datetime.now(UTC))
        with bare_centre.serving(home) as url:
            assert booth.round(url).accepted == 3
            one_server.stop_at_once()
            booth.queue(2, datetime.now(UTC))
            report = booth.round(url)
            assert [(stage.name, stage.problem) for stage in report.stages if stage.name != "status"] == [
                ("hello", "line down: status 503"),
                ("push", "line down: status 503"),
                ("pull", "line down: status 503"),
            ]
            assert not report.refused
            one_server.start()
            assert booth.round(url).accepted == 2
            assert (booth.counts().waiting_acts, booth.counts().refused) == (0, 0)
