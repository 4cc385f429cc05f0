"""How many examples a random test takes: CI a tenth of the long form (`scripts/test --long`), --fast a hundredth."""

import os

LONG = bool(os.environ.get("TEST_LONG"))
FAST = bool(os.environ.get("TEST_FAST"))


def examples(short: int) -> int:
    return short * 10 if LONG else max(1, short // 10) if FAST else short
