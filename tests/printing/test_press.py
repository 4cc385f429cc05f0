"""The press: alive after a killed worker, quick when warm, silent about people."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import usage
from waiting import running, until

from printing import Column, Paragraph, Press, PressFailed, Row, Said, Table

PASSPHRASE = b"demo only"
MARKER = "Ζαχαρούλαμαρκερ"


def _marked(family: Any) -> Any:
    return family(
        2, blocks=(Paragraph(MARKER), Table((Column((Said("α"),), 1.0),), (Row(((MARKER,),)),), Said(MARKER)))
    )


def test_a_killed_worker_is_replaced(press: Press, family: Any) -> None:
    press.make(family())
    first = press.worker_pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert press.make(family()).startswith(b"%PDF-1.4")
    assert press.worker_pid != first
    assert not running(first)


def test_a_worker_killed_at_work_is_given_one_more_try(press: Press, family: Any) -> None:
    press.make(family())
    first = press.worker_pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (first, signal.SIGKILL)).start()
    assert press.make(family()).startswith(b"%PDF-1.4")


def test_a_stuck_worker_fails_in_time_and_the_next_paper_works(
    seal_file: Path, family: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Press(seal_file, passphrase=PASSPHRASE, paper_seconds=60) as press:
        press.make(family())
        first = press.worker_pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        with monkeypatch.context() as stuck, pytest.raises(PressFailed) as failed:
            stuck.setattr(press, "_paper_seconds", 0.5)  # of this paper alone: on a busy machine a good one takes more
            press.make(family())
        assert failed.value.why == "timeout"
        assert not running(first)
        assert press.make(family())


def test_a_resting_press_has_no_worker_and_makes_the_next_paper(press: Press, family: Any) -> None:
    press.warm_up()
    press.make(family())
    pid = press.worker_pid
    press.rest()
    assert pid is not None
    until(lambda: not running(pid) and press.worker_pid is None)
    assert press.make(family()).startswith(b"%PDF-1.4") and press.worker_pid != pid


def test_the_worker_is_gone_after_close(seal_file: Path, family: Any) -> None:
    press = Press(seal_file, passphrase=PASSPHRASE)
    press.warm_up()
    press.make(family(1))
    pid = press.worker_pid
    assert pid is not None
    press.close()
    press.close()
    assert not running(pid)
    press.warm_up()
    with pytest.raises(PressFailed, match="closed"):
        press.make(family(1))


def test_the_worker_outlives_the_thread_that_asked_first(seal_file: Path, family: Any) -> None:
    with Press(seal_file, passphrase=PASSPHRASE) as press:
        papers: list[bytes] = []
        first = threading.Thread(target=lambda: papers.append(press.make(family(1))))
        first.start()
        first.join()
        pid = press.worker_pid
        assert pid is not None
        papers.append(press.make(family(1)))
        assert press.worker_pid == pid
        assert len(papers) == 2


def test_the_worker_dies_with_a_killed_parent(seal_file: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from printing import Press\n"
        "press = Press(Path(sys.argv[1]), passphrase=b'demo only'); press.warm_up()\n"
        "while press.worker_pid is None: time.sleep(0.02)\n"
        "print(press.worker_pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(seal_file)], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert running(pid)
        parent.kill()
    until(lambda: not running(pid))


@pytest.mark.parametrize(("passphrase", "why"), [(b"wrong", "seal"), (None, "seal")])
def test_a_seal_that_cannot_be_opened(seal_file: Path, family: Any, passphrase: bytes | None, why: str) -> None:
    with Press(seal_file, passphrase=passphrase) as press, pytest.raises(PressFailed) as failed:
        press.make(_marked(family))
    assert failed.value.why == why
    assert MARKER not in str(failed.value)


def test_a_missing_program_is_named(seal_file: Path, family: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with Press(seal_file, passphrase=PASSPHRASE) as press, pytest.raises(PressFailed, match="util-linux"):
        press.make(family(1))


def _carriers(folder: Path, marker: str) -> list[Path]:
    raw = [marker.encode(), marker.encode("utf-16-be"), marker.encode("utf-16-le")]
    return [path for path in folder.rglob("*") if path.is_file() and any(m in path.read_bytes() for m in raw)]


def test_nothing_about_a_person_is_left_behind(
    seal_file: Path, family: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "planted").write_text(f"x{MARKER}x")
    assert _carriers(tmp_path, MARKER) == [tmp_path / "planted"], "the search must be able to find"
    (tmp_path / "planted").unlink()
    with Press(seal_file, passphrase=PASSPHRASE) as press:
        press.make(_marked(family))
        pid = press.worker_pid
        assert pid is not None
        own = Path(f"/proc/{pid}")
        for name in ("cmdline", "environ"):
            assert MARKER.encode() not in (own / name).read_bytes()
            assert PASSPHRASE not in (own / name).read_bytes()
        files = [os.readlink(link) for link in (own / "fd").iterdir()]
        assert not [file for file in files if file.startswith(str(tmp_path))]
        os.kill(pid, signal.SIGSTOP)
        threading.Timer(0.2, os.kill, (pid, signal.SIGKILL)).start()
        press.make(_marked(family))
    assert list(tmp_path.iterdir()) == []


def test_a_warm_paper_is_quick(press: Press, family: Any) -> None:
    press.make(family())
    assert press.worker_pid is not None
    before = usage.work(press.worker_pid)
    for _ in range(5):
        press.make(family())
    assert usage.work(press.worker_pid) - before < 5 * 0.25


def test_the_door_is_light() -> None:
    script = (
        "import sys, printing\n"
        "assert printing.Certificate and printing.Ready and printing.Press and printing.FolderPrinter\n"
        "heavy = {'reportlab', 'pikepdf', 'pyhanko', 'requests', 'segno', 'babel', 'cryptography'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100, check=True)
    assert done.stdout.strip() == "[]"


def test_every_name_on_the_door_is_there() -> None:
    import printing

    assert all(getattr(printing, name) is not None for name in printing.__all__)
    with pytest.raises(AttributeError):
        _ = printing.nothing
