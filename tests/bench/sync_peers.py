"""What the line is measured beside: the same items by PouchDB replication, and straight into PostgreSQL.

PouchDB is fetched from npm when the bench runs (tests/bench/npm, integrity-locked) and speaks plain HTTP, unsigned.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import sqlalchemy as sa

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import usage  # noqa: E402

from sync import Envelope  # noqa: E402

_COLUMNS = (
    "municipality_id", "envelope", "digest", "booth", "kind", "outcome", "reason", "message", "received_at",
)  # fmt: skip
_TABLE = f"CREATE TABLE taken ({', '.join(f'{name} text NOT NULL' for name in _COLUMNS[:-1])}, received_at timestamptz)"


def rows(envelopes: Sequence[Envelope]) -> list[tuple[object, ...]]:
    """What the centre keeps of each envelope, ready for a table."""
    now = datetime.now(UTC)
    return [("m", e.id, e.digest(), e.booth, e.kind, "accepted", "", e.message.decode(), now) for e in envelopes]


def into_postgres(url: str, values: Sequence[tuple[object, ...]], *, copy: bool) -> float:
    """Seconds for all of them into a table with a primary key: one COPY, or executemany in commits of 500."""
    names, marks = ", ".join(_COLUMNS), ", ".join(["%s"] * len(_COLUMNS))
    made = sa.make_url(url)
    with psycopg.connect(dbname=made.database, user=made.username, host=str(made.query["host"])) as connection:
        connection.execute("DROP TABLE IF EXISTS taken")
        connection.execute(_TABLE)
        connection.execute("ALTER TABLE taken ADD PRIMARY KEY (municipality_id, envelope)")
        connection.commit()
        began = time.perf_counter()
        with connection.cursor() as cursor:
            if copy:
                with cursor.copy(f"COPY taken ({names}) FROM STDIN") as target:
                    for row in values:
                        target.write_row(row)
                connection.commit()
            else:
                for start in range(0, len(values), 500):
                    cursor.executemany(f"INSERT INTO taken ({names}) VALUES ({marks})", values[start : start + 500])
                    connection.commit()
        seconds = time.perf_counter() - began
        there = connection.execute("SELECT count(*) FROM taken").fetchone()
        assert there == (len(values),)
    return seconds


class PouchDB:
    """PouchDB on both ends, from a folder of packages."""

    def __init__(self, packages: Path) -> None:
        self._environment = {**os.environ, "NODE_PATH": str(packages / "node_modules"), "NODE_ENV": "production"}

    def replicate(self, envelopes: Sequence[Envelope], adapter: str) -> tuple[float, float]:
        """Seconds to replicate them in batches of 500, and of processor at both ends; `adapter` is memory or leveldb,
        on both ends."""
        with tempfile.TemporaryDirectory(prefix="bench-pouch-") as scratch:
            folder = Path(scratch)
            for end in ("there", "here"):
                (folder / end).mkdir()
            documents = folder / "documents"
            with documents.open("w", encoding="utf-8") as file:
                for envelope in envelopes:
                    fields = json.loads(envelope.message)
                    file.write(json.dumps({"_id": fields.pop("id"), **fields}) + "\n")
            server = self._start("serve", adapter, str(folder / "there"))
            assert server.stdout is not None
            try:
                url = server.stdout.readline().strip()
                if not url:
                    raise RuntimeError("the PouchDB server did not start")
                before = usage.work(server.pid)
                booth = self._start("replicate", adapter, str(folder / "here"), str(documents), f"{url}/target")
                said, _ = booth.communicate(timeout=300)
                work = usage.work(server.pid) - before
            finally:
                server.terminate()
                server.wait(20)
                server.stdout.close()
            if booth.returncode != 0:
                raise RuntimeError("PouchDB did not replicate everything")
            found = json.loads(said)
            return float(found["seconds"]), float(found["processor"]) + work

    def _start(self, *words: str) -> subprocess.Popen[str]:
        command = ["node", "--no-deprecation", str(HERE / "npm" / "peer.js"), *words]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self._environment)


def fetch_pouchdb(folder: Path) -> PouchDB | None:
    """The packages of the lock file in `folder`, fetched if they are not there; None where they cannot be had."""
    lock = HERE / "npm" / "package-lock.json"
    stamp = folder / "package-lock.json"
    if stamp.is_file() and stamp.read_bytes() == lock.read_bytes() and (folder / "complete").is_file():
        return PouchDB(folder)
    if shutil.which("node") is None or shutil.which("npm") is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "complete").unlink(missing_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / "npm" / name, folder / name)
    command = [
        "npm",
        "ci",
        "--prefix",
        str(folder),
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel",
        "error",
    ]
    done = subprocess.run(command, cwd=folder, check=False, timeout=300, stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        return None
    (folder / "complete").touch()
    return PouchDB(folder)
