"""What becomes of a goal that was missed: it is said in the table; with `--strict` the bench also ends with 1."""

from __future__ import annotations

import argparse
from collections.abc import Iterable


def add_strict(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--strict", action="store_true", help="end with 1 if a goal was missed")
    return parser


def end(missed: Iterable[str], *, strict: bool) -> int:
    """The exit code, after `missed` goals have been named."""
    names = list(missed)
    if names:
        print(f"missed: {', '.join(names)}")
    return 1 if names and strict else 0
