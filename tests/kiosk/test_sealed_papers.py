"""A paper of every kind, as a booth seals it, before judges that are not ours: poppler, qpdf, PDFBox preflight."""

from pathlib import Path

import paper_judges as judges
import small_town as st

from kiosk.matters.certificates import service as certificates
from municipality.matters.certificates.kinds import KINDS

LARGEST = 40 * 1024


def test_every_kind_is_a_whole_sealed_archive_file_and_says_what_the_dossier_says(desk, tmp_path: Path) -> None:
    session = desk.sign_in(st.ANNA)
    papers = {}
    for kind in KINDS:
        sealed = certificates.issue(desk.booth, session, kind, lambda _: None)
        assert isinstance(sealed, certificates.Sealed), kind.document
        papers[kind] = tmp_path / f"{kind.document}.pdf"
        papers[kind].write_bytes(sealed.pdf)
        assert len(sealed.pdf) <= LARGEST
    verdicts = judges.archive(*papers.values())
    assert verdicts == [f"The file {path.name} is a valid PDF/A-1b file\n\n" for path in papers.values()]
    for kind, path in papers.items():
        assert "No syntax or stream encoding errors found" in judges.structure(path)
        assert "Signature is Valid" in judges.seal(path) and "Total document signed" in judges.seal(path)
        said = "".join(judges.text(path).split())
        rows = (*kind.rows(session.dossier), *kind.terms(session.dossier))
        assert rows and all("".join(value.split()) in said for _label, value in rows if len(value) < 40), kind.document
        assert kind.title.en.replace(" ", "") in said
