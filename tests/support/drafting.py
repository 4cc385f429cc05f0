"""An officer who draws up a vote in the console, and the rehearsal's officials with their own tools, by files."""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ballot_box.__main__ import main as ballot_box
from central.clock import SetClock
from central.kernel.centre import Centre
from central.matters.votes.drafts import book
from central.matters.votes.drafts.typed import Typed
from central.matters.votes.store.drafts import Kept
from central.store import audit

WORDS = {
    "title_el": "Ποδηλατόδρομος", "title_en": "Cycle path",
    "introduction_el": "Από την Ανάκασα ως τον σταθμό.", "introduction_en": "From Anakasa to the station.",
}  # fmt: skip
RULES = {
    "audience": "elector", "opens_day": "2026-12-09", "opens_hour": "08:00", "closes_day": "2026-12-12",
    "closes_hour": "20:00", "floor": "5", "grace_hours": "0", "quorum_percent": "",
}  # fmt: skip
YES_NO = {"kind": "yes-no", "text_el": "Συμφωνείτε;", "text_en": "Do you agree?"}
SEVERAL = {
    "kind": "several", "text_el": "Ποια έργα;", "text_en": "Which works?", "blank": "yes",
    "answers_el": "Δέντρα | σκιά\nΦώτα | ασφάλεια\nΡάμπες | πρόσβαση",
    "answers_en": "Trees | shade\nLights | safety\nRamps | access", "minimum": "1", "maximum": "2",
}  # fmt: skip
SECTION = {
    "heading_el": "Τι προτείνεται", "heading_en": "What is proposed",
    "paragraphs_el": "Πρώτη.\n\nΔεύτερη.", "paragraphs_en": "First.\n\nSecond.",
    "rows_el": "Χώμα | 10 €", "rows_en": "Soil | 10 €",
}  # fmt: skip


def typed(**parts: dict[str, str]) -> Typed:
    """A whole one; `words`, `rules`, `question`, `section`: fields that are otherwise."""
    one = Typed().saying("words", WORDS | parts.get("words", {})).saying("rules", RULES | parts.get("rules", {}))
    for kind, fields in (("question", YES_NO), ("question", SEVERAL), ("section", SECTION)):
        longer = one.adding(kind)
        assert longer is not None
        one = longer[0].saying(longer[1], fields | (parts.get(kind, {}) if fields is not YES_NO else {}))
    return one


def days(centre: Centre) -> dict[str, str]:
    """A window that is still to come."""
    day = centre.clock() + timedelta(days=2)
    return RULES | {"opens_day": f"{day:%Y-%m-%d}", "closes_day": f"{day + timedelta(days=3):%Y-%m-%d}"}


def written(centre: Centre, desk: Any) -> str:
    """A whole draft, typed on the pages; its id."""
    answer = desk.post("/votes/drafts")
    assert answer.status_code == 303
    draft = str(re.search(r"/votes/drafts/([0-9a-f]+)/words", answer.headers["location"])[1])  # type: ignore[index]
    parts: list[tuple[str, dict[str, str]]] = [("words", WORDS), ("rules", days(centre))]
    for kind, fields in (("question", YES_NO), ("question", SEVERAL), ("section", SECTION)):
        where = desk.post(f"/votes/drafts/{draft}/add", {"what": kind}).headers["location"]
        parts.append((where.rpartition("/")[2].partition("?")[0], fields))
    for part, fields in parts:
        assert desk.get(f"/votes/drafts/{draft}/{part}").status_code == 200
        assert desk.post(f"/votes/drafts/{draft}/{part}/save", fields).status_code == 303
    return draft


def kept(centre: Centre, draft: str) -> Kept:
    found = book.find(centre, draft)
    assert found is not None
    return found


class Officials:
    """The rehearsal's, each with their own command, in this process."""

    def __init__(self, town: Any, table: Path) -> None:
        self.homes, self.table = town.folder / "officials", table
        self._files = 0
        table.mkdir(exist_ok=True)

    def file(self, content: bytes) -> Path:
        self._files += 1
        path = self.table / f"{self._files}"
        path.write_bytes(content)
        return path

    def __call__(self, who: str, *words: str) -> bytes:
        """What the tool wrote."""
        out = self.table / f"out-{self._files}-{who}"
        at = 2 if words[0] in ("official", "trustee") else 1
        mine = ("--home", str(self.homes / who), "--rehearsal", "--out", str(out))
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as err:
            ended = ballot_box([*words[:at], *mine, *words[at:]])
        assert not ended, err.getvalue()
        return zipped(out) if out.is_dir() else out.read_bytes()

    def sign(self, who: str, record: bytes, setup: bytes = b"") -> bytes:
        beside = ("--setup", str(self.file(setup))) if setup else ()
        return self(who, "official", "sign", str(self.file(record)), *beside)


def zipped(folder: Path, **other: bytes | None) -> bytes:
    """`other`: files with other contents, or left out."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        for file in sorted(folder.iterdir()):
            content = other.get(file.stem, file.read_bytes())
            if content is not None:
                packed.writestr(f"{folder.name}/{file.name}", content)
    return whole.getvalue()


def proposed(centre: Centre, desk: Any, draft: str) -> str:
    """Put to a second person; the proposal's number."""
    seen = Typed.read(kept(centre, draft).plan).digest
    assert desk.post(f"/votes/drafts/{draft}/propose", {"seen": seen}).status_code == 303
    with centre.store.reading() as tx:
        found = book.proposal_of(tx, draft)
    assert found is not None
    return found.proposal


def approved(centre: Centre, first: Any, second: Any) -> str:
    draft = written(centre, first)
    proposal = proposed(centre, first, draft)
    assert second.post(f"/decisions/{proposal}/confirm").status_code == 303
    assert kept(centre, draft).state == "approved"
    return draft


def upload(desk: Any, path: str, **files: bytes) -> Any:
    return desk.post(path, files={name: (name, content) for name, content in files.items()})


def words_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def acts(centre: Centre) -> list[tuple[str, str]]:
    with centre.store.reading() as tx:
        listed = [(one.who, one.what) for one in reversed(audit.newest(tx, 300))]
    return [one for one in listed if one[1].startswith(("draft.", "election."))]


def at(centre: Centre, moment: datetime) -> Centre:
    """The same town hall, later."""
    return replace(centre, clock=SetClock(lambda: moment))
