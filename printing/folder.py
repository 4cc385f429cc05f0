"""The pretend printer: each job becomes one PDF file in a folder, whole or not at all.

For the demo and for tests; it never writes a name into a file name.
"""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from uuid import UUID

from printing.job import NotPrinted, NotReady, Outcome, Printed, Readiness, Ready, Why
from printing.pages import pages_of

_LEAST_ROOM = 4 * 1024 * 1024  # bytes: some forty papers


class FolderPrinter:
    """Writes `<job id>.pdf` into `folder`, which must exist."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ready(self) -> Readiness:
        why = self._obstacle()
        return Ready() if why is None else NotReady(why)

    def look(self) -> Readiness:
        return self.ready()

    def print(self, pdf: bytes, job_id: UUID, *, wait_seconds: float) -> Outcome:
        """There is nobody to wait for: `wait_seconds` has no effect."""
        del wait_seconds
        why = self._obstacle()
        if why is not None:
            return NotPrinted(why)
        try:
            return self._written(pdf, self._folder / f"{job_id}.pdf")
        except FileExistsError:
            return NotPrinted("already-used")
        except OSError as failure:
            return NotPrinted(_named(failure))

    def _obstacle(self) -> Why | None:
        if not self._folder.is_dir():
            return "no-folder"
        try:
            room = os.statvfs(self._folder)
            if room.f_blocks and room.f_bavail * room.f_frsize < _LEAST_ROOM:
                return "disk-full"
            # Permission bits say nothing to root or on a read-only file system: trying does.
            with tempfile.TemporaryFile(dir=self._folder):
                return None
        except OSError as failure:
            return _named(failure)

    def _written(self, pdf: bytes, target: Path) -> Outcome:
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".part")
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(pdf)
                file.flush()
                os.fsync(file.fileno())
            target.hardlink_to(draft)  # unlike a rename it refuses to cover an earlier paper
        finally:
            draft.unlink()
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return Printed(pages_of(pdf))


def _named(failure: OSError) -> Why:
    if failure.errno in (errno.ENOSPC, errno.EDQUOT):
        return "disk-full"
    return "no-folder" if failure.errno == errno.ENOTDIR else "not-writable"
