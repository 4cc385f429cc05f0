"""What officials are handed of a vote under way and what they hand in, from the console. Each with its line in the
record, and nothing kept that is not theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ballot_box.officials import BadRecord, Extension, Final, Office, Signature, files, final_of, read_setup, signing
from central.kernel.centre import Centre
from central.kernel.outcome import Done, Outcome, Refused
from central.matters.votes import service
from central.matters.votes.drafts.making import Signatures, Signer, who_signed
from central.matters.votes.life import closing, counting, extending, rehearsal
from central.matters.votes.life.elections import ElectionRefused, all_officials, board_of, held, notice_of
from central.matters.votes.standings import Vote
from central.matters.votes.store import records as record_rows
from central.office.accounts.staff import Officer
from central.store import audit
from municipality.matters.votes.messages import Election
from municipality.messages import Words
from municipality.staff import Role


@dataclass(frozen=True)
class Progress:
    """How far the trustees are. `shares` of `threshold` stand on the board; `ends`: who has signed the end."""

    shares: int
    threshold: int
    ends: tuple[Signer, ...]

    @property
    def ends_enough(self) -> bool:
        return sum(one.has_signed for one in self.ends) >= self.threshold


def progress(centre: Centre, vote: Vote) -> Progress:
    officials, election = all_officials(centre).get(vote.notice.officials), vote.election
    if officials is None or vote.state in ("draft", "open"):
        return Progress(0, 0 if officials is None else officials.threshold, ())
    shares = len(board_of(centre, election).archive().payloads("PartialDecryption"))
    with centre.store.reading() as tx:
        file = record_rows.find(tx, election, record_rows.FINAL)
    text, signed = files.read_signed(file, "final record") if file else ("", ())
    ended = signing.signers(signed, signing.FINAL, text, officials.keys(Office.TRUSTEE))
    trustees = officials.of(Office.TRUSTEE)
    return Progress(
        shares, officials.threshold, tuple(Signer(one.name, Office.TRUSTEE, one.id in ended) for one in trustees)
    )


def declaration(
    centre: Centre, officer: Officer, election: str, why: str, verdicts: Mapping[str, closing.Verdict]
) -> bytes:
    """What two officers have to sign. `verdicts`: about each ballot that waits for them, by tracker. ElectionRefused
    while something may still come, or without a word about each."""
    drafted = closing.draft_declaration(centre, election, {}, why, verdicts)
    _note(centre, officer, "election.declaration", election)
    return drafted.text.encode()


def declare(centre: Centre, officer: Officer, election: str, text: str, signed: Sequence[Signature]) -> Outcome:
    """Raises ElectionRefused, BadRecord for what is not two officers' word about this vote."""
    closing.declare(centre, election, text, signed)
    _note(centre, officer, "election.declare", election)
    return Done()


def declare_played(centre: Centre, officer: Officer, election: str, why: str) -> Outcome:
    """In a rehearsal."""
    service.give_up_waiting(centre, election, why)
    _note(centre, officer, "election.declare", election)
    return Done()


def package(centre: Centre, officer: Officer, election: str) -> Outcome | bytes:
    """What each trustee is handed, to open a closed vote and to sign a counted one. Done, without a package, where too
    few have voted: that is then its end."""
    _note(centre, officer, "election.package", election)
    if not counting.seal_product(centre, election):
        return Done()
    return closing.package(centre, election)


def add_share(centre: Centre, officer: Officer, election: str, file: bytes) -> Outcome | bool:
    """Whether the vote is counted with it."""
    try:
        result = counting.add_share(centre, election, file.decode("ascii"))
    except ValueError:
        return Refused("no-share")
    _note(centre, officer, "election.share", election)
    return result is not None


def add_end(centre: Centre, officer: Officer, election: str, file: bytes) -> Outcome:
    """A trustee's signature under the end as it stands here, and no other: it must not push a good one aside."""
    vote = held(centre, election)
    if vote.state != "tallied" or vote.result is None:
        return Refused("not-now")
    officials = all_officials(centre)[notice_of(vote).officials]
    try:
        text, signed = files.read_signed(file.decode("utf-8").strip(), "final record")
    except ValueError:
        return Refused("no-end")
    keys = officials.keys(Office.TRUSTEE)
    if text != _end(centre, election).text or {one.by for one in signed} - signing.signers(
        signed, signing.FINAL, text, keys
    ):
        return Refused("no-end")
    counting.add_end(centre, election, text, signed)
    _note(centre, officer, "election.end", election)
    return Done()


def _end(centre: Centre, election: str) -> Final:
    vote = held(centre, election)
    result = counting.read_result(vote.result or "")
    setup = read_setup(notice_of(vote).record())
    head = board_of(centre, election).archive().head
    return final_of(setup, head, result.counts, result.blanks, result.ballots)


def propose_extension(centre: Centre, officer: Officer, election: str, closes: datetime, reason: Words) -> Outcome:
    vote = held(centre, election)
    if vote.state != "open" or centre.clock() >= vote.closes:
        return Refused("vote-not-open")
    if closes <= vote.closes:
        return Refused("not-later")
    extending.propose(centre, election, closes, reason)
    _note(centre, officer, "election.extension", election)
    return Done()


def signed_extension(
    centre: Centre, notice: Election, extension: Extension, signed: Sequence[Signature]
) -> Signatures | None:
    officials = all_officials(centre).get(notice.officials)
    return None if officials is None else who_signed(officials, extension.text, list(signed), signing.EXTENSION)


def extend(centre: Centre, officer: Officer, election: str, more: Sequence[Signature]) -> Outcome | bool:
    """Whether the vote ends later by it."""
    try:
        longer = extending.sign(centre, election, more)
    except (ElectionRefused, BadRecord):
        return Refused("not-their-signature")
    _note(centre, officer, "election.extend", election)
    return longer


def extend_played(centre: Centre, officer: Officer, election: str) -> Outcome | bool:
    """In a rehearsal."""
    waiting = extending.proposed(centre, election)
    if waiting is None:
        return Refused("not-now")
    record = notice_of(held(centre, election)).record()
    return extend(centre, officer, election, rehearsal.sign_extension(centre, waiting[0].text, record))


def _note(centre: Centre, officer: Officer, what: str, election: str) -> None:
    role = Role.CONSULTATION_OFFICER
    centre.store.once(lambda tx: audit.note(tx, officer.account, role, what, election, centre.clock()))
