"""Plays a conversation without a screen: what is asked, read and done, page by page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.desk.conversation import Acting, Asked, Committed, Conversation, End, Looked, Talk
from kiosk.desk.pages import Page

Script = Callable[[], Conversation]


@dataclass
class Played:
    """`pages`: each as it was asked; `read` and `done`: what went out to the booth; `end`: how it ended, or the page at
    which there was no answer left."""

    talk: Talk
    pages: list[Page[Any]] = field(default_factory=list)
    read: list[tuple[Any, ...]] = field(default_factory=list)
    done: list[tuple[Any, ...]] = field(default_factory=list)
    end: End | Page[Any] = None


def play(
    script: Script, *answers: Any, here: object = None, outcomes: Mapping[Acting[Any, Any], Any] | None = None
) -> Played:
    """`answers`: one for each page, in their order; `outcomes`: what an act comes to, in place of doing it."""
    played, left = Played(Talk(script)), list(answers)
    while True:
        match played.talk.wish():
            case Asked(page):
                played.pages.append(page)
                if not left:
                    played.end = page
                    return played
                played.talk.answer(page, left.pop(0))
            case Looked(read, arguments) as wish:
                played.read.append((read, *arguments))
                played.talk.found(wish, read(here, *arguments))
            case Committed(acting, arguments):
                played.done.append((acting, *arguments))
                played.talk.done((outcomes or {})[acting])
            case end:
                assert not left, f"nobody asked for {left}"
                played.end = end
                return played
