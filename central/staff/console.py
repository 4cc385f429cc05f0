"""Puts the console together: the door, the desk, and each matter's pages. Never a rule of its own."""

from __future__ import annotations

from fastapi import APIRouter

from central.services.centre import Centre
from central.staff import booths, cards, entry, letters, record, rolls, start, votes
from central.staff.desk import Desk
from central.staff.entry import clock_in_doubt as clock_in_doubt
from central.staff.entry import problem as problem


def router(centre: Centre) -> APIRouter:
    """The console of `centre`, below /staff."""
    return build(centre).router


def build(centre: Centre) -> Desk:
    """The desk with every page; its `rules` say who may use which."""
    desk = Desk(centre)
    entry.add(desk)
    for matter in (start, booths, letters, votes, cards, rolls, record):
        matter.add(desk)
    return desk
