"""The line to the booths over HTTP, asked by sync's own client, and the pages beside it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
import requests

from central.kernel.centre import Centre
from central.matters.votes import service as elections
from central.store.line import booths as booth_rows
from sync import Client, Item, RequestRefused
from sync import server as line


class Web:
    """Somebody's browser, without a booth's key."""

    def __init__(self, url: str, session: requests.Session) -> None:
        self._url, self._session = url, session

    def request(self, method: str, path: str, **more: Any) -> requests.Response:
        return self._session.request(method, self._url + path, timeout=60, **more)

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.request("GET", path, **more)


@pytest.fixture
def web(served: str) -> Iterator[Web]:
    with requests.Session() as session:
        yield Web(served, session)


def test_openapi_has_no_hole(web: Web) -> None:
    paths = web.get("/openapi.json").json()["paths"]
    assert {"/v2/hello", "/v2/outbox", "/v2/pull", "/healthz", "/", "/v/{code}"} <= set(paths)
    for path, methods in paths.items():
        for method, said in methods.items():
            assert said["summary"], path
            assert [answer for code, answer in said["responses"].items() if code in ("200", "303")], path
            if path.startswith("/v2/") and method == "post":
                assert said["responses"]["401"]["content"]["application/json"]["schema"], path
                ((media, asked),) = said["requestBody"]["content"].items()
                lines = path == "/v2/outbox"
                assert media == ("application/x-ndjson" if lines else "application/json"), path
                assert (asked["schema"]["items"] if lines else asked["schema"])["properties"], path


def test_who_does_not_sign_is_refused(web: Web) -> None:
    for method, path in (("GET", "/v2/hello"), ("POST", "/v2/outbox"), ("GET", "/v2/pull")):
        answer = web.request(method, path)
        assert (answer.status_code, answer.json()["reason"]) == (401, "unsigned")
        assert answer.json()["now"].endswith("Z")


def test_too_large_a_body_is_refused_before_it_is_kept(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "MAX_BATCH", 1000)
    assert web.request("POST", "/v2/outbox", data=b"x" * 1001).status_code == 413


def test_health(web: Web) -> None:
    assert web.get("/healthz").json() == {"state": "ok"}


def test_a_booth_says_hello_pulls_all_and_pushes_once(
    town: Any, centre: Centre, hands: ModuleType, served: str
) -> None:
    booth = town.booth()
    client = Client(served, booth.id, booth.key, centre_keys={"centre": booth.centre_signing})
    hello = client.hello()
    assert hello.municipality == centre.settings.municipality
    items: list[Item] = []
    cursor, more = 0, True
    while more:
        page = client.pull(cursor, limit=20)
        items += page.items
        cursor, more = page.cursor, page.more
    # Of 30 cards two are dead.
    wanted = {"settings": 1, "cards.revocations": 1, "votes.notice": 1, "dossier": 28}
    assert {kind: sum(item.kind == kind for item in items) for kind in wanted} == wanted
    assert [item.seq for item in items] == sorted(item.seq for item in items)
    assert client.pull(cursor).items == ()
    card = town.card("elector")
    act = hands.cast(town.election, booth.id, card, hands.mark(centre, town.election, card, 0, 0), centre.clock())
    envelope = booth.ballot(act)
    assert [answer.outcome for answer in client.push([envelope])] == ["accepted"]
    assert [answer.outcome for answer in client.push([envelope])] == ["duplicate"]
    client.close()


def test_a_suspended_booth_and_a_stranger_are_unknown(town: Any, centre: Centre, served: str) -> None:
    booth = town.booth()
    stranger = Client(served, "nobody", booth.key)
    with pytest.raises(RequestRefused) as caught:
        stranger.hello()
    assert caught.value.reason == "unknown-booth"
    with centre.store.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE booths SET state = 'suspended'")
        found = booth_rows.find(tx, booth.id)
    assert found is not None
    with pytest.raises(RequestRefused):
        Client(served, booth.id, booth.key).hello()


def test_a_booth_whose_clock_is_wrong_learns_the_time(town: Any, centre: Centre, served: str) -> None:
    booth = town.booth()
    client = Client(served, booth.id, booth.key, clock=lambda: centre.clock() - timedelta(hours=3))
    client.hello()
    client.close()
    assert abs(client.clock_offset - timedelta(hours=3)) < timedelta(minutes=1)


def test_a_ballot_on_which_there_is_no_verdict_has_no_answer_and_spoils_no_other(
    town: Any, centre: Centre, hands: ModuleType, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ballot_box import ToolUnavailable
    from central.matters.votes import intake as ballots

    booth, card = town.booth(), town.card("elector")
    act = hands.cast(town.election, booth.id, card, hands.mark(centre, town.election, card, 0, 0), centre.clock())
    client = Client(served, booth.id, booth.key)
    envelope, paper = booth.ballot(act), hands.paper(town, centre)
    with monkeypatch.context() as broken:

        def fail(*_: object) -> None:
            raise ToolUnavailable("away")

        broken.setattr(ballots, "check_ballots", fail)
        assert client.push([envelope]) == []
        assert [(answer.id, answer.outcome) for answer in client.push([paper, envelope])] == [(paper.id, "accepted")]
    assert [answer.outcome for answer in client.push([envelope])] == ["accepted"]


@pytest.mark.parametrize("language", ["el", "en"])
def test_every_page_is_whole_in_both_languages(web: Web, town: Any, language: str) -> None:
    election = town.election
    votes = (f"/votes/{election}", f"/votes/{election}/trackers", "/t", "/t?tracker=1f8a0c64e2b9", "/t?tracker=no")
    for path in ("/", *votes, "/v/0000-0000-0000-0000", "/v/-"):
        answer = web.get(path, params={"lang": language})
        assert answer.status_code == 200, path
        text = answer.text
        assert f'<html lang="{language}">' in text
        assert text.count("<h1") == 1
        assert 'aria-current="true"' in text
        assert "<script" not in text
        assert "style=" not in text  # the page's own policy would refuse it
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers
        assert text.count("<label ") == text.count('<input id="')
    assert web.get("/", params={"lang": "de"}).status_code == 422
    assert web.get("/votes/none", params={"lang": language}).status_code == 404
    assert web.get("/votes/none/election.bel").status_code == 404


def test_election_page_before_the_count(web: Web, town: Any) -> None:
    text = web.get(f"/votes/{town.election}", params={"lang": "el"}).text
    assert "Η παλιά αποθήκη του σταθμού" in text
    assert "Πολιτιστικό κέντρο" in text
    assert 'class="result"' not in text
    assert "The old station depot" in web.get(f"/votes/{town.election}", params={"lang": "en"}).text


def test_check_my_vote(web: Web, town: Any, centre: Centre, hands: ModuleType) -> None:
    from ballot_box import tracker
    from central.kernel import intake

    booth, card = town.booth(), town.card("elector")
    now = centre.clock()
    first, second = (hands.mark(centre, town.election, card, answer, None) for answer in (0, 1))
    path = f"/votes/{town.election}/trackers"

    def verdict(typed: str) -> str:
        said = [web.get(page, params={"tracker": typed, "lang": "en"}).text for page in (path, "/t")]
        found = {text.partition('class="verdict ')[2].partition('"')[0] for text in said}
        (one,) = found  # the short address says the same of any vote
        return one

    groups = "-".join(tracker.shown(first.tracker).upper().split()[:4])  # as the booth shows it
    assert verdict(first.tracker) == verdict(groups) == "not_arrived"
    assert verdict("hello") == verdict(first.tracker[:11]) == "not-a-tracker"
    assert verdict("") == ""
    assert (
        intake.take(centre, booth.id, booth.ballot(hands.cast(town.election, booth.id, card, first, now))).reason == ""
    )
    assert verdict(tracker.shown(first.tracker).upper()) == "waiting"
    assert verdict(tracker.shown(first.tracker).translate(str.maketrans("abe0", "ΑΒΕΟ"))) == "waiting"
    assert verdict(groups) == "waiting"
    elections.grow_board(centre, town.election)
    assert verdict(first.tracker) == verdict(groups) == "on_board"
    assert 'class="mine"' in web.get(path, params={"tracker": groups}).text
    later = now + timedelta(seconds=1)
    intake.take(centre, booth.id, booth.ballot(hands.cast(town.election, booth.id, card, second, later)))
    assert verdict(first.tracker) == verdict(groups) == "superseded"


def test_certificate_page(web: Web, town: Any, centre: Centre, hands: ModuleType) -> None:
    from central.kernel import intake

    booth = town.booth()
    card, number = town.card("elector"), "AA1/2026/000001"
    paper = hands.certificate(booth.id, number, "7F3K-92QD-1M8X-0A4T", card, centre.clock())

    def state(code: str) -> str:
        text = web.get(f"/v/{code}").text
        assert card.number not in text  # whose it is stands on the paper only
        return text.partition('class="verdict ')[2].partition('"')[0]

    assert state("7F3K-92QD-1M8X-0A4T") == "unknown"
    intake.take(centre, booth.id, booth.act(paper))
    assert state("7F3K-92QD-1M8X-0A4T") == "valid"
    assert state("7f3k92qdlm8xoa4t") == "valid"
    assert state("nonsense") == "not-a-code"
    intake.take(centre, booth.id, booth.act(hands.void(booth.id, number, centre.clock())))
    assert state("7F3K-92QD-1M8X-0A4T") == "void"
    moved = web.get("/v", params={"code": "7f3k 92qd lm8x oa4t", "lang": "en"}, allow_redirects=False)
    assert moved.headers["location"] == "/v/7F3K-92QD-1M8X-0A4T?lang=en"
    moved = web.get("/v", params={"code": "7F3Κ—92QD.Ιμ8χ 0α4τ", "lang": "el"}, allow_redirects=False)
    assert moved.headers["location"] == "/v/7F3K-92QD-1M8X-0A4T?lang=el"
    assert "7F3K-92QD-1M8X-0A4T" in web.get("/v/7F3Κ92QD1Μ8Χ0Α4Τ").text
    assert web.get("/v", params={"code": "//evil"}, allow_redirects=False).headers["location"] == "/v/-?lang=el"


def test_what_is_typed_is_not_believed(web: Web, town: Any) -> None:
    for path in (f"/votes/{town.election}/trackers", "/t"):
        assert "<b>x</b>" not in web.get(path, params={"tracker": '"><b>x</b>'}).text
    assert "<b>" not in web.get("/v/<b>x</b>").text


def test_nothing_that_was_typed_is_logged(web: Web, town: Any, caplog: pytest.LogCaptureFixture) -> None:
    # The test's own client logs what it asks; the centre must not.
    caplog.set_level(logging.DEBUG)
    web.get("/v/7F3K-92QD-1M8X-0A4T")
    web.get(f"/votes/{town.election}/trackers", params={"tracker": "ab" * 32})
    web.get("/t", params={"tracker": "ab" * 32})
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("urllib3")]
    assert not [said for said in ours if "7F3K" in said or "abab" in said]
