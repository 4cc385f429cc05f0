"""The booth's log: what happened, for a technician. Never a PIN, a name, an ΑΦΜ, a choice or the text of an exception,
and nothing from which one could tell whether somebody voted.

One JSON object a line on standard error, for journald (municipality.log_lines); plain text at a terminal.
"""

import logging
import sys
import threading
from types import TracebackType

from municipality.log_lines import Lines, event, fields_of, places

_LOG = logging.getLogger(__name__)
# Whose loggers say more for a while: the booth's own, and its libraries'.
_ROOMS = ("kiosk", "card_reader", "printing", "sync", "ballot_box")


class _Plain(logging.Formatter):
    """The same for a person's eyes."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        fields = fields_of(record) or {}
        return " ".join((super().formatMessage(record), *(f"{name}={value}" for name, value in fields.items())))

    def formatException(self, ei: object) -> str:
        kind, _, trace = ei if isinstance(ei, tuple) else (None, None, None)
        return "\n".join((f"  {kind.__name__ if kind else ''}", *(f"  at {place}" for place in places(trace))))


def start(level: int = logging.INFO) -> None:
    """Log to standard error, which systemd keeps; crashes of any thread are told without their text."""
    handler = logging.StreamHandler(sys.stderr)
    plain = _Plain("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(plain if sys.stderr.isatty() else Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    sys.excepthook = _crashed
    threading.excepthook = lambda told: _crashed(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: _crashed(told.exc_type, told.exc_value, told.exc_traceback)


def _crashed(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.exit(130)
    fault = None if error is None else error.with_traceback(trace)
    event(_LOG, logging.CRITICAL, "crashed", fault, trouble="" if fault else kind.__name__)


class _MoreWords:
    """The time during which the log says more; asked for again, it begins anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def begin(self, seconds: float) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = timer = threading.Timer(seconds, lambda: self._over(timer))
            timer.daemon = True
            _set_level(logging.DEBUG)
            timer.start()
        event(_LOG, logging.INFO, "more-words", seconds=seconds)

    def _over(self, timer: threading.Timer) -> None:
        with self._lock:
            if timer is not self._timer:
                return  # it was renewed in this very moment
            self._timer = None
            _set_level(logging.NOTSET)
        event(_LOG, logging.INFO, "fewer-words")


def _set_level(level: int) -> None:
    for room in _ROOMS:
        logging.getLogger(room).setLevel(level)


_MORE = _MoreWords()


def say_more(seconds: float) -> None:
    """From now on the log holds what is said for debugging too, until the time is up or the program ends."""
    _MORE.begin(seconds)
