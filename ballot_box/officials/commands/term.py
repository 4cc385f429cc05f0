"""The keys of a term by command: each trustee's rounds, the record of all officials, a rehearsal."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from ballot_box.officials import ceremony, signing
from ballot_box.officials.body import Office, read_officials, read_record
from ballot_box.officials.ceremony import Card, Said, Seat
from ballot_box.officials.commands.terminal import NotDone, command, home_of, passphrase_of, read, write
from ballot_box.officials.home import CARD, IDENTITY, Home


def add_keys(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = command(commands, "init", _init, "make an official's keys, once a term")
    init.add_argument("--name", required=True, help="as it is published, usually the office")
    init.add_argument("--role", required=True, nargs="+", type=Office, choices=list(Office), help="in a small town two")
    init.add_argument("--seat", metavar="PLACE/OF", help="of a trustee: e.g. 1/3")
    init.add_argument("--threshold", type=int, help="of a trustee: how many of them open a vote")
    propose = command(commands, "propose", _propose, "the ballots' key, first round: a trustee tells the others")
    share = command(commands, "share-out", _share_out, "what each trustee is told by the others", home=False)
    accept = command(commands, "accept", _accept, "the ballots' key, second round: a trustee has checked it")
    accept.add_argument("--told", required=True, type=Path, metavar="FILE")
    combine = command(commands, "combine", _combine, "the ballots' key, from everything that was told", home=False)
    for one in (propose, share, accept, combine):
        one.add_argument("--cards", required=True, nargs="+", type=Path, metavar=CARD, help="at least the trustees'")
    for one in (share, combine):
        one.add_argument("--proposals", required=True, nargs="+", type=Path, metavar="FILE")
    combine.add_argument("--accepted", required=True, nargs="+", type=Path, metavar="FILE")
    for one in (propose, share, accept, combine):
        one.add_argument("--out", required=True, type=Path)
    rehearse = command(commands, "rehearse", _rehearse, "play all officials on one machine, for practice", home=False)
    rehearse.add_argument("--out", required=True, type=Path, metavar="DIR")
    rehearse.add_argument("--municipality", required=True)
    rehearse.add_argument("--term", required=True)
    command(commands, "play", _play, "a whole vote of an invented town, step by step, with nobody asked", home=False)


def add_record(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    record = command(commands, "record", _record, "all officials of a term, for them to sign", home=False)
    record.add_argument("--municipality", required=True)
    record.add_argument("--term", required=True)
    record.add_argument("--key", required=True, type=Path, metavar="FILE", help="what combine wrote")
    record.add_argument("--cards", required=True, nargs="+", type=Path, metavar=CARD, help="everybody's")
    record.add_argument("--previous", type=Path, metavar="FILE", help="officials.json of those before")
    record.add_argument("--out", required=True, type=Path)
    collect = command(commands, "collect", _collect, "a record of officials with everybody's signature", home=False)
    collect.add_argument("record", type=Path)
    collect.add_argument("--signatures", required=True, nargs="+", type=Path, metavar="FILE")
    collect.add_argument("--out", required=True, type=Path)
    join = command(commands, "join", _join, "belong to these officials from now on")
    join.add_argument("officials", type=Path)
    join.add_argument("--key", type=Path, metavar="FILE", help="of a trustee: what combine wrote")
    shown = command(commands, "fingerprint", _fingerprint, "what is typed at every booth, and printed", home=False)
    shown.add_argument("officials", type=Path)


def _seat_of(options: argparse.Namespace) -> Seat | None:
    """Where a trustee sits. Raises NotDone, and BadRecord for what is no seat."""
    if (Office.TRUSTEE in options.role) != (options.seat is not None and options.threshold is not None):
        raise NotDone("a trustee says --seat PLACE/OF and --threshold, and nobody else does")
    if options.seat is None:
        return None
    place, _, of = options.seat.partition("/")
    if not (place.isdecimal() and of.isdecimal()):
        raise NotDone(f"--seat {options.seat}: write it as 1/3, the first of three trustees")
    return Seat(int(place), options.threshold, int(of))


def _init(options: argparse.Namespace) -> dict[str, object]:
    folder: Path = options.home
    # Before any key is made.
    seat = _seat_of(options)
    # A cut between the keys and the card leaves keys that nobody knows of yet: they are the ones to go on with.
    begun = (folder / IDENTITY).exists() and not (folder / CARD).exists()
    home = home_of(options) if begun else Home.make(folder, passphrase_of(options, new=True))
    ceremony.make_card(home, options.name, options.role, seat)
    return {"card": str(folder / CARD)}


def _cards(options: argparse.Namespace) -> list[Card]:
    return [ceremony.read_card(read(path)) for path in options.cards]


def _said(paths: Sequence[Path], kind: str) -> list[Said]:
    return [ceremony.read_said(read(path), kind) for path in paths]


def _propose(options: argparse.Namespace) -> dict[str, object]:
    home = home_of(options)
    text = ceremony.propose(home, _cards(options))
    write(options.out, Said(ceremony.PROPOSAL, home.id, text).file())
    return {"proposal": str(options.out)}


def _share_out(options: argparse.Namespace) -> dict[str, object]:
    cards = _cards(options)
    proposals = ceremony.of_each(cards, _said(options.proposals, ceremony.PROPOSAL))
    told = ceremony.distribute(ceremony.certs_of(cards), [one.text for one in proposals])
    paths = []
    for card, text in zip(ceremony.trustees_of(cards), told, strict=True):
        paths.append(options.out / f"told-{card.id[:8]}.json")
        write(paths[-1], Said(ceremony.TOLD, card.id, text).file())
    return {"told": [str(path) for path in paths]}


def _accept(options: argparse.Namespace) -> dict[str, object]:
    home, (told,) = home_of(options), _said([options.told], ceremony.TOLD)
    if told.trustee != home.id:
        raise NotDone(f"{options.told.name}: this was told to another trustee")
    text = ceremony.accept(home, ceremony.certs_of(_cards(options)), told.text)
    write(options.out, Said(ceremony.ACCEPTED, home.id, text).file())
    return {"accepted": str(options.out)}


def _combine(options: argparse.Namespace) -> dict[str, object]:
    cards = _cards(options)
    proposals = ceremony.of_each(cards, _said(options.proposals, ceremony.PROPOSAL))
    accepted = ceremony.of_each(cards, _said(options.accepted, ceremony.ACCEPTED))
    texts = ([one.text for one in each] for each in (proposals, accepted))
    write(options.out, ceremony.combine(ceremony.certs_of(cards), *texts).file())
    return {"key": str(options.out)}


def _record(options: argparse.Namespace) -> dict[str, object]:
    previous = read_officials(read(options.previous)).fingerprint if options.previous else ""
    key = ceremony.read_key(read(options.key))
    text = ceremony.record_with(_cards(options), key, options.municipality, options.term, previous)
    write(options.out, text)
    return {"record": str(options.out), "fingerprint": read_record(text).fingerprint}


def _collect(options: argparse.Namespace) -> dict[str, object]:
    signatures = [signing.read_signatures([json.loads(read(path))], path.name)[0] for path in options.signatures]
    found = ceremony.signed_officials(read(options.record), signatures)
    write(options.out, found.file())
    return {"officials": str(options.out), "fingerprint": found.fingerprint}


def _join(options: argparse.Namespace) -> dict[str, object]:
    home, found = home_of(options), read_officials(read(options.officials))
    ceremony.join(home, found, ceremony.read_key(read(options.key)) if options.key else None)
    return {"fingerprint": found.fingerprint}


def _fingerprint(options: argparse.Namespace) -> dict[str, object]:
    return {"fingerprint": read_officials(read(options.officials)).fingerprint}


def _rehearse(options: argparse.Namespace) -> dict[str, object]:
    found = ceremony.rehearse(options.out, options.municipality, options.term)
    return {"fingerprint": found.fingerprint, "officials": str(options.out / "officials.json")}


def _play(_options: argparse.Namespace) -> int:
    from ballot_box.officials.wizard import rehearsal  # which uses what is above

    rehearsal.play()
    return 0
