"""A booth killed (-9) at each named point between «issue» and the number on the screen, and started again.

Whatever came out, its number is printed, void or given back; and nothing that stays leads to a person at /v.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import leaks
import paper_judges
import pytest
import small_town as st
from booth_life import Life, live
from sqlalchemy import text
from technicians import proof_of

from kiosk import settings, wiring
from kiosk.kernel.booth import Booth
from kiosk.store import certificates
from municipality.matters.certificates.kinds import KINDS
from municipality.matters.certificates.messages import PAPER_ACT, VOID_ACT, CertificateAct, VoidAct
from sync import Envelope, check_chain, outbox

KEY = "5a" * 32
NOTHING, VOID, PRINTED = "nothing", "void", "printed"
# What must be so after the next start.
POINTS = {
    "offer": NOTHING,
    "making_paper": NOTHING,
    "drawing": NOTHING,
    "drawn": NOTHING,
    "numbered": NOTHING,
    "proved": NOTHING,
    "queued": NOTHING,
    "before commit": NOTHING,
    "after commit": VOID,
    "stored": VOID,
    "printing": VOID,
    "printed": VOID,
    "before fate": VOID,
    "after fate": PRINTED,
    "shown": PRINTED,
    "never": PRINTED,
}
NOT_YET_DRAWN = {"offer", "making_paper"}
ON_PAPER = {"printed", "before fate", "after fate", "shown", "never"}
# Of whoever took the paper: no word of the page, and nothing by which the town hall knows them.
PERSON = [st.SURNAME, st.GIVEN, st.AFM, st.AMKA, "R000001", "1234/5", st.PIN]


@contextmanager
def started(home: Path) -> Iterator[Booth]:
    with wiring.open_booth(settings.load(home / "kiosk.toml")) as booth:
        wiring.settle_after_start(booth)
        yield booth


def words_of(town: st.SmallTown, life: Life) -> list[str]:
    """What leads to a person: the code in its spellings and its page, the drawn file, the person and their card."""
    serials = [f"{certificate.serial_number:x}" for certificate in town.cards[st.ANNA].certs.values()]
    code, address = life.printed or ("0000-0000-0000-0000", "http://127.0.0.1:9/v/")
    return [code, code.replace("-", ""), address, "127.0.0.1:9/v/", "%PDF-1.", *PERSON, *serials]


def look(town: st.SmallTown, home: Path, temporary: Path, life: Life) -> None:
    places = list(leaks.of_booth(home, KEY, temporary, life.logged))
    assert leaks.found(places, words_of(town, life)) == []
    if life.printed:
        assert leaks.typed(places, life.printed[0]) == []
    # The card's number is the name of what the town hall sealed to it, and of nothing that was done here.
    columns = [(place, value) for place, value in places if "." in place and " " not in place and "/" not in place]
    named = {place.partition(" in ")[2] for place in leaks.found(columns, [st.ANNA])}
    assert named == {"inbox_items.key", "inbox_items.body"}


def told(town: st.SmallTown, letters: list[Envelope]) -> list[CertificateAct | VoidAct]:
    """What the town hall reads, each in its place in the chain; the paper proved by its holder's card."""
    check_chain(letters, "")
    acts: list[CertificateAct | VoidAct] = []
    for letter in letters:
        head, said = st.told(town, letter)
        if letter.kind == PAPER_ACT:
            assert proof_of(town, letter, town.cards[st.ANNA]).person == "R000001"
            acts.append(CertificateAct.read(said))
        else:
            assert (letter.kind, head.proof) == (VOID_ACT, None)
            acts.append(VoidAct.read(said))
    return acts


@pytest.mark.timeout(400)
@pytest.mark.parametrize("point", POINTS)
def test_nothing_that_stays_leads_to_whose_paper_it_was(town, home: Path, tmp_path: Path, point: str) -> None:
    temporary, kind = tmp_path / "tmp", KINDS[0].document
    life = live(town, home, point, temporary, paper=kind)
    if point == "never":
        assert (life.code, life.said[-1]) == (0, "done"), life.errors[-2000:]
    else:
        assert (life.code, life.said[-1]) == (-9, f"at {point}"), life.errors[-2000:]
    assert bool(life.printed) == (point not in NOT_YET_DRAWN)
    look(town, home, temporary, life)
    papers = list((home / "papers").glob("*.pdf"))
    assert len(papers) == (1 if point in ON_PAPER else 0)
    assert all(life.printed[0] in paper_judges.text(paper) for paper in papers), "it is the code that was looked for"
    with started(home) as booth, booth.store.reading() as connection:
        acts = told(town, outbox.pending(connection, 10))
        rows = connection.execute(text("SELECT number, fate FROM certificates")).all()
        following = certificates.next_serial(connection, booth.clock().year)
    look(town, home, temporary, life)
    if POINTS[point] == NOTHING:
        # The mark beside the key hears of a number before the database has it: a cut in between wastes one.
        assert (acts, rows, life.shown) == ([], [], None) and following == (2 if point == "before commit" else 1)
        return
    paper, *voids = acts
    assert isinstance(paper, CertificateAct) and (paper.code, paper.document) == (life.printed[0], kind)
    assert (rows, following) == ([(paper.number, POINTS[point])], 2)
    assert life.shown in (None, paper.number) and (life.shown is None or POINTS[point] == PRINTED)
    void = VoidAct(number=paper.number, document=paper.document, digest=paper.digest)
    assert voids == ([void] if POINTS[point] == VOID else [])


def test_a_code_that_stayed_would_be_found_wherever_it_lay(town, home: Path, tmp_path: Path) -> None:
    """The searcher is searched: in the database, in its log, in a file of any name, in what was logged."""
    life = Life(["code 7F3K-92QD-1M8X-0A4T http://127.0.0.1:9/v/7F3K-92QD-1M8X-0A4T"], "", 0)
    (tmp_path / "tmp").mkdir()
    look(town, home, tmp_path / "tmp", life)
    spoilt = {
        "a row": lambda: sealed_with(home, "7F3K-92QD-1M8X-0A4T"),
        "a file": lambda: (tmp_path / "tmp" / "fontconfig").write_text("…/v/7f3k92qd1m8x0a4t", encoding="utf-16-le"),
        "a drawn page": lambda: (tmp_path / "tmp" / "page").write_bytes(b"%PDF-1.4"),
        "a card": lambda: sealed_with(home, st.ANNA),
    }
    for name, spoil in spoilt.items():
        spoil()
        with pytest.raises(AssertionError):
            look(town, home, tmp_path / "tmp", life)
        undo(home, tmp_path / "tmp")
        look(town, home, tmp_path / "tmp", life)
        assert name
    with pytest.raises(AssertionError):
        look(town, home, tmp_path / "tmp", Life([*life.said, "issued 7F3K 92QD LM8X OA4T"], "", 0))


def sealed_with(home: Path, digest: str) -> None:
    with wiring.open_booth(settings.load(home / "kiosk.toml")) as booth, booth.store.writing() as connection:
        at = booth.clock().replace(microsecond=0)
        issued = certificates.Issued("ΔΟΚ1/2026/000009", 2026, 9, KINDS[0].document, digest, at)
        certificates.insert_sealed(connection, issued)


def undo(home: Path, temporary: Path) -> None:
    for file in temporary.iterdir():
        file.unlink()
    with wiring.open_booth(settings.load(home / "kiosk.toml")) as booth:
        with booth.store.writing() as connection:
            connection.execute(text("DELETE FROM certificates"))
        booth.store.fold()
