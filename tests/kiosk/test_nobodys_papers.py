"""Whoever has the disk of a booth, and its key too, learns from no certificate whose it was."""

from dataclasses import dataclass

import leaks
import pytest
import small_town as st
from technicians import letters

from kiosk.matters.certificates import service as certificates
from kiosk.store import copies
from municipality.matters.certificates.kinds import KINDS
from municipality.matters.certificates.messages import PAPER_ACT, CertificateAct
from printing import NotPrinted, Ready, Unknown

KEY = "5a" * 32


@dataclass(frozen=True)
class Saying:
    """A printer that is ready, and gives one outcome."""

    outcome: NotPrinted | Unknown

    def ready(self) -> Ready:
        return Ready()

    def print(self, *_: object, **__: object) -> NotPrinted | Unknown:
        return self.outcome


@pytest.mark.parametrize("outcome", [None, NotPrinted("jam"), Unknown("line-lost")], ids=["printed", "jam", "unknown"])
def test_the_store_with_its_key_leads_from_no_paper_to_a_person(desk, outcome: NotPrinted | Unknown | None) -> None:
    """Of any kind, whatever became of it: neither rows, nor what lies in the pages and the log, nor the nights' copies.
    (Killed in the middle of it: tests/journeys/test_paper_killed.py.)"""
    booth, file = desk.booth, desk.home / "booth.db"
    session = desk.sign_in(st.ANNA)
    if outcome is not None:
        object.__setattr__(booth, "printer", Saying(outcome))
    papers = [certificates.issue(booth, session, kind, lambda _stage: None) for kind in KINDS[:2]]
    assert all(isinstance(paper, certificates.Sealed) for paper in papers)
    for paper in papers:
        certificates.print_out(booth, paper, lambda _stage: None)
    assert (desk.home / "booth.db-wal").stat().st_size > 0, "what was written last lies in the log"
    copy = copies.make_copy(file, bytes.fromhex(KEY), 1)
    assert copy is not None
    places = [*leaks.pages(file, KEY), *leaks.columns(file, KEY), *leaks.pages(copy, KEY)]
    codes = [paper.code for paper in papers]
    words = [
        *codes,
        *(code.replace("-", "") for code in codes),
        *(paper.check_url for paper in papers),
        "127.0.0.1:9/v/",
    ]
    assert leaks.found(places, [*words, st.SURNAME, st.GIVEN, st.AFM, st.AMKA, session.dossier.resident]) == []
    assert [leaks.typed(places, code) for code in codes] == [[] for _ in codes]
    # The town hall has them: what was looked for is what was issued.
    told = [st.told(desk.town, one)[1] for one in letters(desk) if one.kind == PAPER_ACT]
    assert [CertificateAct.read(said).code for said in told] == codes
    # And it would have been found.
    number = papers[0].number
    assert {place.split(" in ")[1].split(" ")[0] for place in leaks.found(places, [number])} >= {
        "frame",
        "page",
        "certificates.number",
        "journal.detail",
    }
