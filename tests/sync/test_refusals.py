"""Which of the town hall's refusals end a night: those about the booth itself, if nothing in the round belies them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from sync import Report, Stage

WIRE = (Path(__file__).parents[2] / "docs" / "wire.md").read_text(encoding="utf-8")
OF_THE_BOOTH = {"unknown-booth", "suspended", "revoked", "expired", "old-key", "other-certificate"}


def refused(*problems: str, sent: int = 1) -> bool:
    names = ("hello", "push", "pull", "status")
    stages = tuple(Stage(name, problem) for name, problem in zip(names, problems, strict=False))
    return Report(datetime.now(UTC), sent, 0, 0, 0, 0, 0, 0, 0, timedelta(0), stages).refused


def said_in_the_documentation() -> dict[str, str]:
    """Every reason of a 4xx in wire.md's table, and what its line says that the booth does."""
    lines = re.findall(r"^\| (4\d\d) \| ([^|]*) \| ([^|]*) \|$", WIRE, re.MULTILINE)
    return {reason: does for _, reasons, does in lines for reason in re.findall(r"`([a-z-]+)`", reasons)}


def test_each_reason_does_what_the_documentation_says() -> None:
    said = said_in_the_documentation()
    assert len(said) > 15 and said.keys() >= OF_THE_BOOTH
    for reason, does in said.items():
        assert refused(*[f"refused: {reason}"] * 4) == does.startswith("stops") == (reason in OF_THE_BOOTH), reason


def test_what_a_proxy_says_or_nobody_knows_is_tried_again() -> None:
    for reason in ("status 404", "status 401", "too-large", "something-new", ""):
        assert not refused(*[f"refused: {reason}"] * 4)
    assert refused(*["refused: status 403"] * 4), "the proxy saw no certificate"


def test_one_wrong_no_is_belied_by_any_stage_that_was_answered() -> None:
    problems = ("", "refused: revoked", "refused: bad-signature", "line down: status 503")
    for round in product(problems, repeat=4):
        assert refused(*round) == ("refused: revoked" in round and "" not in round), round
    said = "refused: suspended"
    assert refused(said, "", said, said, sent=0), "a push with nothing to send has asked nobody"
    assert not refused(said, "", said, said, sent=1)


def test_another_town_hall_or_protocol_ends_it_at_once() -> None:
    assert refused("protocol") and refused("municipality")
    assert not refused("line down: ReadTimeout") and not refused("garbled: answer unsigned") and not refused("")
