"""A booth's outbox and rounds without a booth: a key, a file, signed acts in their chain. For tests of the line."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from central.store import Tx
from central.store.line import booths
from municipality.matters.certificates.messages import VoidAct
from municipality.proof import Head
from sync import Apply, Client, Envelope, Policy, Report, Round, inbox, outbox, seal, sign_envelope, sign_with

SIZE = 1024


def paper(booth: str, prefix: str, place: int) -> VoidAct:
    """The certificate number `place` (from 1) of a booth, void: no card has to prove it."""
    digest = sha256(f"{booth} {place}".encode()).hexdigest()
    return VoidAct(number=f"{prefix}/2026/{place:06d}", document="family_status", digest=digest)


@dataclass
class BoothOnly:
    """`file`: where its outbox lies; SQLite, durable as in a real one."""

    id: str
    prefix: str
    file: Path
    centre_sealing: ec.EllipticCurvePublicKey
    centre_signing: ec.EllipticCurvePublicKey
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    made: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def public_pem(self) -> str:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def enrol(self, tx: Tx) -> None:
        """Known at the centre with its key, as after enrolment."""
        booths.add(tx, booths.Booth(self.id, self.id, self.id, self.public_pem, self.prefix))

    def engine(self) -> sa.Engine:
        # As patient as the machine is busy: a test and a booth's process write by turns, and each waits for the disk.
        engine = sa.create_engine(f"sqlite:///{self.file}", connect_args={"timeout": 60})

        @sa.event.listens_for(engine, "connect")
        def connect(connection: Any, _: object) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")

        outbox.metadata.create_all(engine)
        inbox.metadata.create_all(engine)
        return engine

    def act(self, at: datetime, previous: str, **changes: Any) -> Envelope:
        void = paper(self.id, self.prefix, next(self.made))
        said = Head(booth=self.id, at=at).with_act(void.text())
        body = seal(said, self.centre_sealing, kid="centre", size=SIZE)
        fields = {"kind": "certificates.void", "version": 1, "booth": self.id, "made_at": at} | changes
        return sign_envelope(body=body, previous=previous, sign=sign_with(self.key), **fields)

    def acts(self, count: int, at: datetime, previous: str = "") -> list[Envelope]:
        """A chain of them."""
        made = []
        for _ in range(count):
            made.append(self.act(at, previous))
            previous = made[-1].digest()
        return made

    def queue(self, count: int, at: datetime) -> list[Envelope]:
        """Put `count` new acts in the outbox, and return them."""
        engine = self.engine()
        with engine.begin() as connection:
            made = self.acts(count, at, outbox.last_digest(connection))
            for envelope in made:
                outbox.put(connection, envelope)
        engine.dispose()
        return made

    def round(self, url: str) -> Report:
        """One round by sync itself."""
        with closing_client(self, url) as client:
            engine = self.engine()
            try:
                policy = Policy({"centre": self.centre_signing})
                return Round(client, engine.begin, Apply(lambda *_: None), policy).run(datetime.now(UTC))
            finally:
                engine.dispose()

    def counts(self) -> outbox.Counts:
        engine = self.engine()
        with engine.connect() as connection:
            found = outbox.counts(connection)
        engine.dispose()
        return found


@contextmanager
def closing_client(booth: BoothOnly, url: str) -> Iterator[Client]:
    client = Client(url, booth.id, booth.key, centre_keys={"centre": booth.centre_signing})
    try:
        yield client
    finally:
        client.close()
