"""From an approved draft to a vote: its roll frozen, the registrar's folder, the officials' signatures, announced.

What comes from the registrar or an official is compared with what was asked before a word of it is kept. Never a
credential, and no vote that its officials have not signed for.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock

from ballot_box import ElectionSetup, registrar
from ballot_box.officials import Office, Officials, Signature, read_setup, registration, signing, unsigned
from central.kernel.centre import Centre
from central.kernel.outcome import Done, Outcome, Refused
from central.matters.votes import service
from central.matters.votes.drafts import book
from central.matters.votes.drafts.typed import Typed, plan_of
from central.matters.votes.life import drawing_up, rehearsal
from central.matters.votes.life.drawing_up import Draft, Prepared
from central.matters.votes.life.elections import ElectionRefused, board_of, town_officials
from central.matters.votes.life.rehearsal import Registered
from central.matters.votes.store import drafts as rows
from central.matters.votes.store import elections as election_rows
from central.matters.votes.store.drafts import Kept
from central.office.accounts.staff import Officer
from central.store import Tx
from municipality.matters.votes.messages import Election, LeftOut

LARGEST_ANSWER: Final = 64 * 1024 * 1024
LARGEST_SIGNATURE: Final = 64 * 1024
_LARGEST_UNPACKED: Final = 256 * 1024 * 1024
_NEEDED: Final = frozenset({"slips.json", "public_credentials.json", "roll_digest.json"})
_MAY_BE: Final = frozenset({registrar.LEFT_OUT, registrar.AUDITORS})


def approve(centre: Centre, about: str) -> None:
    """The second person's word: the roll is frozen for the plan as it was proposed. ElectionRefused if it has changed
    since, or is not whole any more: an hour may have passed."""
    draft, digest = book.about_which(about)
    kept = book.find(centre, draft)
    if kept is None or kept.state != "draft":
        raise ElectionRefused("this draft is decided already")
    typed = Typed.read(kept.plan)
    if typed.digest != digest:
        raise ElectionRefused("this draft has changed since it was proposed")
    if book.faults_of(centre, typed):
        raise ElectionRefused("something is missing in this draft")
    begun = drawing_up.begin(centre, plan_of(typed))
    left_out = json.dumps({card: why.value for card, why in begun.left_out.items()})
    with centre.store.writing() as tx:
        now = rows.find(tx, draft, lock=True)
        if now is None or (now.state, now.plan) != ("draft", kept.plan):
            raise ElectionRefused("this draft was changed while its roll was being frozen")
        rows.change(
            tx, draft, state="approved", election=begun.election, request=begun.request, left_out=left_out,
            changed_at=centre.clock(),
        )  # fmt: skip


def draft_of(kept: Kept) -> Draft:
    """As `drawing_up.begin` gave it."""
    left_out = {card: LeftOut(why) for card, why in json.loads(kept.left_out).items()}
    electors = len(json.loads(kept.request)["entries"])
    return Draft(kept.election, plan_of(Typed.read(kept.plan)), kept.request, electors, left_out)


def take_answer(centre: Centre, officer: Officer, draft: str, folder: bytes) -> Outcome:
    """The registrar's folder, as a zip. Kept if it answers what was asked, card for card."""
    kept = book.find(centre, draft)
    if kept is None or kept.state != "approved":
        return Refused("draft-decided")
    with tempfile.TemporaryDirectory(prefix="registrar-") as name:
        if not _unpacked(folder, Path(name)):
            return Refused("registrar-folder")
        try:
            election = json.loads((Path(name) / "slips.json").read_text(encoding="utf-8"))["election"]
            registered = rehearsal.read_registered(Path(name))
        except (OSError, ValueError, KeyError, TypeError):
            return Refused("registrar-folder")
    if election != kept.election:
        return Refused("registrar-other-vote")
    return _take(centre, officer, kept, registered)


def _unpacked(folder: bytes, into: Path) -> bool:
    """Its files by our own names, whatever folder they lay in: what stands in a zip must not choose where it goes."""
    try:
        with zipfile.ZipFile(io.BytesIO(folder)) as opened:
            files = {Path(one.filename).name: one for one in opened.infolist() if not one.is_dir()}
            wanted = {name: one for name, one in files.items() if name in _NEEDED | _MAY_BE}
            if not wanted.keys() >= _NEEDED or sum(one.file_size for one in wanted.values()) > _LARGEST_UNPACKED:
                return False
            for name, one in wanted.items():
                (into / name).write_bytes(opened.read(one))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, zlib.error):
        return False
    return True


def _take(centre: Centre, officer: Officer, kept: Kept, registered: Registered) -> Outcome:
    if not _answers(kept, registered):
        return Refused("registrar-other-roll")
    try:
        prepared = drawing_up.prepare(centre, draft_of(kept), registered)
    except (ElectionRefused, ValueError):
        return Refused("registrar-not-sound")
    credentials = list(prepared.setup.credentials)
    answer = json.dumps({"slips": dict(prepared.slips), "credentials": credentials, "auditors": prepared.auditors})

    def write(tx: Tx) -> Outcome:
        now = rows.find(tx, kept.draft, lock=True)
        if now is None or now.state != "approved":
            return Refused("draft-decided")
        text = prepared.notice.text()
        rows.change(tx, kept.draft, state="signing", answer=answer, record=text, signatures="[]")
        book.note(tx, centre, officer, "draft.registered", kept.draft)
        return Done()

    return centre.store.once(write)


def _answers(kept: Kept, registered: Registered) -> bool:
    """Whether each card that was asked for has a slip or a reason, and nobody else has either."""
    roll = registration.read_request(kept.request).roll
    asked = {entry.card for entry in roll.entries}
    return (
        set(registered.slips) == asked
        and registered.left_out == dict(roll.left_out)
        and (registered.roll_size, len(registered.credentials)) == (len(asked), len(asked))
        and registered.roll_digest == registrar.roll_digest(roll.entries)
    )


def setup_record(kept: Kept) -> str:
    """What the registrar and the trustees sign."""
    return Election.read(kept.record).record()


@dataclass(frozen=True)
class Signer:
    """An official who may sign a record, and whether they have. `office`: registrar or trustee."""

    name: str
    office: str
    has_signed: bool


@dataclass(frozen=True)
class Signatures:
    """`lacks_registrar`, and how many trustees' signatures are still needed; both false and 0 where it is enough."""

    signers: tuple[Signer, ...]
    lacks_registrar: bool
    lacks_trustees: int

    @property
    def enough(self) -> bool:
        return not (self.lacks_registrar or self.lacks_trustees)


def who_signed(officials: Officials, text: str, signatures: list[Signature], typ: str) -> Signatures:
    listed: list[Signer] = []
    for office in (Office.REGISTRAR, Office.TRUSTEE):
        signed = signing.signers(signatures, typ, text, officials.keys(office))
        listed += [Signer(one.name, office.value, one.id in signed) for one in officials.of(office)]
    trustees = sum(one.has_signed for one in listed if one.office == Office.TRUSTEE)
    registrars = any(one.has_signed for one in listed if one.office == Office.REGISTRAR)
    return Signatures(tuple(listed), not registrars, max(0, officials.threshold - trustees))


def signatures_of(centre: Centre, kept: Kept) -> Signatures | None:
    """Of a draft that is being signed; None where the town's officials are others by now."""
    officials = town_officials(centre)
    if officials is None or officials.fingerprint != Election.read(kept.record).officials:
        return None
    return who_signed(officials, setup_record(kept), read_kept(kept.signatures), signing.SETUP)


def read_kept(text: str) -> list[Signature]:
    return list(signing.read_signatures(json.loads(text), "signatures"))


def read_one(file: bytes) -> Signature | None:
    """A signature as an official's tool wrote it."""
    try:
        return signing.read_signatures([json.loads(file.decode("utf-8"))], "signature")[0]
    except (ValueError, RecursionError):
        return None


def add_signature(centre: Centre, officer: Officer, draft: str, file: bytes) -> Outcome:
    one = read_one(file)
    return Refused("no-signature") if one is None else add_signatures(centre, officer, draft, [one])


def add_signatures(centre: Centre, officer: Officer, draft: str, more: list[Signature]) -> Outcome:
    """Kept if each is by an official of this town, over this record."""
    officials = town_officials(centre)

    def write(tx: Tx) -> Outcome:
        kept = rows.find(tx, draft, lock=True)
        if kept is None or kept.state != "signing":
            return Refused("draft-decided")
        keys = [] if officials is None else [*officials.keys(Office.REGISTRAR), *officials.keys(Office.TRUSTEE)]
        known = signing.signers(more, signing.SETUP, setup_record(kept), keys)
        if any(one.by not in known for one in more):
            return Refused("not-their-signature")
        all_of_them = {one.by: one.plain() for one in (*read_kept(kept.signatures), *more)}
        rows.change(tx, draft, signatures=json.dumps(list(all_of_them.values())))
        book.note(tx, centre, officer, "draft.sign", draft)
        return Done()

    return centre.store.once(write)


def announce(centre: Centre, officer: Officer, draft: str) -> Outcome:
    """Make it a vote and tell the booths. May be done again after a cut."""
    with FileLock(centre.settings.elections / "announce.lock", timeout=300):
        kept = book.find(centre, draft)
        if kept is None or kept.state != "signing":
            return Refused("draft-decided")
        notice = Election.read(kept.record)
        if centre.clock() >= notice.closes:
            return Refused("draft-too-late")
        officials = town_officials(centre)
        signatures = read_kept(kept.signatures)
        if officials is None or unsigned(read_setup(notice.record()), signatures, officials):
            return Refused("not-signed-yet")
        _establish(centre, kept, notice, signatures)

        def write(tx: Tx) -> None:
            book.emptied(tx, draft, "announced", centre.clock())
            book.note(tx, centre, officer, "election.open", kept.election)

        centre.store.once(write)
    return Done()


def _establish(centre: Centre, kept: Kept, notice: Election, signatures: list[Signature]) -> None:
    with centre.store.reading() as tx:
        held = election_rows.find(tx, kept.election)
    if held is None:
        # What a cut left behind is no vote: nobody was told of it.
        shutil.rmtree(board_of(centre, kept.election).path.parent, ignore_errors=True)
        answer = json.loads(kept.answer)
        belenios, credentials = notice.belenios, tuple(answer["credentials"])
        setup = ElectionSetup(belenios.election, belenios.trustees, credentials, tool=notice.tool)
        drawing_up.establish(centre, Prepared(notice, setup, answer["slips"], answer.get("auditors", "")), signatures)
    if held is None or held.state == "draft":
        service.open_vote(centre, kept.election)


def rehearse(centre: Centre, officer: Officer, draft: str) -> Outcome:
    """A rehearsal's officials do at once what real ones do on machines of their own: the registrar's folder, and the
    signatures."""
    kept = book.find(centre, draft)
    if kept is None or kept.state not in ("approved", "signing"):
        return Refused("draft-decided")
    if kept.state == "approved":
        made = draft_of(kept)
        outcome = _take(centre, officer, kept, rehearsal.register(centre, made.request, made.electors))
        if isinstance(outcome, Refused):
            return outcome
        kept = book.find(centre, draft) or kept
    return add_signatures(centre, officer, draft, rehearsal.sign_setup(centre, setup_record(kept)))
