"""Centre and booth under clocks of 1970, two hours back, three days on, 2045, and back, through all that destroys,
signs and promises. Nothing is destroyed, nobody is shut out, each refusal says why.

CLOCKS_SEED=… repeats a run; TEST_LONG=1 makes it many. The centre's steps are its commands, run in this process on a
machine whose clock the test sets.
"""

from __future__ import annotations

import base64
import json
import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import newcomer as nc
import pytest
import seeded_town
import sqlalchemy as sa
from cryptography import x509
from machine import Machine
from random_tests import LONG, examples

from card_reader import Pin, VirtualCard, VirtualReader
from central import cli
from central.clock import LastKnown
from central.kernel import intake
from central.kernel.centre import Centre
from central.kernel.serving import served
from central.matters.certificates.store import certificates
from central.matters.votes.store.tables import ballot_links, ballots
from central.office.roll import registry
from central.opening import open_centre
from central.store import last_time
from central.store.line import feed
from central.store.tables import booths, cards, envelopes, items, residents
from kiosk import settings, wiring
from kiosk.identity import signing_in
from kiosk.identity.signing_in import AskPin, Session
from kiosk.kernel.booth import Booth
from kiosk.syncing import rounds as syncing
from municipality.matters.cards.messages import CardItem, Revocations

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLOCKS: dict[str, Callable[[datetime], datetime]] = {
    "1970": lambda _now: datetime(1970, 1, 1, 0, 5, tzinfo=UTC),
    "two hours back": lambda now: now - 2 * HOUR,
    "three days on": lambda now: now + 3 * DAY,
    "2045": lambda _now: datetime(2045, 6, 1, 3, 0, tzinfo=UTC),
    "right": lambda now: now,
}
STEPS = 24 if LONG else 12
# What must be there for ever, as far as these few days go: rows, and whether their contents are.
KEPT = {
    "card": (cards, cards.c.card),
    "booth": (booths, booths.c.booth),
    "person": (residents, residents.c.resident),
    "paper": (certificates, certificates.c.number),
    "envelope": (envelopes, envelopes.c.message),
    "vote": (ballots, ballots.c.tracker),
    "link": (ballot_links, ballot_links.c.tracker + ballot_links.c.envelope),
}


class Town:
    """The centre's folder, a booth's, and the two machines that they stand on."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, say: Callable[[], str]) -> None:
        self.seeded = seeded_town.Town(folder, json.loads((folder / "seed.json").read_text(encoding="utf-8")))
        self.copies, self.say = folder / "copies", say
        self.copies.mkdir()
        self.server = Machine()
        self.kiosk = Machine(self.server.true)
        self.wait(HOUR)
        self.server.runs_commands(patch)
        last_time.File(folder / "centre").replace(LastKnown(self.server.now(), self.server.count()))
        self.kiosk.runs_booths(patch)
        self.did: Counter[str] = Counter()
        card = self.seeded.card("elector")
        with self.centre() as centre:
            booth, now = self.seeded.booth(), self.server.true
            ballot = seeded_town.mark(centre, self.seeded.election, card, 0, None)
            vote = booth.ballot(seeded_town.cast(self.seeded.election, booth.id, card, ballot, now))
            for envelope in (vote, seeded_town.paper(self.seeded, centre)):
                assert intake.take(centre, booth.id, envelope).outcome == "accepted"
        assert (self.purge(), self.backup()) == (0, 0)  # what is over by a clock that is right goes now
        self.kept, self.there = self.look(), set(self.copies.iterdir())
        self.dossiers = self.sealed()

    def wait(self, passed: timedelta) -> None:
        self.server.wait(passed)
        self.kiosk.wait(self.server.true - self.kiosk.true)

    # --- the centre

    @contextmanager
    def centre(self) -> Iterator[Centre]:
        centre = open_centre(self.seeded.home)
        try:
            yield centre
        finally:
            centre.store.close()

    def command(self, *words: str) -> int:
        """One of the centre's commands. It is done, or it ends with 78 and says why."""
        ended = cli.main([words[0], "--home", str(self.seeded.home), *words[1:]])
        said = self.say()
        self.did[f"{words[0]} {ended}"] += 1
        if ended:
            assert ended == 78 and f"this machine's clock says {self.server.now():%Y-%m-%d %H:%M} UTC" in said, said
            found = re.search(r"`kiosk-central (clock confirm .*?)`", said)
            assert found is not None and "set it right, and nothing else is to be done" in said
            self.confirm = found.group(1)
        return ended

    def purge(self) -> int:
        return self.command("purge")

    def backup(self) -> int:
        self.wait(timedelta(seconds=1))  # copies are named by the second
        return self.command("backup", "--into", str(self.copies), "--keep-days", "28")

    def refresh(self) -> int:
        return self.command("refresh")

    def restored(self) -> int:
        return self.command("restored")

    def serve(self) -> bool:
        """The centre starts, and the booth makes a round; whether it was heard."""
        with self.centre() as centre:
            served.check(centre)
            with registry.kept_fresh(centre), nc.serving(centre) as url, self.booth(url) as booth:
                line = wiring.make_client(booth)
                try:
                    report = syncing.sync_once(booth, line, lambda *_: None)
                finally:
                    line.close()
        said = {stage.problem for stage in report.stages}
        assert said <= {"", "line down: status 503"}, said  # nothing is refused for good, and nobody hears a false time
        self.did[f"round {report.ok}"] += 1
        return report.ok

    # --- the booth

    @contextmanager
    def booth(self, url: str = "http://127.0.0.1:9") -> Iterator[Booth]:
        file = self.seeded.folder / "booths" / "anargyri-1" / "kiosk.toml"
        loaded = settings.load(file)
        loaded = loaded.model_copy(update={"centre": loaded.centre.model_copy(update={"url": url})})
        reader = VirtualReader()
        reader.insert(VirtualCard(self.seeded.card("elector")))
        with wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth:
            yield booth

    def sign_in(self) -> bool:
        with self.booth() as booth:
            asked = signing_in.begin(booth)
            if not isinstance(asked, AskPin):
                self.did[f"sign-in {asked.code.name}"] += 1
                return False
            session = signing_in.unlock(booth, asked, Pin(self.pin))
            asked.connection.close()
        self.did[f"sign-in {type(session).__name__}"] += 1
        return isinstance(session, Session)

    @property
    def pin(self) -> str:
        return next(card["pin"] for card in self.seeded.summary["cards"] if card["kind"] == "elector")

    # --- what is asked after each step

    def look(self) -> dict[str, set[str]]:
        with self.centre() as centre, centre.store.reading() as tx:
            return {
                name: set(map(str, tx.connection.execute(sa.select(column).select_from(table)).scalars()))
                for name, (table, column) in KEPT.items()
            }

    def sealed(self) -> set[str]:
        with self.centre() as centre, centre.store.reading() as tx:
            whole = sa.select(items.c.key).where(items.c.kind.in_(["dossier", "votes.slip"]), items.c.body != "")
            return set(map(str, tx.connection.execute(whole).scalars()))

    def list_holds(self) -> None:
        """A booth whose clock is right takes the list that lies in the feed, and cards by it."""
        with self.centre() as centre, centre.store.reading() as tx:
            item = feed.find(tx, CardItem.REVOCATIONS, CardItem.REVOCATIONS)
            assert item is not None
            message = Revocations.read(centre.read_signed(CardItem.REVOCATIONS, item.body))
        crl = x509.load_der_x509_crl(base64.b64decode(message.crl))
        assert crl.next_update_utc is not None
        assert crl.last_update_utc - DAY <= self.server.true < crl.next_update_utc

    def nothing_is_lost(self) -> None:
        now = self.look()
        assert {name: self.kept[name] - now[name] for name in KEPT} == {name: set() for name in KEPT}
        assert self.there <= set(self.copies.iterdir())
        self.there = set(self.copies.iterdir())
        assert self.dossiers <= self.sealed()
        self.list_holds()

    def all_is_well(self) -> None:
        """Both clocks are right again: everything works, at once or after the one command that the sentence named."""
        self.server.wrong = self.kiosk.wrong = timedelta(0)
        if self.purge():
            words = self.confirm.replace("YYYY-MM-DD", f"{self.server.true:%Y-%m-%d}").split()
            assert cli.main(words) == 0
            self.did["confirmed"] += 1
        assert (self.purge(), self.backup(), self.refresh()) == (0, 0, 0)
        assert self.serve() and self.sign_in()
        self.nothing_is_lost()


@pytest.fixture
def folder(seeded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seeded, tmp_path / "demo"))


def run(town: Town, chance: random.Random) -> None:
    steps = (town.purge, town.backup, town.refresh, town.restored, town.serve, town.sign_in)
    assert town.serve() and town.sign_in()
    for _ in range(STEPS):
        if chance.random() < 0.3:
            town.server.restart(chance.choice([timedelta(minutes=1), 9 * HOUR, 3 * DAY]), chance.choice([20.0, 900.0]))
        town.wait(chance.choice([timedelta(seconds=5), HOUR, 5 * HOUR]))
        for machine in (town.server, town.kiosk):
            if chance.random() < 0.6:
                machine.set(CLOCKS[chance.choice(list(CLOCKS))](machine.true))
        chance.choice(steps)()
        town.nothing_is_lost()
    town.all_is_well()


@pytest.mark.timeout(900 if LONG else 300, func_only=True)
@pytest.mark.parametrize("turn", range(examples(1)))
def test_clocks_gone_wrong_in_any_order(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], turn: int
) -> None:
    seed = int(os.environ.get("CLOCKS_SEED") or random.SystemRandom().randrange(2**32))
    town = Town(folder, monkeypatch, lambda: capsys.readouterr().err)
    try:
        run(town, random.Random(seed))
    finally:
        print(f"CLOCKS_SEED={seed}: {dict(town.did)}")


@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("name", CLOCKS if LONG else ["two hours back", "2045"])
def test_each_step_under_one_clock_and_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Without a hand: a clock that comes right by itself is believed again."""
    town = Town(folder, monkeypatch, lambda: capsys.readouterr().err)
    right = name == "right"
    for restarts in (False, True):
        if restarts:
            town.server.restart(up=900.0)
        town.server.set(CLOCKS[name](town.server.true))
        for step in (town.purge, town.backup, town.refresh, town.restored):
            assert step() == (0 if right else 78)
        assert town.serve() is right
        town.nothing_is_lost()
        town.all_is_well()
    assert not town.did["confirmed"]
