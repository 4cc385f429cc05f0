"""`python -m printing verify FILE.pdf --trust ROOT.pem` and `python -m printing worker`.

The worker takes everything from its standard input, because arguments are seen by every process.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_never

from printing.verify import Altered, Intact, Unreadable, Unsealed, Untrusted, Verdict, examine


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m printing", description="Makes and checks sealed papers.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("worker", help="make papers: JSON lines on standard input and output (started by Press)")
    check = commands.add_parser(
        "verify", help="say who sealed a paper, and whether it is intact (exit 0), altered (1) or not known (2)"
    )
    check.add_argument("file", type=Path, metavar="FILE.pdf")
    check.add_argument("--trust", type=Path, required=True, metavar="ROOT.pem", help="the roots that are trusted")
    check.add_argument("--at", type=datetime.fromisoformat, help="check as of this moment, e.g. 2026-11-21T12:00+02:00")
    options = parser.parse_args(arguments)
    if options.command == "worker":
        from printing.worker import serve

        return serve()
    return _verify(parser, options.file, options.trust, options.at)


def _verify(parser: argparse.ArgumentParser, file: Path, trust: Path, at: datetime | None) -> int:
    now = at if at is not None else datetime.now(UTC)
    if now.tzinfo is None:
        parser.error("--at needs a time zone, e.g. +02:00")
    try:
        verdict = examine(file.read_bytes(), trust, now=now)
    except (OSError, ValueError) as failure:
        parser.error(str(failure))
    words, code = _spoken(verdict)
    print(words)
    return code


def _spoken(verdict: Verdict) -> tuple[str, int]:
    match verdict:
        case Intact(signer, sealed_at):
            return f"intact: sealed by {signer}{_when(sealed_at)}", 0
        case Altered(signer):
            return f"ALTERED after it was sealed{f' by {signer}' if signer else ''}", 1
        case Untrusted(signer, sealed_at):
            return f"not trusted: unchanged, but sealed by {signer}{_when(sealed_at)}, outside these roots", 2
        case Unsealed():
            return "not sealed", 2
        case Unreadable():
            return "not a readable PDF", 2
        case _ as never:
            assert_never(never)


def _when(moment: datetime | None) -> str:
    return f", which says {moment.isoformat()}" if moment is not None else ""


if __name__ == "__main__":
    sys.exit(main())
