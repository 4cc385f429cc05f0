"""`python -m kiosk.demo`: with a display the booth and its bench panel; without one, the walk-through."""

import argparse
import os
import signal
import sys
from pathlib import Path

from kiosk.demo.browser import PORT, NoBrowser, in_browser

_NO_SCREEN = """There is no display here, so the visit walked itself. To see the booth in a browser on this machine:
    ./scripts/demo --browser
or open the pictures in {out}/screens."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/demo", description="The municipal ATM's demo town hall.")
    parser.add_argument("--walkthrough", type=Path, metavar="OUT", help="one visit with no one touching; report in OUT")
    parser.add_argument("--state", type=Path, metavar="DIR", help="where the demo town hall is kept")
    parser.add_argument(
        "--browser", type=int, nargs="?", const=PORT, metavar="PORT", help="the booth in a browser, on 127.0.0.1 only"
    )
    options = parser.parse_args()
    if options.browser is not None:
        return _in_browser(options.browser, options.state or _home())
    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if options.walkthrough is None and has_display:
        from kiosk.demo.bench import run_bench

        return run_bench(options.state or _home())
    return _walk(options.walkthrough or Path("out"), options.state, explain=options.walkthrough is None)


def _in_browser(port: int, state: Path) -> int:
    # Until the windows stand (stopped_by_signals) a signal unwinds, so that nothing is left behind.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        with in_browser(port) as shown:
            os.environ.update(shown.environment)
            from PySide6.QtCore import QCoreApplication

            from kiosk.demo.bench import run_bench

            try:
                return run_bench(state, ready=lambda: _say_where(shown.address))
            finally:
                # Qt leaves its screen before the screen goes.
                app = QCoreApplication.instance()
                if app is not None:
                    app.shutdown()
    except NoBrowser as error:
        print(f"the demo cannot be shown in a browser: {error}", file=sys.stderr)
        return os.EX_UNAVAILABLE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _say_where(address: str) -> None:
    print(f"   the booth in your browser: {address}", flush=True)


def _walk(out: Path, state: Path | None, *, explain: bool) -> int:
    # The walk looks at its own window: no display is needed, and none is disturbed.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from kiosk.demo.walkthrough import walk_through

    done = walk_through(out.resolve(), (state or out / "state").resolve())
    print(f"{'all well' if done == 0 else 'something was not so'}: {out}/report.json", file=sys.stderr)
    if explain:
        print(_NO_SCREEN.format(out=out), file=sys.stderr)
    return done


def _home() -> Path:
    return Path(os.environ.get("XDG_STATE_HOME", Path.home() / ".local" / "state")) / "municipal-atm" / "demo"


if __name__ == "__main__":
    sys.exit(main())
