"""A bench that misses a goal says so; with `--strict` it ends with 1. At the goal, and just beyond."""

import contextlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

BENCH = Path(__file__).resolve().parent / "bench"


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Any:
    def loaded(name: str, **instead: Any) -> ModuleType:
        monkeypatch.setattr(sys, "path", [str(BENCH), *sys.path])
        spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCH / f"{name}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, module)  # a dataclass asks for it
        spec.loader.exec_module(module)
        for what, by in instead.items():
            assert hasattr(module, what)
            setattr(module, what, by)
        return module

    return loaded


def ends(bench: ModuleType, capsys: pytest.CaptureFixture[str]) -> list[tuple[int, str]]:
    """Its code and its last line, without and with --strict."""
    found = []
    for words in ([], ["--strict"]):
        code = bench.main(words)
        found.append((code, capsys.readouterr().out.rstrip().rpartition("\n")[2]))
    return found


@pytest.mark.parametrize("name", ["booth start (s)", "PSS ratio"])
def test_screens(load: Any, capsys: pytest.CaptureFixture[str], name: str) -> None:
    bench = load("run", screen=lambda: contextlib.nullcontext(), table=lambda report: "the table", measure=MagicMock())
    at = dict(bench.GOALS)
    bench.measure.return_value = {"figures": at}
    assert ends(bench, capsys) == [(0, "the table")] * 2
    bench.measure.return_value = {"figures": at | {name: at[name] + 0.001}}
    assert ends(bench, capsys) == [(0, f"missed: {name}"), (1, f"missed: {name}")]


@pytest.mark.parametrize(
    ("ratio", "backlog", "missed"),
    [
        (2.0, {"ratio": 1.1, "left": 0}, ""),
        (1.99, {"ratio": 1.1, "left": 0}, "each / PouchDB, leveldb"),
        (2.0, {"ratio": 1.11, "left": 0}, "backlog bytes / zstd"),
        (2.0, {"ratio": 1.1, "left": 1}, "backlog bytes / zstd"),
    ],
)
def test_sync(
    load: Any, capsys: pytest.CaptureFixture[str], ratio: float, backlog: dict[str, float], missed: str
) -> None:
    report = {"ratios": {"each / PouchDB, leveldb": ratio, "each / nobody's goal": 0.1}, "backlog": backlog}
    bench = load(
        "sync_run", cluster=lambda: contextlib.nullcontext(), end_in_order=lambda: None,
        table=lambda report: "the table", measure=lambda *_: report,
    )  # fmt: skip
    last = f"missed: {missed}" if missed else "the table"
    assert ends(bench, capsys) == [(0, last), (1 if missed else 0, last)]


@pytest.mark.parametrize("beyond", [0, 0.01])
def test_cards(load: Any, capsys: pytest.CaptureFixture[str], beyond: float) -> None:
    town = SimpleNamespace(cards=MagicMock())
    bench = load(
        "cards", prepared=lambda folder: (town, folder), over_vpcd=lambda card: contextlib.nullcontext(),
        VirtualReader=MagicMock(), VirtualCard=MagicMock(), Chip=MagicMock(), measure=MagicMock(),
    )  # fmt: skip
    one = dict.fromkeys(("apdus", "to_menu_ms", "raw_ms", "path_validation_ms", "own_work_ms"), 1)
    bench.measure.side_effect = [one | {"ratio": bench.GOAL + beyond * (n % 4 == 3)} for n in range(8)]
    (plain, said), (strict, _) = ends(bench, capsys)
    assert (plain, strict) == (0, 1 if beyond else 0)
    assert (said == "missed: vpcd, as slow as a chip") == bool(beyond)


@pytest.mark.parametrize("missed", ["", "ratio", "confirm_ms", "ours_kb"])
def test_papers(load: Any, capsys: pytest.CaptureFixture[str], missed: str) -> None:
    bench = load("papers", measure=MagicMock())
    at = dict(bench.GOALS)
    bench.measure.return_value = at | ({missed: at[missed] + 0.01} if missed else {})
    (plain, said), (strict, _) = ends(bench, capsys)
    assert (plain, strict) == (0, 1 if missed else 0)
    assert (said == f"missed: {missed}") == bool(missed)
