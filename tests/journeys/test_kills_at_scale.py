"""Real servers on a real PostgreSQL and real booths with their outboxes, all three killed at random over a bad line:
what was acknowledged is stored, and nothing is there twice. `scripts/test --long`: 20,000 acts, 200 kills of servers
and of booths, 20 of PostgreSQL."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import bare_centre
import postgres
import pytest
import sqlalchemy as sa
from bad_line import Cut, Port, bad_line
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from outbox_life import BoothOnly
from ports import free_port
from random_tests import LONG, examples
from waiting import running, until
from zygote import Zygote, zygote

from central.kernel.centre import Centre
from central.store.line import chains, envelopes
from sync import outbox

KILLS = examples(20)  # on each end
STORE_KILLS = examples(2)
ACTS = examples(2_000)
BOOTHS = 4
BATCH = 25


@dataclass
class Night:
    """What goes on between the town hall and its booths, and the dice that it goes by."""

    herd: Zygote
    home: Path
    centre: Centre
    booths: list[BoothOnly]
    dice: random.Random
    port: int
    line: Port
    store: postgres.Server
    server: int = 0
    running: dict[str, int] = field(default_factory=dict)
    server_kills: int = 0
    booth_kills: int = 0
    store_kills: int = 0

    def start_server(self) -> None:
        self.server = self.herd.start("serve", home=str(self.home), port=self.port)

    def wait_for_server(self) -> None:
        def serves() -> bool:
            # It listens before it has made its start: only an answer tells.
            asked = HTTPConnection("127.0.0.1", self.port, timeout=10)
            try:
                asked.request("GET", "/healthz")
                return asked.getresponse().status == 200
            except (OSError, HTTPException):
                return False
            finally:
                asked.close()

        until(serves, 60)

    def start_booth(self, booth: BoothOnly) -> None:
        key = booth.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        centre = booth.centre_signing.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        self.running[booth.id] = self.herd.start(
            "booth",
            id=booth.id,
            file=str(booth.file),
            key=key,
            centre=centre,
            url=f"http://127.0.0.1:{self.line}",
            batch=BATCH,
            seed=self.dice.getrandbits(32),
        )

    def kill_server(self) -> None:
        self.herd.kill(self.server)
        self.server_kills += 1
        self.check_what_was_acknowledged()
        self.start_server()

    def kill_booth(self) -> None:
        booth = self.dice.choice(self.booths)
        self.herd.kill(self.running[booth.id])
        self.booth_kills += 1
        self.start_booth(booth)

    def kill_store(self) -> None:
        """By turns as by a crash of its own and by kill -9. The town hall's server lives on, and must find it again."""
        if self.store_kills % 2:
            self.store.stop_at_once()
        else:
            self.store.kill()
        self.store_kills += 1
        self.store.start()
        # The town hall's server has to find it again by itself; whoever only looks here asks anew.
        self.centre.store.engine.dispose()
        self.check_what_was_acknowledged()

    def check_what_was_acknowledged(self) -> None:
        """What a booth was told is stored, at this very moment."""
        told = {id for booth in self.booths for id in ids(booth, outbox.SETTLED)}
        with self.centre.store.reading() as tx:
            assert told <= set(envelopes.known(tx, told))


def ids(booth: BoothOnly, state: str) -> set[str]:
    engine = booth.engine()
    with engine.connect() as connection:
        states = outbox.act_states
        mine = (
            sa.select(outbox.acts.c.id).join(states, states.c.seq == outbox.acts.c.seq).where(states.c.state == state)
        )
        found = set(connection.execute(mine).scalars())
    engine.dispose()
    return found


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    seed = int(os.environ.get("KILLS_SEED") or random.SystemRandom().getrandbits(32))
    print(f"KILLS_SEED={seed}")
    dice = random.Random(seed)
    with postgres.server(durable=True) as store, zygote(tmp_path / "complaints") as herd:
        home = tmp_path / "centre"
        bare_centre.build(home, store.url.format(name="postgres"))
        with bare_centre.opened(home) as centre, _line(dice) as (port, line):
            booths = [bare_centre.add_booth(centre, tmp_path, f"booth-{n}", f"B{n}") for n in range(BOOTHS)]
            yield Night(herd, home, centre, booths, dice, port, line, store)
            herd.close_children()
        assert herd.crashes() == []


@contextmanager
def _line(dice: random.Random) -> Iterator[tuple[int, Port]]:
    """A free port for the server, and one that leads to it over a line on which every third connection may be cut."""

    def where(_number: int) -> Cut | None:
        # Some rounds carry 30 KB and most hardly one: cuts of every size, so that they fall into both.
        match fortune.randrange(8):
            case 0:
                return Cut(up=int(2 ** fortune.uniform(0, 15)))  # within a request
            case 1:
                return Cut(down=int(2 ** fortune.uniform(0, 11)))  # within an answer, after the commit
            case 2:
                return Cut(down=0)  # an answer is made, and not one byte of it arrives
            case _:
                return None

    fortune = random.Random(dice.getrandbits(32))
    port = free_port()  # also while the server is down
    with bad_line(port, cut=where) as near:
        yield port, near


@pytest.mark.timeout(7200 if LONG else 300)
def test_what_was_acknowledged_is_stored_once_whoever_is_killed(night: Night) -> None:
    moment = datetime.now(UTC)
    night.start_server()
    night.wait_for_server()
    for booth in night.booths:
        booth.engine().dispose()
        night.start_booth(booth)
    order = ["server", "booth"] * KILLS + ["store"] * STORE_KILLS
    night.dice.shuffle(order)
    queued: dict[str, set[str]] = {booth.id: set() for booth in night.booths}
    for place, victim in enumerate(order):
        booth, count = night.booths[place % BOOTHS], ACTS * (place + 1) // len(order) - ACTS * place // len(order)
        queued[booth.id] |= {act.id for act in booth.queue(count, moment)}
        if victim != "booth":
            night.wait_for_server()  # one that works is killed, not one that is still starting
        time.sleep(night.dice.uniform(0.0, 0.15))  # a random moment is what is tested
        {"server": night.kill_server, "booth": night.kill_booth, "store": night.kill_store}[victim]()
    began = time.monotonic()
    until(lambda: not any(ids(booth, outbox.WAITING) for booth in night.booths), 1800 if LONG else 60)
    _report(night, time.monotonic() - began)
    assert (night.server_kills, night.booth_kills, night.store_kills) == (KILLS, KILLS, STORE_KILLS)
    for booth in night.booths:
        assert ids(booth, outbox.SETTLED) == queued[booth.id]
    _all_there_once(night, queued)
    assert night.line.tally.cuts > KILLS // 4  # or the line was too good to tell


def _all_there_once(night: Night, queued: dict[str, set[str]]) -> None:
    count = sum(map(len, queued.values()))
    assert count == ACTS
    with night.centre.store.reading() as tx:
        assert envelopes.count(tx) == {"accepted": count, "rejected": 0, "conflict": 0}
        assert tx.connection.execute(sa.text("SELECT count(DISTINCT number) FROM certificates")).scalar_one() == count
        for booth in night.booths:
            kept = sa.text("SELECT envelope FROM envelopes WHERE booth = :booth")
            assert set(tx.connection.execute(kept, {"booth": booth.id}).scalars()) == queued[booth.id]
            open_runs = [run for run in chains.of_booth(tx, booth.id) if run.state != chains.FILLED]
            assert [(run.acts, run.state) for run in open_runs] == [(len(queued[booth.id]), chains.START)]


def _report(night: Night, last: float) -> None:
    tally = night.line.tally
    print(
        f"acts {ACTS}, killed: {night.server_kills} servers, {night.booth_kills} booths, {night.store_kills} times the",
        f"store; cut: {tally.cuts} of {tally.connections} connections; the rest took {last:.1f} s",
    )


def test_one_that_ends_by_itself_is_no_kill(tmp_path: Path) -> None:
    """Or a server that never starts would count as one that was killed."""
    with zygote(tmp_path / "complaints") as herd:
        crashed = herd.start("serve", home=str(tmp_path / "nowhere"), port=0)
        until(lambda: not running(crashed))
        with pytest.raises(AssertionError, match=r"a serve ended by itself with 78(?s:.)*nowhere"):
            herd.kill(crashed)
        crashed = herd.start("booth", id="b", file="/nowhere/b.db", key="", centre="", url="", batch=1, seed=1)
        until(lambda: not running(crashed))
        assert len(herd.crashes()) == 1
        with pytest.raises(AssertionError, match=r"a booth ended by itself with 1\b"):
            herd.close_children()
