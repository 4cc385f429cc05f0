"""Memory and work of a process and of everything that it started, from /proc. Megabytes of 1,000,000 bytes."""

import os
from pathlib import Path


def tree(root: int) -> list[int]:
    """The process and all below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            parent = int(stat.rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(folder.name))
    found = [root]
    for each in found:
        found += children.get(each, [])
    return found


def pss(root: int) -> float:
    """Proportional set size of the whole tree: shared pages count once, divided among those who share them."""
    return sum(_field(process, "smaps_rollup", "Pss:") for process in tree(root))


def rss(process: int) -> float:
    return _field(process, "status", "VmRSS:")


def peak(process: int) -> float:
    return _field(process, "status", "VmHWM:")


def work(root: int) -> float:
    """Seconds of processor that the tree has used: what is left of a start when the machine has time for it."""
    ticks = 0
    for process in tree(root):
        try:
            fields = (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(each) for each in fields[11:15])  # user and system, its own and its ended children's
    return ticks / os.sysconf("SC_CLK_TCK")


def _field(process: int, file: str, name: str) -> float:
    try:
        lines = (Path("/proc") / str(process) / file).read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(name)), 0.0)
