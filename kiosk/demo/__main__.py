"""`python -m kiosk.demo`: with a display the booth and its bench panel; without one, the walk-through."""

import argparse
import os
import sys
from pathlib import Path

_NO_SCREEN = """There is no display here, so the visit walked itself. To see the booth on a screen of its own:
    xvfb-run -s '-screen 0 1920x1080x24' ./scripts/demo
and look at that screen with any VNC viewer that you trust, or open the pictures in {out}/screens."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/demo", description="The municipal ATM's demo town hall.")
    parser.add_argument("--walkthrough", type=Path, metavar="OUT", help="one visit with no one touching; report in OUT")
    parser.add_argument("--state", type=Path, metavar="DIR", help="where the demo town hall is kept")
    options = parser.parse_args()
    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if options.walkthrough is None and has_display:
        from kiosk.demo.bench import run_bench

        return run_bench(options.state or _home())
    return _walk(options.walkthrough or Path("out"), options.state, explain=options.walkthrough is None)


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
