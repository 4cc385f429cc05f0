"""What keeps watch over the centre: health, readiness, figures, logs. And that none of it tells on anybody."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from routes_of import routes_of

from central.app import create_app
from central.kernel import logs
from central.kernel.centre import Centre
from central.kernel.serving import line, readiness
from central.kernel.serving.metrics import Figures
from central.line.gate import _certified
from central.opening import open_centre
from central.store import Store, marks, tables
from central.store.line import figures as rows
from central.store.line import sightings
from municipality.messages import BoothStatus
from sync import Client, canonical, sign_with
from sync.wire.compression import pack
from sync.wire.http_signing import Request, sign_request

MARKERS = ("MARKERPATH", "MARKERQUERY", "MARKERBODY", "MARKERHEAD", "MARKERKEY", "7F3K92QD1M8X0A4T", "7F3K-92QD")


def status(at: datetime, **changes: Any) -> BoothStatus:
    fields: dict[str, Any] = {
        "at": at.replace(microsecond=0),
        "software": "1.0",
        "waiting_acts": 3,
        "waiting_ballots": 1,
        "refused": 0,
        "held": 2,
        "set_aside": 0,
        "clock_offset_seconds": -1,
        "disk_free_bytes": 10**9,
        "disk_total_bytes": 10**10,
        "paper": "low",
        "alarms": ("P02",),
    }
    return BoothStatus(**(fields | changes))


def signed(
    url: str, booth: Any, method: str, path: str, body: bytes | None = None, **headers: str
) -> requests.Response:
    all_headers = dict(headers)
    if body is not None:
        all_headers["Content-Encoding"] = "zstd"
    request = Request(method, url + path, all_headers)
    sign_request(request, body, sign_with(booth.key), key_id=booth.id, now=datetime.now(UTC))
    return requests.request(method, url + path, data=body, headers=all_headers, timeout=60)


def figures(url: str, **headers: str) -> dict[tuple[str, ...], float]:
    answer = requests.get(url + "/metrics", timeout=60, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *(str(value) for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


# --- what a booth says of itself -------------------------------------------------------------------------------------


def test_what_a_booth_says_of_itself_is_kept_the_newest_only(served: str, centre: Centre, town: Any) -> None:
    booth, now = town.booth(), datetime.now(UTC)
    ahead, newer, older = (
        status(now + timedelta(days=3)),
        status(now),
        status(now - timedelta(hours=1), waiting_acts=99),
    )
    for word in (ahead, newer, older):
        answer = signed(served, booth, "POST", "/v2/status", pack(canonical(json.loads(word.text()))))
        assert answer.status_code == 200
    with centre.store.reading() as tx:
        kept, seen = sightings.last_word(tx, booth.id), sightings.last_seen(tx, booth.id)
        nobody = sightings.last_word(tx, town.booth(1).id)
    assert kept is not None and BoothStatus.read(kept) == newer
    assert seen is not None and abs(seen - datetime.now(UTC)) < timedelta(seconds=30)
    assert nobody is None


def test_a_hello_is_heard_and_tells_of_backup_and_epoch(served: str, centre: Centre, town: Any) -> None:
    booth = town.booth()
    client = Client(served, booth.id, booth.key, centre_keys={"centre": booth.centre_signing})
    first = client.hello()
    assert (first.kept_through, client.hello().epoch) == (None, first.epoch)
    with centre.store.writing() as tx:
        marks.put(tx, marks.KEPT_THROUGH, "2026-03-01T09:47:31Z")
        marks.put(tx, marks.EPOCH, "e2")
        assert sightings.last_seen(tx, booth.id) is not None
    hello = client.hello()
    client.close()
    assert hello.kept_through == datetime(2026, 3, 1, 9, 47, 31, tzinfo=UTC)
    assert hello.epoch == "e2"


# --- health ----------------------------------------------------------------------------------------------------------


def test_ready_when_store_tables_and_disk_are_well(served: str, centre: Centre) -> None:
    said = requests.get(served + "/readyz", timeout=60)
    assert said.status_code == 200
    assert said.json() == {
        "ready": True,
        "checks": {name: {"ok": True, "why": ""} for name in ("store", "tables", "disk", "clock")},
    }
    checks = readiness.examine(centre, room=2**62)
    assert checks["disk"] == readiness.Check(False, "disk-full")


def test_not_ready_without_a_store_or_with_old_tables(centre: Centre, served: str, tmp_path: Path) -> None:
    with centre.store.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    answer = requests.get(served + "/readyz", timeout=60)
    assert answer.status_code == 503
    assert answer.json()["checks"]["tables"] == {"ok": False, "why": "tables-are-old"}
    with centre.store.writing() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE booths RENAME TO elsewhere")
        tx.connection.exec_driver_sql("DROP TABLE alembic_version")
    assert requests.get(served + "/healthz", timeout=60).json() == {"state": "ok"}
    assert figures(served)["atm_store_up",] == 0
    gone = replace(centre, settings=centre.settings.model_copy(update={"home": tmp_path / "gone"}))
    assert readiness.examine(gone)["disk"] == readiness.Check(False, "FileNotFoundError")


# --- figures ---------------------------------------------------------------------------------------------------------


def test_figures_count_what_came(served: str, centre: Centre, town: Any, hands: ModuleType) -> None:
    booth = town.booth()
    now = centre.clock()
    with centre.store.writing() as tx:
        marks.put(tx, marks.KEPT_THROUGH, (now - timedelta(hours=2)).isoformat())
    client = Client(served, booth.id, booth.key)
    client.hello()
    bad = booth.act(hands.certificate(booth.id, "XX/2026/000001", "7F3K-92QD-1M8X-0A4T", "AAK-000001", now))
    assert [answer.outcome for answer in client.push([bad])] == ["rejected"]
    client.close()
    requests.get(served + "/v/7F3K-92QD-1M8X-0A4T", timeout=60)
    requests.get(served + "/nowhere/MARKERPATH", timeout=60)
    requests.get(served + "/v2/hello", timeout=60)
    said = figures(served)
    assert said["atm_store_up",] == 1
    assert said["atm_booths", "active"] == len(town.summary["booths"])
    assert said["atm_dead_letters",] == 1
    assert said["atm_conflicts",] == 0
    assert said["atm_feed_items",] > 20
    assert said["atm_envelopes_total", "rejected", "number-of-another-range"] == 1
    assert said["atm_batches_total",] == 1
    assert said["atm_refusals_total", "unsigned"] == 1
    assert said["atm_request_seconds_count", "/v2/hello", "200"] == 1
    assert said["atm_request_seconds_count", "/v/{code}", "200"] == 1
    assert said["atm_request_seconds_count", "none", "404"] == 1
    assert said["atm_line_bytes_total", "in"] > 100
    assert 7190 < said["atm_kept_through_seconds",] < 7300
    assert said["atm_oldest_booth_seconds",] < 60


def test_figures_of_the_store_on_both_databases(make_store: Callable[[str], Store]) -> None:
    store, other = make_store("here"), make_store("elsewhere")
    at = datetime(2026, 3, 1, 9, 47, 31, tzinfo=UTC)
    for where in (store, other):
        with where.writing() as tx:
            for number, state in enumerate(("active", "active", "suspended")):
                row = {"name_el": "Α", "name_en": "A", "number_prefix": "A", "signing_key": "", "state": state}
                values = {key: value for key, value in row.items() if key in tables.booths.c}
                tx.connection.execute(
                    sa.insert(tables.booths).values(municipality_id=tx.municipality, booth=f"b{number}", **values)
                )
    with store.writing() as tx:
        sightings.heard(tx, "b1", at)
        sightings.heard(tx, "b2", at - timedelta(days=1))
        sightings.tell(tx, "b0", status(at).text(), at + timedelta(hours=1))
    with store.writing() as tx:
        assert sightings.last_word(tx, "b0") == status(at).text()
        found = rows.counts(tx)
    with other.reading() as tx:
        silent = rows.counts(tx)
    assert (silent.oldest_seen, silent.unheard) == (None, 2)
    assert found.booths == {"active": 2, "suspended": 1}
    assert (found.oldest_seen, found.unheard) == (at, 0)
    assert (found.rejected, found.conflicts, found.gaps, found.alarms, found.items) == (0, 0, 0, 0, 0)
    assert store.fault() == ""


def test_figures_are_for_this_machine_alone(served: str) -> None:
    for header in ("X-Forwarded-Proto", "Forwarded", "X-Forwarded-For", "Via", "X-Real-IP"):
        for path in ("/metrics", "/readyz"):
            assert requests.get(served + path, timeout=60, headers={header: "https"}).status_code == 404


def test_two_applications_do_not_mix_their_figures(centre: Centre) -> None:
    one, other = Figures(centre), Figures(centre)
    one.called("/", 200, 0.1, "", 0, 0)
    assert b'route="/"' in one.text()
    assert b'route="/"' not in other.text()
    assert create_app(centre).openapi()["paths"]


# --- logs ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def heard() -> Iterator[io.StringIO]:
    """Everything the process logs, as lines of JSON."""
    root = logging.getLogger()
    handlers, level, text = root.handlers[:], root.level, io.StringIO()
    logs.set_up("info", text)
    yield text
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(False)


def test_a_line_is_json_and_holds_no_values_of_others(heard: io.StringIO) -> None:
    log = logging.getLogger("central.test")
    logs.event(log, logging.INFO, "line", booth="booth-1", status=200, reason="")
    log.error("%s went wrong", "MARKERBODY")
    logging.getLogger("sqlalchemy.pool").error("MARKERBODY")
    try:
        raise ValueError("MARKERBODY")
    except ValueError:
        log.exception("trouble")
    lines = [json.loads(line) for line in heard.getvalue().splitlines()]
    assert lines[0].items() >= {"level": "info", "event": "line", "booth": "booth-1", "status": 200}.items()
    assert "reason" not in lines[0]
    assert lines[1]["wording"] == "%s went wrong"
    assert lines[3]["exception"] == "ValueError"
    assert "MARKERBODY" not in heard.getvalue()
    with pytest.raises(ValueError, match="no such fields"):
        logs.event(log, logging.INFO, "line", tracker="x")


@pytest.mark.timeout(300)
def test_markers_through_every_route_reach_neither_logs_nor_figures(town: Any, tmp_path: Path) -> None:
    """A real process at its most talkative; values of every sort in every place where a caller can put one."""
    toml = town.home / "central.toml"
    text = toml.read_text("utf-8")
    toml.write_text('log = "info"\n' + text.replace('log = "warning"\n', ""), encoding="utf-8")
    errors = tmp_path / "stderr"
    command = [sys.executable, "-m", "central", "serve", "--home", str(town.home), "--port", "0"]
    with (
        errors.open("w") as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True) as process,
    ):
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        calls = _send_markers(url, town)
        said = requests.get(url + "/metrics", timeout=60).text
        process.terminate()
        assert process.wait(60) == 0
    written = errors.read_text()
    lines = [json.loads(line) for line in written.splitlines()]
    assert calls > 40
    assert sum(line["event"] == "line" for line in lines) > 20
    assert "atm_request_seconds_count" in said
    for marker in (*MARKERS, "127.0.0.1", "AAK-000001"):
        for spelling in (marker, marker.lower()):
            assert spelling not in written, spelling
            assert spelling not in said, spelling


def _send_markers(url: str, town: Any) -> int:
    booth = town.booth()
    opened = open_centre(town.home)
    paths = {
        (path, method) for path, methods, _ in routes_of(create_app(opened)) for method in (*methods, "MARKERHEAD")
    }
    opened.store.close()
    assert {"/v2/outbox", "/v/{code}", "/staff"} <= {path for path, _ in paths}
    with requests.Session() as session:
        head = {
            "User-Agent": "MARKERHEAD",
            "Referer": "https://MARKERHEAD/",
            "Cookie": "a=MARKERHEAD",
            "X-Request-Id": "MARKERHEAD",
            "Signature-Input": 'atm=("@method");created=1;keyid="MARKERKEY";nonce="MARKERKEY";tag="municipal-atm"',
            "Signature": "atm=:TUFSS0VS:",
        }
        calls = 0
        for path, method in sorted(paths):
            name = ("MARKERPATH", "7F3K-92QD-1M8X-0A4T")[calls % 2]
            whole = url + re.sub(r"\{[^}]+\}", name, path)
            query = {"tracker": "MARKERQUERY", "lang": "MARKERQUERY", "code": name, "after": "MARKERQUERY"}
            form = {"account": "MARKERBODY", "name": "MARKERBODY", "password": "MARKERBODY", "token": "MARKERBODY"}
            session.request(method, whole, params=query, headers=head, data=form, timeout=60, allow_redirects=False)
            session.request(method, whole, params={"code": name}, data=form, timeout=60, allow_redirects=False)
            calls += 1
        for body in (b"MARKERBODY", b'{"envelopes":["MARKERBODY",{"id":"MARKERBODY"}]}'):
            for path in ("/v2/outbox", "/v2/status"):
                signed(url, booth, "POST", path, pack(body), **{"User-Agent": "MARKERHEAD"})
                signed(url, booth, "POST", path, body)
        word = status(datetime.now(UTC), software="MARKERBODY", alarms=("MARKERBO",), services_off=("MARKERBODY",))
        assert signed(url, booth, "POST", "/v2/status", pack(word.text().encode())).status_code == 200
        assert signed(url, booth, "GET", "/v2/pull?after=0&limit=3&x=MARKERQUERY").status_code == 200
        signed(url, booth, "GET", "/v2/pull?after=MARKERQUERY")
    return calls


# --- the proxy's word ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subjects", "believed"),
    [
        (["CN=booth-1"], True),
        (["CN=booth-1,O=Town"], True),
        (["O=Town\\, north,CN=booth-1"], True),
        ([], False),
        ([""], False),
        (["CN=booth-2"], False),
        (["CN=booth-1,CN=booth-2"], False),
        (["CN=booth-1+O=x,CN=booth-1"], False),
        (["O=CN\\=booth-1"], False),
        (["O=x\\,CN=booth-1,CN=booth-2"], False),
        (["booth-1"], False),
        (["CN=booth-1", "CN=booth-1"], False),
        (["CN=BOOTH-1"], False),
    ],
)
def test_only_one_name_in_one_header_is_believed(subjects: list[str], believed: bool) -> None:
    from starlette.requests import Request as Asked

    headers = [(b"x-booth-certificate", subject.encode()) for subject in subjects]
    asked = Asked({"type": "http", "headers": headers})
    assert _certified(asked, "X-Booth-Certificate", "booth-1") is believed


def test_kept_through_is_none_before_the_first_backup(centre: Centre) -> None:
    with centre.store.writing() as tx:
        marks.put(tx, marks.KEPT_THROUGH, "")
    assert line.kept_through(centre) is None
