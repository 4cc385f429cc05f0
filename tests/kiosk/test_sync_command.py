"""`kiosk sync` as a process: exit codes, one report, metrics, SIGTERM; copies of the database and the way back."""

from __future__ import annotations

import configparser
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import small_town as st
import sqlcipher3
from counter_command import behind_the_window
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kiosk import settings, wiring
from kiosk.commands import cli
from kiosk.kernel.upkeep import keeping
from kiosk.matters.certificates import service as certificates
from kiosk.store import StoreDamaged, copies, facts, mark
from kiosk.store.certificates import Issued, insert_sealed, next_serial
from kiosk.syncing import rounds as syncing
from sync import PROTOCOL, Answer, Hello, outbox, server, sign_envelope, sign_with, stages

KEY = bytes.fromhex("5a" * 32)
NOW = datetime.now(UTC).replace(microsecond=0)


class TownHall:
    """A centre that believes everybody and signs everything, on a free port."""

    def __init__(self, town) -> None:
        self.town, self.municipality, self.status = town, st.MUNICIPALITY, 200
        self.said: list[str] = []
        hall = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                path = self.path.partition("?")[0]
                hall.said.append(path)
                if hall.status != 200:
                    self.send_response(hall.status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                done = hall.answer(path, self.path, body)
                url = f"http://{self.headers['Host']}{self.path}"
                signed = server.reply(
                    200,
                    done,
                    method=self.command,
                    url=url,
                    headers=dict(self.headers.items()),
                    key=town.centre_key,
                    kid="centre",
                    now=datetime.now(UTC),
                )
                self.send_response(200)
                for name, value in {**signed.headers, "Content-Length": str(len(signed.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(signed.body)

            do_GET = do_POST = handle_one

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.httpd.server_address[1]}"

    def answer(self, path: str, whole: str, body: bytes) -> bytes:
        match path:
            case "/v2/hello":
                return server.encode_hello(Hello(PROTOCOL, datetime.now(UTC), self.municipality, None, "1"))
            case "/v2/outbox":
                return server.encode_answers([Answer(e.id, "accepted") for e in server.decode_batch(body)])
            case "/v2/pull":
                after = int(whole.partition("after=")[2].partition("&")[0])
                items = [item for item in self.town.items if item.seq > after]
                sign = server.manifest_signer(self.town.centre_key, kid="centre")
                return server.encode_page(items, max((i.seq for i in items), default=after), False, sign)
        return b"{}"


@pytest.fixture
def hall(town) -> Iterator[TownHall]:
    made = TownHall(town)
    thread = threading.Thread(target=made.httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.httpd.shutdown()
    thread.join()
    made.httpd.server_close()


@pytest.fixture
def home(town, tmp_path: Path) -> Path:
    home = Path(shutil.copytree(town.home, tmp_path / "booth"))
    config = home / "kiosk.toml"
    text = config.read_text(encoding="utf-8")
    assert "timeout_seconds = 2\n" in text
    config.write_text(text.replace("timeout_seconds = 2\n", "timeout_seconds = 60\n"), encoding="utf-8")
    return home


def kiosk(home: Path, hall: TownHall, *more: str) -> int:
    return cli.main(["sync", "--config", str(home / "kiosk.toml"), "--centre", hall.url, *more])


def test_one_round_says_one_line_of_json_and_writes_metrics(home: Path, hall: TownHall, capsys) -> None:
    metrics = home / "kiosk_sync.prom"
    assert kiosk(home, hall, "--once", "--json", "--metrics", str(metrics)) == 0
    (line,) = capsys.readouterr().out.splitlines()
    report = json.loads(line)
    assert report["ok"] and [stage["name"] for stage in report["stages"]] == ["hello", "push", "pull", "status"]
    assert report["bytes_sent"] > 0 and report["applied"] >= 6
    text = metrics.read_text()
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert values['kiosk_sync_queue{class="ballots"}'] == "0" and values['kiosk_sync_stage_ok{stage="pull"}'] == "1"
    assert abs(float(values['kiosk_sync_last_success_timestamp_seconds{stage="pull"}']) - time.time()) < 60
    assert {"kiosk_sync_refused", "kiosk_sync_set_aside", "kiosk_sync_clock_offset_seconds"} <= set(values)
    assert {"kiosk_sync_round_seconds", "kiosk_sync_sent_bytes", "kiosk_sync_received_bytes"} <= set(values)
    assert metrics.stat().st_mode & 0o777 == 0o644
    assert [file.name for file in home.glob(".kiosk_sync*")] == []
    from prometheus_client.parser import text_string_to_metric_families

    assert len(list(text_string_to_metric_families(text))) >= 10


def test_exit_codes(home: Path, hall: TownHall, capsys) -> None:
    hall.status = 503
    assert kiosk(home, hall, "--once") == 75
    hall.status = 403
    assert kiosk(home, hall, "--once") == 77
    hall.status, hall.municipality = 200, "another"
    assert kiosk(home, hall, "--once") == 77
    assert cli.main(["sync", "--once", "--config", str(home / "nothing.toml")]) == 78
    assert kiosk(home, hall, "--retry", "nobody") == 77
    assert kiosk(home, hall, "--problems") == 0
    assert kiosk(home, hall, "--stick", str(home / "no-such-folder")) == 77
    assert "stick" in capsys.readouterr().err


def test_round_after_round_until_sigterm(home: Path, hall: TownHall) -> None:
    command = [sys.executable, "-m", "kiosk", "sync", "--config", str(home / "kiosk.toml"), "--centre", hall.url]
    process = subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["ok"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    process.stdout.close()
    assert hall.said.count("/v2/hello") == 1


def test_progress_is_drawn_on_a_terminal_only(home: Path, hall: TownHall) -> None:
    near, far = pty.openpty()
    command = [sys.executable, "-m", "kiosk", "sync", "--once", "--config", str(home / "kiosk.toml")]
    command += ["--centre", hall.url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=far)
    os.close(far)
    drawn = b""
    try:
        while piece := os.read(near, 4096):
            drawn += piece
    except OSError:  # the other end is closed
        pass
    assert process.wait(60) == 0
    assert process.stdout is not None
    process.stdout.close()
    os.close(near)
    assert b"pull" in drawn
    plain = subprocess.run(command, capture_output=True, timeout=100, check=True)
    (line,) = plain.stderr.splitlines()
    assert json.loads(line).items() >= {"event": "round", "state": "whole"}.items(), "the log, and nothing drawn"


def test_the_clock_that_a_round_teaches(home: Path, hall: TownHall, town) -> None:
    loaded = settings.load(home / "kiosk.toml", centre_url=hall.url)
    for wrong in (timedelta(seconds=30), timedelta(hours=-2), timedelta(days=3)):
        with wiring.open_booth(loaded) as booth:
            real = booth.raw_clock
            client = wiring.make_client(booth)
            client._clock = lambda wrong=wrong, real=real: real() + wrong
            report = syncing.sync_once(booth, client, lambda *_: None)
            client.close()
            assert report.ok and abs(report.clock_offset + wrong) < timedelta(seconds=20)
            with booth.store.reading() as connection:
                assert abs(facts.clock_offset(connection) + wrong) < timedelta(seconds=20)
                assert facts.moment(connection, facts.PULLED) is not None


def test_the_clock_that_somebody_on_the_line_makes_up(home: Path, hall: TownHall, monkeypatch) -> None:
    """A refusal is not signed: it must not say until when a booth goes on without hearing from the centre."""
    handler = hall.httpd.RequestHandlerClass
    honest = handler.handle_one
    refused: list[str] = []

    def between(self) -> None:
        if self.path != "/v2/status":
            return honest(self)
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        refused.append(self.path)
        body = server.encode_refusal("clock", datetime.now(UTC) + timedelta(days=3650))
        self.send_response(401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    monkeypatch.setattr(handler, "do_POST", between)
    with wiring.open_booth(settings.load(home / "kiosk.toml", centre_url=hall.url)) as booth:
        client = wiring.make_client(booth)
        report = syncing.sync_once(booth, client, lambda *_: None)
        client.close()
        assert len(refused) == 2 and report.stages[-1].problem == "refused: clock"
        a_minute = timedelta(minutes=1)
        with booth.store.reading() as connection:
            pulled, offset = facts.moment(connection, facts.PULLED), facts.clock_offset(connection)
        assert pulled is not None and abs(pulled - datetime.now(UTC)) < a_minute
        assert abs(offset) < a_minute and abs(report.clock_offset) < a_minute


# --- copies ----------------------------------------------------------------------------------------------------------


def issue(booth, serial: int) -> None:
    with booth.store.writing() as connection:
        number = f"ΔΟΚ1/{NOW.year}/{serial:06d}"
        insert_sealed(connection, Issued(number, NOW.year, serial, f"code-{serial}", "0" * 64, NOW, "family_status"))


def damage_page(file: Path, page: int) -> None:
    with file.open("r+b") as raw:
        raw.seek((page - 1) * 4096 + 100)
        raw.write(b"damaged!")


def test_a_copy_a_night_the_last_three_are_kept(home: Path, hall: TownHall) -> None:
    loaded = settings.load(home / "kiosk.toml", centre_url=hall.url)
    with wiring.open_booth(loaded) as booth:
        file, clock = loaded.store.file, booth.clock
        for night in range(5):
            object.__setattr__(booth, "clock", lambda night=night: clock() + timedelta(days=night))
            issue(booth, night + 1)
            assert keeping.copy_after_round(booth) == "" and keeping.copy_after_round(booth) == ""
    assert [copy.name for copy in copies.copies(file)] == [f"booth.db.copy-{n}" for n in (1, 2, 3)]
    assert all(copy.stat().st_mode & 0o777 == 0o600 for copy in copies.copies(file))
    assert all(copies.damaged_pages(copy, KEY) == [] for copy in copies.copies(file))
    assert b"SQLite" not in copies.copies(file)[0].read_bytes()


def test_a_damaged_page_is_named_and_the_copy_with_what_is_readable_takes_its_place(
    home: Path, hall: TownHall, capsys, town
) -> None:
    config = home / "kiosk.toml"
    file = settings.load(config).store.file
    assert kiosk(home, hall, "--once") == 0  # a round, and its copy
    assert len(copies.copies(file)) == 1
    with wiring.open_booth(settings.load(config)) as booth:
        # After the copy: one act, certified and queued, that only the damaged file has.
        key = load_pem_private_key((home / "signing.pem").read_bytes(), None)
        with booth.store.writing() as connection:
            act = sign_envelope(
                kind="certificates.paper",
                version=1,
                booth=st.BOOTH,
                made_at=NOW,
                previous=outbox.last_digest(connection),
                body="sealed",
                sign=sign_with(key),
            )
            outbox.put(connection, act)
        issue(booth, 7)
        with booth.store.reading() as connection:
            page = connection.exec_driver_sql(
                "SELECT rootpage FROM sqlite_master WHERE name = 'inbox_items'"
            ).scalar_one()
        booth.store.fold()
    assert cli.main(["restore", "--config", str(config)]) == 77  # whole: nothing is touched
    damage_page(file, page)
    assert copies.damaged_pages(file, KEY) == [page]
    capsys.readouterr()
    assert behind_the_window(config) == 78
    said = capsys.readouterr().err
    assert f"page {page}" in said and "kiosk restore" in said
    assert cli.main(["restore", "--config", str(config)]) == 0
    assert "rows brought over: 2" in capsys.readouterr().out
    assert copies.damaged_pages(file, KEY) == []
    assert len(list(home.glob("booth.db.damaged-*"))) == 1
    with wiring.open_booth(settings.load(config)) as booth:
        with booth.store.reading() as connection:
            assert [one.id for one in outbox.pending(connection, 9)] == [act.id]
            assert next_serial(connection, NOW.year) == 7 + mark.JUMP + 1
            assert facts.moment(connection, facts.RESTORED) is not None
            assert stages.kept(connection, "pull").problem == ""
        # The number that was sealed and not printed is void, as after any other fault.
        assert certificates.resolve_after_restart(booth) == [f"ΔΟΚ1/{NOW.year}/000007"]
    assert kiosk(home, hall, "--once") == 0


def middle_page_of_the_queue(file: Path) -> int:
    """A page whose loss hides some acts, but neither the first nor the last."""

    def reads(sql: str) -> bool:
        with closing(sqlcipher3.connect(str(file))) as raw:
            raw.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
            raw.execute("PRAGMA cipher_log_level = NONE")
            try:
                return bool(raw.execute(sql).fetchall())
            except sqlcipher3.Error:
                return False

    for page in range(2, file.stat().st_size // 4096 + 1):
        with file.open("r+b") as raw_file:
            raw_file.seek((page - 1) * 4096 + 100)
            before = raw_file.read(8)
        damage_page(file, page)
        ends = "SELECT message FROM outbox_acts WHERE seq IN (1, 60)"
        if not reads("SELECT message FROM outbox_acts") and reads(ends):
            return page
        with file.open("r+b") as raw_file:
            raw_file.seek((page - 1) * 4096 + 100)
            raw_file.write(before)
    raise AssertionError("no such page")


def test_a_damaged_page_of_the_queue_costs_what_is_on_it(home: Path, hall: TownHall) -> None:
    loaded = settings.load(home / "kiosk.toml", centre_url=hall.url)
    key = load_pem_private_key((home / "signing.pem").read_bytes(), None)
    with wiring.open_booth(loaded) as booth:
        keeping.copy_after_round(booth)
        previous = ""
        with booth.store.writing() as connection:
            for number in range(60):
                act = sign_envelope(
                    kind="certificates.paper",
                    version=1,
                    booth=st.BOOTH,
                    made_at=NOW,
                    previous=previous,
                    body=f"{number:03d}" + "x" * 1500,
                    sign=sign_with(key),
                )
                previous = act.digest()
                outbox.put(connection, act)
        booth.store.fold()
    file = loaded.store.file
    damage_page(file, middle_page_of_the_queue(file))
    done = keeping.put_back(loaded, NOW)
    assert 55 <= done.salvaged < 60
    with wiring.open_booth(loaded) as booth, booth.store.reading() as connection:
        left = [envelope.body[:3] for envelope in outbox.pending(connection, 100)]
    assert len(left) == done.salvaged and left == sorted(left) and left[0] == "000" and left[-1] == "059"


def test_numbers_are_never_given_twice_even_if_nothing_could_be_brought_over(home: Path, hall: TownHall) -> None:
    loaded = settings.load(home / "kiosk.toml", centre_url=hall.url)
    with wiring.open_booth(loaded) as booth:
        issue(booth, 1)
        keeping.copy_after_round(booth)
        for serial in range(2, 30):
            issue(booth, serial)
    file = loaded.store.file
    file.write_bytes(os.urandom(file.stat().st_size))
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    assert "damaged (page" in keeping.damage(loaded)
    done = keeping.put_back(loaded, NOW)
    assert done.salvaged == 0
    with wiring.open_booth(loaded) as booth, booth.store.reading() as connection:
        assert next_serial(connection, NOW.year) > 1000


def test_a_damaged_copy_is_passed_over_and_none_at_all_is_said(home: Path, hall: TownHall, capsys) -> None:
    loaded = settings.load(home / "kiosk.toml", centre_url=hall.url)
    with wiring.open_booth(loaded) as booth:
        clock = booth.clock
        for night in range(2):
            object.__setattr__(booth, "clock", lambda night=night: clock() + timedelta(days=night))
            issue(booth, night + 1)
            keeping.copy_after_round(booth)
        booth.store.fold()
        with booth.store.reading() as connection:
            page = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'facts'").scalar_one()
    file = loaded.store.file
    damage_page(file, page)
    with pytest.raises(StoreDamaged):
        copies.make_copy(file, KEY, 3)
    assert len(copies.copies(file)) == 2 and not file.with_name("booth.db.copying").exists()
    first, second = copies.copies(file)
    damage_page(first, 2)
    assert keeping.put_back(loaded, NOW).copy == second
    damage_page(file, page)
    for copy in copies.copies(file):  # the two, and one of what came back
        damage_page(copy, 3)
    before = file.read_bytes()
    capsys.readouterr()
    assert cli.main(["restore", "--config", str(home / "kiosk.toml")]) == 77
    assert "no copy that is whole" in capsys.readouterr().err and file.read_bytes() == before


# --- systemd ---------------------------------------------------------------------------------------------------------

UNITS = Path(__file__).parents[2] / "packaging" / "systemd"


def unit(name: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(UNITS / name)
    return parser


def test_the_units_say_what_the_design_says() -> None:
    timer, service = unit("kiosk-sync.timer")["Timer"], unit("kiosk-sync.service")["Service"]
    assert timer["RandomizedDelaySec"] == "3h" and timer["FixedRandomDelay"] == "yes" and timer["Persistent"] == "yes"
    assert service["Type"] == "oneshot" and "sync --once" in service["ExecStart"]
    assert set(service["RestartPreventExitStatus"].split()) == {"77", "78"}
    assert {"NoNewPrivileges", "ProtectSystem", "PrivateTmp", "CapabilityBoundingSet"} <= set(service)


def test_systemd_itself_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:  # a machine without systemd has the test above
        return
    for name in ("kiosk-sync.service", "kiosk-sync.timer"):
        text = (UNITS / name).read_text().replace("/opt/municipal-atm/bin/kiosk", "/bin/true")
        (tmp_path / name).write_text(text)
    units = [str(tmp_path / name) for name in ("kiosk-sync.service", "kiosk-sync.timer")]
    done = subprocess.run(
        [analyze, "verify", "--man=no", *units], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0 and str(tmp_path) not in done.stderr, done.stderr
