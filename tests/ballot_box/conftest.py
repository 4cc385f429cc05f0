"""A small real election, made once by belenios-tool and shared; tests that change a board take a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from terminal import Terminal

from ballot_box import (
    BLANK,
    Ballot,
    Board,
    Choice,
    Credential,
    ElectionSetup,
    Question,
    add_partial_decryption,
    close,
    decrypt,
    encrypted_tally,
    make_setup,
    new_uuid,
    result,
    seal_ballot,
)
from ballot_box.credential import public_part_in
from ballot_box.officials.body import Officials
from ballot_box.officials.ceremony import PASSPHRASE_FILE, rehearse
from ballot_box.officials.home import Home, Passphrase

QUESTIONS = (
    Question("Να γίνει πεζόδρομος η οδός «Ειρήνης»;", ("Ναι", "Όχι"), 1, 1, True),
    Question("Ποια έργα προηγούνται;", ("Πλατεία", "Σχολείο", "Ποδηλατόδρομος"), 0, 2, False),
)
CHOICES = (
    Choice([{0}, {0, 2}]),
    Choice([BLANK, {1}]),
    Choice([{1}, set()]),
    Choice([{0}, {0}]),
)


@dataclass(frozen=True)
class Small:
    """Six may vote, four do; `revote` is a second ballot of the first."""

    setup: ElectionSetup
    credentials: tuple[Credential, ...]
    ballots: tuple[Ballot, ...]
    revote: Ballot
    officials: Officials
    trustees: tuple[Home, ...]

    def share(self, board: Board, number: int) -> str:
        """Of trustee `number`, who count from 1."""
        home = self.trustees[number - 1]
        return decrypt(board, number, home.part(), home.opened_by)


def home_in(folder: Path) -> Home:
    """That of somebody in a rehearsal."""
    return Home.open(folder, Passphrase((folder / PASSPHRASE_FILE).read_text(encoding="utf-8").strip()))


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of all officials of a town; tests that change one take a copy."""
    folder = tmp_path_factory.mktemp("rehearsed")
    (folder / "officials.json").write_text(rehearse(folder, "Δήμος Δοκιμής", "2024-2028").file(), encoding="utf-8")
    return folder


@pytest.fixture
def town(rehearsed: Path, tmp_path: Path) -> Path:
    """A private copy of the officials' folders."""
    return shutil.copytree(rehearsed, tmp_path / "town")


@pytest.fixture
def quick_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """New folders open at once, and not after the half second that a thief's every guess costs."""
    monkeypatch.setattr("ballot_box.officials.home._ROUNDS", 1)


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    """Begins a command at a terminal of its own; none outlives the test."""
    begun: list[Terminal] = []

    def begin(*words: object, **named: Any) -> Terminal:
        begun.append(Terminal(*words, **named))
        return begun[-1]

    yield begin
    for one in begun:
        one.kill()


def make_small(home: Path) -> Small:
    uuid, officials = new_uuid(), rehearse(home, "Δήμος Δοκιμής", "2024-2028")
    credentials = tuple(Credential.generate() for _ in range(6))
    public = [public_part_in(uuid, one) for one in credentials]
    setup = make_setup(uuid, "Ψηφοφορία γειτονιάς", QUESTIONS, officials.trustees, public)
    ballots = tuple(seal_ballot(setup, one, choice) for one, choice in zip(credentials, CHOICES, strict=False))
    revote = seal_ballot(setup, credentials[0], Choice([{1}, {1}]))
    trustees = tuple(home_in(home / f"trustee-{number}") for number in (1, 2, 3))
    return Small(setup, credentials, ballots, revote, officials, trustees)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return make_small(tmp_path_factory.mktemp("election"))


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """Another election with the same questions."""
    return make_small(tmp_path_factory.mktemp("other"))


@pytest.fixture(scope="session")
def _boards(small: Small, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same board at three stages: "open" (five ballots, one of them a revote), "closed" and "counted"."""
    home = tmp_path_factory.mktemp("boards")
    board = Board.create(home / "open.bel", small.setup)
    board.append([one.text for one in small.ballots])
    board.append([small.revote.text])
    boards = {"open": board.path}
    for stage, steps in {"closed": [close], "counted": [encrypted_tally, _decrypt_with(small), result]}.items():
        board = Board(shutil.copyfile(board.path, home / f"{stage}.bel"))
        for step in steps:
            step(board)
        boards[stage] = board.path
    return boards


def _decrypt_with(small: Small) -> Callable[[Board], None]:
    """By two of the three, and not the first two."""

    def opened(board: Board) -> None:
        for number in (1, 3):
            add_partial_decryption(board, small.share(board, number))

    return opened


@pytest.fixture
def board_at(_boards: dict[str, Path], tmp_path: Path) -> Callable[[str], Board]:
    """A private copy of the shared board at a stage."""
    return lambda stage: Board(shutil.copyfile(_boards[stage], tmp_path / f"{stage}.bel"))
