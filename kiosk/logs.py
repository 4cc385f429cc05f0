"""The booth's log: what happened, for a technician. Never a PIN, a name, an ΑΦΜ, a choice or the text of an exception.

An exception's text may quote data, so only its type and place are written.
"""

import logging
import sys
import threading
import traceback
from types import TracebackType


class _Plain(logging.Formatter):
    def formatException(self, ei: object) -> str:
        return ""


def start(level: int = logging.INFO) -> None:
    """Log to standard error, which systemd keeps; crashes of any thread are told without their text."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Plain("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    sys.excepthook = _crashed
    threading.excepthook = lambda told: _crashed(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: _crashed(told.exc_type, told.exc_value, told.exc_traceback)


def _crashed(kind: type[BaseException], _error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.exit(130)
    for frame in traceback.extract_tb(trace):
        logging.critical("at %s:%s %s", frame.filename.rsplit("/", 1)[-1], frame.lineno, frame.name)
    logging.critical("stopped by %s", kind.__name__)
