"""From a closed board to a published result, and the recount that does not believe the program that counted.

No ballot is ever opened here: only products of all ballots are decrypted. Each step may be repeated after a cut.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ballot_box import belenios, group
from ballot_box.archive import Archive, BadArchive
from ballot_box.board import Board, NotVerified, Verified, step
from ballot_box.election import ElectionSetup
from ballot_box.hidden import Hidden

_Ciphertext = tuple[int, int]


@dataclass(frozen=True)
class TallyResult:
    """`counts[q][a]`: votes for answer a of question q. `blanks[q]`: blank votes (0 where not allowed).

    `ballots`: ballots that count, one per credential.
    """

    counts: tuple[tuple[int, ...], ...]
    blanks: tuple[int, ...]
    ballots: int


@dataclass(frozen=True)
class RecountAgrees:
    """The encrypted tally is the product of the last ballot of each credential."""

    ballots: int
    ciphertexts: int


@dataclass(frozen=True)
class RecountDiffers:
    why: str


def close(board: Board) -> None:
    """EndBallots: from here on no ballot can be appended."""
    step(board, "EndBallots", lambda _folder: "")


def encrypted_tally(board: Board) -> None:
    """Multiply the ballots that count and publish the product, once our own recount agrees with it."""
    if not board.archive().has("EndBallots"):
        raise ValueError("the board is not closed")
    step(board, "EncryptedTally", belenios.compute_encrypted_tally)
    match recount(board):
        case RecountDiffers(why):
            raise RuntimeError(f"belenios-tool's encrypted tally is not ours: {why}")
        case RecountAgrees():
            pass


def decrypt(board: Board, number: int, part: Hidden, opened_by: Path) -> str:
    """One trustee's partial decryption, two lines; changes nothing. To be run where the private key lives, after
    ballot_box.officials.opening has looked. `number` counts from 1; `part` and `opened_by`: what the key is made of.

    ValueError if the encrypted tally is not the ballots', or for a key that is not trustee `number`'s.
    """
    # A trustee who decrypts another product than that of all ballots could be opening a single one.
    match recount(board):
        case RecountDiffers(why):
            raise ValueError(f"not decrypted: {why}")
        case RecountAgrees():
            pass
    with board.copy() as folder:
        share = belenios.decrypt_threshold(folder, number, part, opened_by)
    _ = _owner(board.archive(), share)
    return share


def add_partial_decryption(board: Board, share: str) -> None:
    """Append what a trustee handed in; a share that stands already is left as it is. ValueError for one that is not a
    trustee's of this tally: the board keeps for ever what it is given, and such a one could never be counted over."""
    with board.turn() as record:
        owner = _owner(record, share)
        if owner not in [record.parsed(name)["owner"] for name in record.payloads("PartialDecryption")]:
            board.grow([("PartialDecryption", share.strip("\n") + "\n")])


def _owner(record: Archive, share: str) -> int:
    """Whose share of opening this tally it is. ValueError if no trustee's key made it: the tool appends it unlooked at,
    and its `verify` says nothing of it."""
    try:
        factors, said = share.strip("\n").split("\n")
        owner = int(json.loads(said)["owner"])
        if json.loads(said) != {"owner": owner, "payload": hashlib.sha256(factors.encode()).hexdigest()}:
            raise ValueError
        setup, made = record.setup(), json.loads(factors)
        counted = record.parsed(record.parsed(record.payloads("EncryptedTally")[-1])["encrypted_tally"])
        key = setup.trustee_keys[range(1, len(setup.trustee_keys) + 1).index(owner)]
        rows = zip(counted, made["decryption_factors"], made["decryption_proofs"], strict=True)
        if all(_made_with(setup, key, *one) for row in rows for one in zip(*row, strict=True)):
            return owner
    except (IndexError, KeyError, TypeError, ValueError, RecursionError):
        pass
    raise ValueError("this is not a trustee's share of opening this vote")


def _made_with(setup: ElectionSetup, key: str, pair: dict[str, Any], factor: str, proof: dict[str, str]) -> bool:
    """Whether the key that multiplied out `factor` is this trustee's (specification, 4.13: two equal logarithms)."""
    challenge, response = proof["challenge"], proof["response"]
    if not (group.is_element(factor) and group.is_exponent(challenge) and group.is_exponent(response)):
        return False
    if pow(int(factor), group.Q, group.P) != 1:
        return False
    a, b = (
        pow(base, int(response), group.P) * pow(int(power), int(challenge), group.P) % group.P
        for base, power in ((group.G, key), (int(pair["alpha"]), factor))
    )
    said = f"decrypt|{setup.fingerprint}|{key}|{a},{b}"
    return int(hashlib.sha256(said.encode()).hexdigest(), 16) % group.Q == int(challenge)


def result(board: Board) -> TallyResult:
    """Combine the partial decryptions, publish the result on the board, and return it."""
    step(board, "Result", belenios.compute_result)
    published = published_result(board)
    if published is None:
        raise RuntimeError("the result was not appended")
    return published


def published_result(board: Board) -> TallyResult | None:
    """The result that stands on the board, if there is one."""
    return _published(board.archive())


def _published(record: Archive) -> TallyResult | None:
    names = record.payloads("Result")
    if not names:
        return None
    questions = record.setup().questions
    rows = [[int(number) for number in row] for row in record.parsed(names[-1])["result"]]
    # Where a blank vote is allowed, its count stands before those of the answers.
    pairs = [(row[1:], row[0]) if one.blank else (row, 0) for one, row in zip(questions, rows, strict=True)]
    return TallyResult(
        counts=tuple(tuple(counts) for counts, _ in pairs),
        blanks=tuple(blank for _, blank in pairs),
        ballots=int(record.parsed(record.payloads("EncryptedTally")[-1])["num_tallied"]),
    )


def recount(board: Board) -> RecountAgrees | RecountDiffers:
    """Multiply the ciphertexts of the last ballot of each credential and compare with the published encrypted tally.

    belenios-tool 3.0 says "all checks passed" of a tally that leaves a recorded ballot out; this does not.
    """
    return _recount(board.archive())


def _recount(record: Archive) -> RecountAgrees | RecountDiffers:
    published = record.payloads("EncryptedTally")
    if len(published) != 1:
        return RecountDiffers(f"the record holds {len(published)} encrypted tallies")
    ended = [event.height for event in record.events if event.kind == "EndBallots"]
    late = [event for event in record.events if event.kind == "Ballot" and ended and event.height > ended[0]]
    if len(ended) != 1 or late:
        return RecountDiffers("the record does not end its ballots once, before the tally")
    setup = record.setup()
    try:
        last = {ballot["credential"]: ballot for ballot in map(record.parsed, record.payloads("Ballot"))}
        product = _product(setup, list(last.values()))
        sized = record.parsed(published[0])
        stated = [[_ciphertext(one) for one in row] for row in record.parsed(sized["encrypted_tally"])]
        counted, weight = int(sized["num_tallied"]), int(sized["total_weight"])
    except (KeyError, TypeError, ValueError, IndexError) as trouble:
        return RecountDiffers(f"a ballot or the tally is not well formed ({type(trouble).__name__})")
    if (counted, weight) != (len(last), len(last)):
        return RecountDiffers(f"{len(last)} ballots count, and the tally says that it counted {counted}")
    if stated != product:
        return RecountDiffers("the encrypted tally is not the product of the ballots that count")
    return RecountAgrees(ballots=len(last), ciphertexts=sum(len(row) for row in product))


def _product(setup: ElectionSetup, ballots: list[dict[str, Any]]) -> list[list[_Ciphertext]]:
    rows: list[list[_Ciphertext]] = []
    for number, question in enumerate(setup.questions):
        row: list[_Ciphertext] = [(1, 1)] * (len(question.answers) + question.blank)
        for ballot in ballots:
            choices = [_ciphertext(one) for one in ballot["answers"][number]["choices"]]
            row = [
                (alpha * a % group.P, beta * b % group.P) for (alpha, beta), (a, b) in zip(row, choices, strict=True)
            ]
        rows.append(row)
    return rows


def _ciphertext(value: dict[str, Any]) -> _Ciphertext:
    alpha, beta = value["alpha"], value["beta"]
    if not (group.is_element(alpha) and group.is_element(beta)):
        raise ValueError("not a ciphertext")
    return int(alpha), int(beta)


def verify(board: Board, head: str | None = None) -> Verified | NotVerified:
    """Everything an auditor can check: Board.verify, then the recount, and that the result can be one of these ballots.

    `head`, a head hash published earlier, is the only thing that shows a cut tail.
    """
    checked = board.verify(head)
    if isinstance(checked, NotVerified):
        return checked
    record = board.archive()
    if not record.has("EncryptedTally"):
        return Verified((*checked.summary, "The vote is not counted yet: there is nothing to recount."))
    recounted = _recount(record)
    if isinstance(recounted, RecountDiffers):
        return NotVerified(f"our own recount: {recounted.why}")
    lines = [
        *checked.summary,
        f"Our own recount: the encrypted tally is exactly the product of the {recounted.ballots} ballots that count "
        f"(the last of each credential), in all its {recounted.ciphertexts} numbers.",
    ]
    try:
        published = _published(record)
    except (BadArchive, KeyError, TypeError, ValueError):
        return NotVerified("the result is not well formed")
    if published is not None:
        trouble = _impossible(record.setup(), published)
        if trouble:
            return NotVerified(trouble)
        lines.append(f"The published result fits {published.ballots} ballots.")
    return Verified(tuple(lines))


def _impossible(setup: ElectionSetup, published: TallyResult) -> str | None:
    for number, question in enumerate(setup.questions):
        counts, blanks = published.counts[number], published.blanks[number]
        marked = published.ballots - blanks
        fits = len(counts) == len(question.answers) and all(0 <= count <= marked for count in counts)
        if not fits or not question.minimum * marked <= sum(counts) <= question.maximum * marked:
            return f"question {number + 1}: no {published.ballots} ballots can give this result"
    return None
