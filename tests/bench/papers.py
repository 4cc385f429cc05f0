"""A certificate, drawn, archived and sealed, beside WeasyPrint and pyHanko with the same page. See docs/bench.md.

    python tests/bench/papers.py [--rounds N] [--json FILE]      (scripts/bench papers)

Both warm, in one process, in turns: one paper of ours, one of the peer's. Then a booth with a warm press, from «issue»
to the printer's word (a folder), and what the files weigh.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE), str(HERE.parent / "support")]

import goals  # noqa: E402
import segno  # noqa: E402
import small_town as st  # noqa: E402

from card_reader import Pin, VirtualCard, VirtualReader, make_root  # noqa: E402
from kiosk import settings, wiring  # noqa: E402
from kiosk.identity import signing_in  # noqa: E402
from kiosk.matters.certificates import service  # noqa: E402
from municipality.matters.certificates.kinds import KINDS  # noqa: E402
from printing import Certificate, Facts, Paragraph, Pkcs12Seal, Table, certify_seal, write_pkcs12  # noqa: E402
from printing.samples import SAMPLES  # noqa: E402
from printing.worker import make  # noqa: E402
from sync import inbox  # noqa: E402

RATIO, CONFIRM_MS, KILOBYTES = 0.5, 250, 40
ONE_PAGE, LONG = "certificate-family", "certificate-family-of-16"


def seal_of(folder: Path, at: datetime) -> Pkcs12Seal:
    """A seal under a demo root, as a booth has one."""
    root = make_root("Bench seal root", at - timedelta(days=1), 1)
    certificate, key = certify_seal(root.certificate, root.key, "Δήμος Κάτω Πλατείας, Εκδοτήριο", at, 1)
    write_pkcs12(folder / "seal.p12", certificate, key)
    return Pkcs12Seal(folder / "seal.p12", None)


# --- the peer ---------------------------------------------------------------------------------------------------------

CSS = """
@page { size: A4; margin: 42pt 51pt 150pt; @bottom-right { content: "Σελίδα " counter(page) " από " counter(pages);
  font: 8pt Noto Sans } @bottom-left { content: element(foot) } }
body { font: 11pt/16pt "Noto Sans"; color: #0f2140 } small { color: #424f6b; font-size: 7.6pt; display: block }
h1 { font-size: 17pt; text-align: center; color: #002e66; margin: 20pt 0 0 }
header { border-bottom: 1.6pt solid #002e66; display: flex; gap: 12pt }
header svg { width: 54pt; height: 54pt } header div { flex: 1 }
table { width: 100%; border-collapse: collapse; font-size: 9.6pt; line-height: 12.4pt } th { text-align: left;
  font-size: 8.2pt; color: #002e66 } td, th { border-bottom: .5pt solid #bdc9db; padding: 3.6pt 4pt;
  vertical-align: top } #foot { position: running(foot); font-size: 8pt; line-height: 10pt }
#foot svg { width: 76pt; height: 76pt; float: left }
"""


def page_of(paper: Certificate) -> str:
    """The same words as HTML."""

    def said(words: Any) -> str:
        return f"{escape(words.el)}<small>{escape(words.en)}</small>"

    def bold(words: str) -> str:
        parts = escape(words).split("**")
        return "".join(f"<b>{part}</b>" if place % 2 else part for place, part in enumerate(parts))

    body = []
    for block in paper.blocks:
        match block:
            case Paragraph(words, english):
                body.append(f"<p>{bold(words)}<small>{escape(english)}</small></p>")
            case Facts(rows):
                lines = "".join(f"<tr><td>{said(label)}<td><b>{escape(value or '—')}</b>" for label, value in rows)
                body.append(f"<table>{lines}</table>")
            case Table(columns, rows, closing):
                head = "".join(f"<th>{''.join(map(said, column.heading))}" for column in columns)
                lines = "".join(
                    "<tr>" + "".join("<td>" + "<br>".join(bold(line) for line in cell) for cell in row.cells)
                    for row in rows
                )
                body.append(f"<table><thead><tr>{head}</thead>{lines}</table><p>{said(closing)}</p>")
    code = segno.make(paper.verification_url, error="m").svg_inline(border=0, omitsize=True)
    terms = "".join(f"<tr><td>{said(label)}<td>{escape(value)}" for label, value in paper.terms)
    office = paper.office
    return f"""<!doctype html><html lang="el"><title>{escape(paper.title.el)}</title><style>{CSS}</style>
<header>{paper.crest}<div><b>ΕΛΛΗΝΙΚΗ ΔΗΜΟΚΡΑΤΙΑ</b><br>{escape(paper.municipality)}<small>{escape(office.unit)}<br>
{escape(office.address)} · τηλ. {escape(office.telephone)}<br>{escape(paper.booth)}</small></div><div>Αριθμός
{escape(paper.number)}<br>{paper.issued_at:%d/%m/%Y %H:%M}<br>{escape(paper.protocol)}</div></header>
<h1>{escape(paper.title.el)}</h1><small>{escape(paper.title.en)}</small>
<p><b>{said(paper.standing.heading)}</b> {said(paper.standing.sentence)}</p>{"".join(body)}<table>{terms}</table>
<p>{"<br>".join(map(escape, paper.signatory))}</p>
<div id="foot">{code} Έλεγχος γνησιότητας {escape(paper.verification_url)} {escape(paper.code)}
{escape(paper.number)}</div>
</html>"""


def peer(paper: Certificate, key: Pkcs12Seal) -> bytes:
    """WeasyPrint's PDF/A-1b, sealed by pyHanko as its manual does it."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
    from weasyprint import HTML

    drawn = HTML(string=page_of(paper)).write_pdf(pdf_variant="pdf/a-1b")
    metadata = PdfSignatureMetadata(
        field_name="Seal", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, certify=True
    )
    place = fields.SigFieldSpec("Seal", on_page=-1, box=(366, 66, 544, 148))
    writer = IncrementalPdfFileWriter(io.BytesIO(drawn))
    return PdfSigner(metadata, key.signer(), new_field_spec=place).sign_pdf(writer).getvalue()  # type: ignore[no-any-return]


# --- measuring --------------------------------------------------------------------------------------------------------


def milliseconds(work: Callable[[], Any]) -> tuple[float, float]:
    """By the clock, and of processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)


def in_turns(rounds: int, *works: Callable[[], Any]) -> list[tuple[float, float]]:
    """The medians of each; the machine is as busy for the one as for the others."""
    for work in works:
        work()
    turns = [[milliseconds(work) for work in works] for _ in range(rounds)]
    return [
        (median(clock), median(processor))
        for clock, processor in (zip(*one, strict=True) for one in zip(*turns, strict=True))
    ]


def confirmed(folder: Path, rounds: int) -> float:
    """Median milliseconds from «issue» to the printer's word, with a press that is warm."""
    town = st.build(folder)
    reader = VirtualReader()
    reader.insert(VirtualCard(town.cards[st.ANNA]))
    bench = wiring.Bench(reader=reader)
    with wiring.open_booth(settings.load(town.home / "kiosk.toml"), bench=bench) as booth:
        with booth.store.writing() as connection:
            for item in town.items:
                inbox.store_item(connection, item)
        asked = signing_in.begin(booth)
        assert isinstance(asked, signing_in.AskPin), asked
        session = signing_in.unlock(booth, asked, Pin(st.PIN))
        assert isinstance(session, signing_in.Session), session

        def issue() -> None:
            sealed = service.issue(booth, session, KINDS[0], lambda _: None)
            assert isinstance(sealed, service.Sealed), sealed
            assert service.print_out(booth, sealed, lambda _: None) == service.OnPaper()

        issue()
        taken = [milliseconds(issue) for _ in range(min(rounds, 15))]  # a PIN is fresh for a minute
        session.connection.close()
    return median(clock for clock, _ in taken)


def measure(rounds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="bench-papers-") as scratch:
        at = datetime.now(UTC).replace(microsecond=0)
        key = seal_of(Path(scratch), at)
        papers = {}
        for name in (ONE_PAGE, LONG):
            sample = SAMPLES[name]
            assert isinstance(sample, Certificate)
            papers[name] = replace(sample, issued_at=at)
        one, long = (paper.to_dict() for paper in papers.values())
        ours, theirs, ours_long = in_turns(
            rounds, lambda: make(one, key), lambda: peer(papers[ONE_PAGE], key), lambda: make(long, key)
        )
        return {
            "ours_ms": round(ours[0], 1),
            "peer_ms": round(theirs[0], 1),
            "ratio": round(ours[0] / theirs[0], 2),
            "ours_processor_ms": round(ours[1], 1),
            "peer_processor_ms": round(theirs[1], 1),
            "ours_16_persons_ms": round(ours_long[0], 1),
            "ours_kb": round(len(make(one, key)) / 1024, 1),
            "peer_kb": round(len(peer(papers[ONE_PAGE], key)) / 1024, 1),
            "ours_16_persons_kb": round(len(make(long, key)) / 1024, 1),
            "confirm_ms": round(confirmed(Path(scratch) / "town", rounds), 1),
        }


GOALS = (("ratio", RATIO), ("confirm_ms", CONFIRM_MS), ("ours_kb", KILOBYTES))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench papers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", type=Path, metavar="FILE")
    goals.add_strict(parser)
    options = parser.parse_args(arguments)
    report = measure(options.rounds)
    limits = dict(GOALS)
    for name, value in report.items():
        print(f"{name:22}{value:>9}" + (f"   goal ≤ {limits[name]}" if name in limits else ""))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return goals.end((name for name, limit in GOALS if report[name] > limit), strict=options.strict)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
