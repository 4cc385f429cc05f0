"""How many examples a random test takes: CI a tenth of the long form (`scripts/test --long`)."""

import os

LONG = bool(os.environ.get("TEST_LONG"))


def examples(short: int) -> int:
    return short * 10 if LONG else short
