"""`python -m printing verify FILE.pdf --trust ROOT.pem`, `sample OUT`, and `worker`.

The worker takes everything from its standard input, because arguments are seen by every process.
"""

from __future__ import annotations

import argparse
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from printing.verdicts import exit_code, sentence
from printing.verify import LARGEST, examine

_ABOUT = """\
Says who sealed a paper's file, and whether the file is that paper, byte for byte. The answer is one sentence in English
and the same in Greek. Exit code: 0 intact; 1 altered after it was sealed, added to included; 2 neither can be said: not
sealed, sealed outside the trusted roots, certificate not valid then or expired since, not a PDF, or called wrongly.

The sealing time is what the seal says of itself. Nothing is asked over the network: this command cannot know whether
the certificate was revoked or the paper made void. The town hall's site says so, if asked with the paper's code."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m printing", description="Makes and checks sealed papers.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("worker", help="make papers: JSON lines on standard input and output (started by Press)")
    check = commands.add_parser(
        "verify",
        help="say who sealed a paper, and whether it is intact (exit 0), altered (1) or not known (2)",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    check.add_argument("file", type=Path, metavar="FILE.pdf")
    check.add_argument(
        "--trust",
        type=Path,
        required=True,
        metavar="ROOT.pem",
        help="the only roots that are trusted: the municipality's seal-root.pem, or its trust provider's root",
    )
    check.add_argument("--at", type=datetime.fromisoformat, help="check as of this moment, e.g. 2026-11-21T12:00+02:00")
    samples = commands.add_parser(
        "sample", help="one of every document, of invented people, as PDF files into a folder"
    )
    samples.add_argument("out", type=Path, metavar="OUT")
    options = parser.parse_args(arguments)
    if options.command == "sample":
        return _sample(parser, options.out)
    if options.command == "worker":
        from printing.worker import serve

        return serve()
    return _verify(parser, options.file, options.trust, options.at)


def _sample(parser: argparse.ArgumentParser, out: Path) -> int:
    from assets.fonts import FileMissing
    from printing.samples import write

    try:
        for file in write(out):
            print(file)
    except (OSError, FileMissing) as failure:
        parser.error(str(failure))
    return 0


def _verify(parser: argparse.ArgumentParser, file: Path, trust: Path, at: datetime | None) -> int:
    now = at if at is not None else datetime.now(UTC).replace(microsecond=0)
    if now.tzinfo is None:
        parser.error("--at needs a time zone, e.g. +02:00")
    try:
        verdict = examine(_read(file), trust, now=now)
    except (OSError, ValueError) as failure:
        parser.error(str(failure))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Greek must not turn a verdict into a traceback
    for language in ("en", "el"):
        print(sentence(verdict, language, now=now))
    return exit_code(verdict)


def _read(file: Path) -> bytes:
    """One byte more than is ever looked at, at most. Raises OSError, also for what would never end."""
    if file.exists() and not file.is_file():
        raise OSError(f"not a file: {file}")
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


if __name__ == "__main__":
    sys.exit(main())
