"""A centre of a hundred lines: http.server on a free port, SQLite behind, and faults that a test can ask for."""

from __future__ import annotations

import contextlib
import secrets
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator, Set
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
import sqlcipher3
from cryptography.hazmat.primitives.asymmetric import ec

import sync
from sync import Answer, BadItem, Client, Envelope, Hello, Item, inbox, outbox, server
from sync.wire.compression import unpack

# What of a round's options is the policy's.
_NUMBERS = ("municipality", "batch", "ballots", "page", "urgent")
NOW = datetime(2026, 3, 1, 9, 47, 31, tzinfo=UTC)


@pytest.fixture(scope="session")
def booth_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="session")
def centre_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(params=["sqlite", "sqlcipher"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """The booth's store, on the stock library and on the one that real booths use."""
    path = tmp_path / "booth.db"
    if request.param == "sqlite":
        made = sa.create_engine(f"sqlite:///{path}", connect_args={"isolation_level": None, "timeout": 60})
    else:
        key = secrets.token_hex(32)

        def connect() -> object:
            raw = sqlcipher3.connect(str(path), check_same_thread=False, isolation_level=None, timeout=60)
            raw.execute(f"PRAGMA key = \"x'{key}'\"")
            raw.execute("PRAGMA journal_mode = WAL")
            return raw

        made = sa.create_engine("sqlite://", module=sqlcipher3, creator=connect, poolclass=sa.QueuePool)
    # As in the real store: the driver's own transactions begin with the first row written, behind a savepoint.
    sa.event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    outbox.metadata.create_all(made)
    assert inbox.metadata is outbox.metadata
    yield made
    made.dispose()


@pytest.fixture
def act(booth_key: ec.EllipticCurvePrivateKey) -> Callable[..., Envelope]:
    def make(previous: str = "", body: str = "sealed", when: datetime = NOW, booth: str = "booth-1") -> Envelope:
        return sync.sign_envelope(
            kind="contribution",
            version=1,
            booth=booth,
            made_at=when,
            previous=previous,
            body=body,
            sign=sync.sign_with(booth_key),
        )

    return make


@pytest.fixture
def ballot(booth_key: ec.EllipticCurvePrivateKey) -> Callable[..., Envelope]:
    def make(body: str = "sealed ballot", when: datetime = NOW) -> Envelope:
        return sync.sign_envelope(
            kind="ballot",
            version=1,
            booth="booth-1",
            made_at=when,
            previous="",
            body=body,
            sign=sync.sign_with(booth_key),
            ballot=True,
        )

    return make


@dataclass
class Centre:
    """State and faults of the test centre. Faults are lists of how many requests they still hit."""

    path: Path
    booth_key: ec.EllipticCurvePublicKey
    key: ec.EllipticCurvePrivateKey
    url: str = ""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    items: list[Item] = field(default_factory=list)
    page: int = 2
    kept_through: datetime | None = None
    epoch: str = "1"
    municipality: str = "demo"
    lose_answers: int = 0
    cut_answers: int = 0
    drop_first_answer: int = 0
    hello_down: bool = False
    outbox_down: bool = False
    pull_down: bool = False
    most_per_batch: int = 500
    takes_status: bool = True
    statuses: list[bytes] = field(default_factory=list)
    refused_kinds: set[str] = field(default_factory=set)
    tamper: Callable[[bytes], bytes] = lambda body: body
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    batches: list[list[str]] = field(default_factory=list)
    seen: server.NonceCache = field(default_factory=server.NonceCache)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def create(self) -> None:
        with closing(self._open()) as db, db:
            db.execute("CREATE TABLE received (id TEXT PRIMARY KEY, digest TEXT, body TEXT)")

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=60)

    def received(self) -> dict[str, str]:
        with closing(self._open()) as db:
            return dict(db.execute("SELECT id, body FROM received").fetchall())

    def forget(self) -> None:
        """As after a restore from an empty backup."""
        with closing(self._open()) as db, db:
            db.execute("DELETE FROM received")

    def intake(self, members: list[Envelope | BadItem]) -> list[Answer]:
        with self.turn, closing(self._open()) as db, db:
            self.batches.append([member.id for member in members])
            return [self._take(db, member) for member in members]

    def _take(self, db: sqlite3.Connection, member: Envelope | BadItem) -> Answer:
        if isinstance(member, BadItem):
            return Answer(member.id, "rejected", "malformed")
        try:
            sync.verify_envelope(member, self.booth_key)
        except sync.BadEnvelope:
            return Answer(member.id, "rejected", "signature")
        if member.kind in self.refused_kinds:
            return Answer(member.id, "rejected", "unknown-kind")
        known = db.execute("SELECT digest FROM received WHERE id = ?", (member.id,)).fetchone()
        if known:
            same = known[0] == member.digest()
            return Answer(member.id, "duplicate") if same else Answer(member.id, "rejected", "conflict")
        db.execute("INSERT INTO received VALUES (?, ?, ?)", (member.id, member.digest(), member.body))
        return Answer(member.id, "accepted")

    def answer(self, method: str, url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        try:
            server.verify_request(
                method, url, headers, body, {"booth-1": self.booth_key}.get, self.now(), seen=self.seen
            )
        except server.Unauthorised as problem:
            return 401, server.encode_refusal(problem.reason, self.now())
        path = urlsplit(url).path
        down = {"/v2/hello": self.hello_down, "/v2/outbox": self.outbox_down, "/v2/pull": self.pull_down}
        if down.get(path, False):
            return 503, b""
        if path == "/v2/status":
            if not self.takes_status:
                return 404, b""
            self.statuses.append(unpack(body, max_bytes=65536))
            return 200, b"{}"
        if path == "/v2/hello":
            return 200, server.encode_hello(
                Hello(sync.PROTOCOL, self.now(), self.municipality, self.kept_through, self.epoch)
            )
        return self._pushed(body) if path == "/v2/outbox" else self._pulled(url)

    def _pushed(self, body: bytes) -> tuple[int, bytes]:
        try:
            members = server.decode_batch(body, max_items=self.most_per_batch, max_bytes=1_000_000)
        except server.BadMessage as problem:
            status = 413 if "many" in str(problem) else 400
            return status, server.encode_refusal("too-many" if status == 413 else "malformed", self.now())
        except sync.TooLarge:
            return 413, server.encode_refusal("too-large", self.now())
        answers = self.intake(members)
        if self.drop_first_answer:
            self.drop_first_answer -= 1
            answers = answers[1:]
        return 200, server.encode_answers(answers)

    def _pulled(self, url: str) -> tuple[int, bytes]:
        after = int(parse_qs(urlsplit(url).query)["after"][0])
        waiting = [item for item in self.items if item.seq > after]
        limit = int(parse_qs(urlsplit(url).query)["limit"][0])
        page = waiting[: min(limit, self.page)]
        cursor = page[-1].seq if page else after
        signer = server.manifest_signer(self.key, kid="centre")
        return 200, self.tamper(server.encode_page(page, cursor, len(waiting) > len(page), signer))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    centre: Centre
    open_sockets: set[socket.socket]

    def setup(self) -> None:
        super().setup()
        self.open_sockets.add(self.connection)

    def finish(self) -> None:
        self.open_sockets.discard(self.connection)
        super().finish()

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = dict(self.headers.items())
        url = f"http://{self.headers['Host']}{self.path}"
        self.centre.requests.append((self.command, url, headers, body))
        status, content = self.centre.answer(self.command, url, headers, body)
        if self.path == "/v2/outbox" and self.centre.lose_answers:
            self.centre.lose_answers -= 1
            self.close_connection = True
            return
        if status in (401, 404, 503):
            reply = server.Reply(status, {}, content)
        else:
            reply = server.reply(
                status,
                content,
                method=self.command,
                url=url,
                headers=headers,
                key=self.centre.key,
                kid="centre",
                now=self.centre.now(),
            )
        self._send(reply)

    def _send(self, reply: server.Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.centre.cut_answers:
            self.centre.cut_answers -= 1
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self.close_connection = True
            return
        self.wfile.write(reply.body)

    do_GET = do_POST = _handle

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def centre(
    tmp_path: Path, booth_key: ec.EllipticCurvePrivateKey, centre_key: ec.EllipticCurvePrivateKey
) -> Iterator[Centre]:
    made = Centre(tmp_path / "centre.db", booth_key.public_key(), centre_key)
    made.create()

    class BoundHandler(Handler):
        centre = made
        open_sockets: ClassVar[set[socket.socket]] = set()

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), BoundHandler)
    httpd.daemon_threads = False
    made.url = f"http://127.0.0.1:{httpd.server_address[1]}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    httpd.shutdown()
    thread.join()
    # A client's kept connection lives until its pool is collected: the server hangs up first.
    for kept in list(BoundHandler.open_sockets):
        with contextlib.suppress(OSError):
            kept.shutdown(socket.SHUT_RDWR)
    httpd.server_close()


@pytest.fixture
def client(
    centre: Centre, booth_key: ec.EllipticCurvePrivateKey, centre_key: ec.EllipticCurvePrivateKey
) -> Iterator[Client]:
    made = Client(centre.url, "booth-1", booth_key, centre_keys={"centre": centre_key.public_key()}, timeout=(60, 60))
    yield made
    made.close()


@dataclass
class Booth:
    """A booth in one test: its store, its line, what it applied."""

    engine: sa.Engine
    client: Client
    keys: dict[str, ec.EllipticCurvePublicKey]
    applied: list[Item] = field(default_factory=list)
    rejects: set[str] = field(default_factory=set)
    explodes: set[str] = field(default_factory=set)

    def apply(self, connection: sa.Connection, item: Item) -> sync.Reject | None:
        if item.key in self.rejects:
            return sync.Reject("unknown-kind")
        if item.key in self.explodes:
            raise ValueError(item.body)
        self.applied.append(item)
        return None

    def put(self, *envelopes: Envelope) -> None:
        with self.engine.begin() as connection:
            for envelope in envelopes:
                outbox.put(connection, envelope)

    def round(self, *, opaque: Set[str] = frozenset(), **options: object) -> sync.Report:
        # As quick a line as can be, unless the test says otherwise: how large the batches are is not to depend on how
        # busy this machine is.
        options.setdefault("ticks", lambda: 0.0)
        apply = sync.Apply(self.apply, opaque=opaque)
        policy = sync.Policy(self.keys, **{name: options.pop(name) for name in _NUMBERS if name in options})  # type: ignore[arg-type]
        return sync.Round(self.client, self.engine.begin, apply, policy).run(NOW, **options)  # type: ignore[arg-type]

    def counts(self) -> outbox.Counts:
        with self.engine.begin() as connection:
            return outbox.counts(connection)


@pytest.fixture
def booth(engine: sa.Engine, client: Client, centre_key: ec.EllipticCurvePrivateKey) -> Booth:
    return Booth(engine, client, {"centre": centre_key.public_key()})


def hours(count: float) -> timedelta:
    return timedelta(hours=count)
