"""A window with a voice, closed when the test has ended."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from listener import Heard, listening
from PySide6.QtGui import QGuiApplication


@pytest.fixture
def heard(app: QGuiApplication) -> Iterator[Callable[..., Heard]]:
    made: list[Heard] = []

    def make(*view: Any, **more: Any) -> Heard:
        made.append(listening(app, *view, **more))
        return made[-1]

    yield make
    for booth in made:
        assert booth.voice.shutdown()
        booth.window.close()
        assert booth.stage.shutdown()
        assert booth.window.complaints == []
