"""The jack as the kernel tells it, the bench's, and a machine that cannot tell."""

import os
import struct
import threading
from pathlib import Path

import pytest
from waiting import until

from kiosk.devices.headphones import (
    Handset,
    Headphones,
    JackHeadphones,
    NoJack,
    SimulatedHeadphones,
    machine_headphones,
)

EV_SW, HEADPHONE, MICROPHONE = 5, 2, 4


class PipedJack:
    """The real reader of the kernel's events, on a pipe in the place of /dev/input."""

    def __init__(self, *, plugged: bool = False) -> None:
        reading, self.writing = os.pipe()
        self.headphones = JackHeadphones([reading], state=lambda _: plugged)

    def move(self, plugged: bool) -> None:
        self.event(HEADPHONE, int(plugged))

    def event(self, code: int, value: int, kind: int = EV_SW) -> None:
        os.write(self.writing, struct.pack("llHHi", 1, 2, kind, code, value))

    def close(self) -> None:
        self.headphones.close()
        os.close(self.writing)


class BenchJack:
    def __init__(self) -> None:
        self.headphones = SimulatedHeadphones()

    def move(self, plugged: bool) -> None:
        if plugged:
            self.headphones.plug()
        else:
            self.headphones.unplug()

    def close(self) -> None:
        pass


@pytest.fixture(params=[PipedJack, BenchJack])
def jack(request: pytest.FixtureRequest):
    made = request.param()
    yield made
    made.close()


def test_each_change_is_told_once_and_a_stopped_watch_hears_no_more(jack) -> None:
    told: list[bool] = []
    watch = jack.headphones.watch(told.append)
    assert jack.headphones.plugged is False
    for plugged in (True, True, False, True):
        jack.move(plugged)
        until(lambda plugged=plugged: jack.headphones.plugged is plugged)
    until(lambda: told == [True, False, True])
    watch.stop()
    watch.stop()
    jack.move(False)
    until(lambda: not jack.headphones.plugged)
    assert told == [True, False, True]


def test_other_switches_are_not_the_headphones() -> None:
    jack = PipedJack()
    told: list[bool] = []
    jack.headphones.watch(told.append)
    jack.event(MICROPHONE, 1)
    jack.event(HEADPHONE, 1, kind=1)  # a key of that number
    jack.move(True)
    until(lambda: told == [True])
    jack.close()


def test_plugged_in_before_the_booth_started() -> None:
    jack = PipedJack(plugged=True)
    assert jack.headphones.plugged
    jack.close()


def test_a_sound_card_that_is_pulled_out_takes_the_headphones_along() -> None:
    jack = PipedJack(plugged=True)
    told = threading.Event()
    jack.headphones.watch(lambda plugged: told.set() if not plugged else None)
    os.close(jack.writing)
    assert told.wait(5) and not jack.headphones.plugged
    jack.headphones.close()


def test_a_machine_that_cannot_tell_says_no(tmp_path: Path) -> None:
    (tmp_path / "event0").write_text("no device")
    for folder in (tmp_path, tmp_path / "none"):
        found: Headphones = machine_headphones(folder)
        assert isinstance(found, NoJack) and not found.plugged
        found.watch(lambda plugged: None).stop()


def test_a_handset_is_always_private() -> None:
    assert Handset().plugged
    Handset().watch(lambda plugged: None).stop()
