"""A day of a real booth: weston's kiosk shell and the booth's window as their units start them, full screen, on a panel
that lies and on one that stands. Every touch goes through the compositor, the card through pcscd and vpcd; what was
done goes to the town hall with `kiosk sync` as its unit runs it. And no key, no mouse and no hand leads out."""

import configparser
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import newcomer as nc
import panel as on
import pytest
import units
import usage
import zxingcpp
from booth_session import Session, View, standing
from pcscd import running_pcscd
from seeded_town import Town

from card_reader import CardImage, VirtualCard, Vpicc
from central.kernel.centre import Centre
from central.matters.certificates import store as certificates
from central.matters.votes.store import ballots
from central.opening import open_centre
from central.store import audit

# The walk, in the words of the screens: what is touched, and what shows then. Each is the beginning of a name.
WELCOME, PIN, MENU, TECHNICIAN = "Καλώς ήρθατε", "Πληκτρολογήστε", "Πώς μπορούμε", "Τεχνικός"
LISTED = "Αγγίξτε αυτό που θέλετε"
# Asked once more, where the last one is more than a minute old.
PIN_AGAIN = "Για την επιβεβαίωση"
ENTER, BACK = "Συνέχεια", "Πίσω"
PULLED, PULLED_SEEN = "Η κάρτα βγήκε", "Τέλος"
VOTE = (
    ("Συμμετοχή", "Η παλιά αποθήκη"),
    ("Η παλιά αποθήκη", "Τι θέλετε να γίνει"),
    ("Πάρκο", ""),
    ("Επόμενη ερώτηση", "Ποια έργα"),
    ("Δέντρα", ""),
    ("Έλεγχος ψήφου", "Ελέγξτε την ψήφο"),
    ("Επιβεβαίωση ψήφου", "Η ψήφος σας καταχωρίστηκε"),
)
CERTIFICATE = (
    ("Άλλη υπηρεσία", MENU),
    ("Διοικητικές", "Πιστοποιητικό οικογενειακής"),
    ("Πιστοποιητικό οικογενειακής", "ΔΕΙΓΜΑ: δοκιμαστικό έντυπο"),
    ("Έκδοση και εκτύπωση", "Το πιστοποιητικό σας τυπώθηκε"),
)
LEAVE = (("Τέλος", "Πάρτε"),)
ROUND = (
    ("Κατάσταση μηχανήματος", "Νέος έλεγχος"),
    ("Πίσω", TECHNICIAN),
    ("Χαρτί", "Υπόλοιπο στη θήκη"),
    ("Δοκιμαστική σελίδα", "Δοκιμαστική σελίδα. Εντάξει"),
    ("Πίσω", TECHNICIAN),
    ("Συσκευές", "Αναγνώστης"),
    ("Οθόνη αφής", "Κατάσταση τώρα"),
    ("Δοκιμή", "Αγγίξτε το σημάδι"),
)
MARK, TRIED = "Αγγίξτε το σημάδι. Σημάδι {}", "Κατάσταση τώρα"
DEEDS = ["opened", "paper.test_page", "screen.tried", "left"]

CTRL_ALT, LETTER = (on.LEFT_CTRL, on.LEFT_ALT), on.LETTERS
WAYS_OUT = (
    (on.LEFT_ALT, on.F[4]),
    (on.LEFT_ALT, on.TAB),
    (on.LEFT_ALT, on.ESCAPE),
    (on.LEFT_ALT, on.SPACE),
    (*CTRL_ALT, on.BACKSPACE),
    (*CTRL_ALT, on.DELETE),
    *((*CTRL_ALT, code) for code in on.F[1:]),
    (on.LEFT_CTRL, LETTER["q"]),
    (on.LEFT_CTRL, LETTER["w"]),
    (on.LEFT_CTRL, on.LEFT_SHIFT, on.ESCAPE),
    (on.F[1],),
    (on.F[11],),
    (on.PRINT,),
    (on.LEFT_ALT, on.PRINT),
    (on.MENU,),
    (on.POWER,),
    (on.SUPER,),
    (on.SUPER, on.TAB),
    (on.SUPER, on.LEFT_SHIFT, on.SPACE),  # weston's keys for its own makers
    # weston's kiosk shell records the screen with Super-R, and takes a picture of it with Super-S.
    *((on.SUPER, LETTER[letter]) for letter in "rsdklq"),
)


@contextmanager
def booth_at_a_centre(home: Path, reader: str) -> Iterator[tuple[Path, Centre]]:
    """The settings of a booth of the seeded town in `home`, full screen; and the town's centre, which serves it."""
    file = home / "booths" / "anargyri-1" / "kiosk.toml"
    centre = open_centre(home / "centre")
    try:
        with nc.serving(centre) as url:
            text = re.sub(r"(?m)^url = .*$", f'url = "{url}"', file.read_text(encoding="utf-8"))
            text = text.replace('reader = "virtual"\nname = ""', f'reader = "pcsc"\nname = "{reader}"')
            file.write_text(text.replace("fullscreen = false", "fullscreen = true"), encoding="utf-8")
            yield file, centre
    finally:
        centre.store.close()


class Booth:
    """A session with a person before it: who walks, and looks whether it is still the one window that stood there."""

    def __init__(self, session: Session, port: int) -> None:
        self.session, self.panel, self._port, self._pin = session, session.panel, port, ""
        session.wait(WELCOME)
        (self.window,) = session.views()
        self.processes = self._standing_processes()

    @contextmanager
    def card(self, image: CardImage, pin: str) -> Iterator[None]:
        vpicc = Vpicc(VirtualCard(image), port=self._port)
        vpicc.insert()
        try:
            self.session.wait(PIN)
            self._pin = pin
            self._type_pin()
            yield
        finally:
            vpicc.remove()
        if self.session.wait(WELCOME, PULLED) == PULLED:
            self.walk(((PULLED_SEEN, WELCOME),))

    def walk(self, steps: tuple[tuple[str, str], ...]) -> None:
        for touched, then in steps:
            self.session.touch(touched)
            if then and self.session.wait(then, PIN_AGAIN) == PIN_AGAIN:
                self._type_pin()
                self.session.wait(then)

    def _type_pin(self) -> None:
        self.session.touch_all(self._pin)
        self.session.touch(ENTER)

    def scanned(self) -> str:
        """What a telephone reads off the panel."""
        (code,) = zxingcpp.read_barcodes(self.panel.picture())
        return str(code.text)

    def holds(self) -> None:
        """One window over the whole panel, the same processes as at first, and nothing left by the compositor."""
        wide, high = self.panel.size
        assert self.session.views() == [self.window] == [View("xdg_toplevel", self.window.process, (0, 0, wide, high))]
        assert self.session.compositor.poll() is None
        assert self._standing_processes() == self.processes
        assert list(self.session.folder.iterdir()) == [], "the compositor has kept what was on the screen"
        picture = self.panel.picture()
        edges = [picture.getpixel((x, y)) for x in (0, wide - 1) for y in (0, high // 2, high - 1)]
        assert (0, 0, 0) not in edges, "the compositor's own black shows"

    def _standing_processes(self) -> list[int]:
        """The compositor and all that it has started, the window, and the counter behind it."""
        behind = usage.tree(self.window.process)
        counters = [one for one in behind if "counter" in command_line(one)]
        assert len(counters) == 1
        return [*usage.tree(self.session.compositor.pid), self.window.process, *counters]


def command_line(process: int) -> list[str]:
    """[] of one that has ended meanwhile."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def try_to_get_out(booth: Booth) -> None:
    panel, (wide, high) = booth.panel, booth.panel.size
    for keys in WAYS_OUT:
        panel.keys(*keys)
        booth.holds()
    middle = wide / 2, high / 3
    for button in (on.RIGHT_BUTTON, on.MIDDLE_BUTTON):
        panel.click(*middle, button)
        booth.holds()
    panel.unplug_mouse()
    hand = [(wide / 2 + 90 * finger, high / 2 + 20 * abs(finger)) for finger in range(-2, 3)]
    for by in ((0, 0), (0, -high / 4), (-wide / 4, 0)):
        panel.fingers(hand, by=by, seconds=0.3)
        booth.holds()
    for start, by in (((wide / 2, 1), (0, high / 3)), ((wide / 2, high - 2), (0, -high / 3)),
                      ((1, high / 2), (wide / 3, 0)), ((wide - 2, high / 2), (-wide / 3, 0))):  # fmt: skip
        panel.fingers([start], by=by, seconds=0.2)
        booth.holds()
    time.sleep(0.5)
    booth.holds()


@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920)], ids=["lying", "upright"])
def test_a_day_in_a_real_session(seeded: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    home = Path(shutil.copytree(seeded, tmp_path / "town"))
    town = Town(home, json.loads((home / "seed.json").read_text()))
    pins = {one["kind"]: one["pin"] for one in reversed(town.summary["cards"])}
    with running_pcscd() as pcscd, booth_at_a_centre(home, pcscd.reader) as (file, centre):
        night = units.unit("kiosk-sync.service", {
            "/etc/municipal-atm/kiosk.toml": str(file),
            "/var/lib/municipal-atm": str(file.parent),
            "/var/lib/prometheus/node-exporter": str(tmp_path),
        })  # fmt: skip
        first = night.run(seconds=60)
        assert first.returncode == 0 and json.loads(first.stdout)["pulled"] > 28, first
        with standing(file, size, tmp_path / "said") as session:
            booth = Booth(session, pcscd.port)
            try_to_get_out(booth)
            session.wait(WELCOME)
            with booth.card(town.card("elector"), pins["elector"]):
                session.wait(MENU)
                try_to_get_out(booth)
                # Five fingers pressed what lay under them: a category, or what stood in it by then.
                where = session.wait(MENU, LISTED, BACK)
                if where == BACK:
                    session.touch(BACK)
                    where = session.wait(MENU, LISTED)
                if where == LISTED:
                    booth.walk(((BACK, MENU),))
                booth.walk(VOTE)
                tracker = booth.scanned()
                booth.walk(CERTIFICATE)
                paper = booth.scanned()
                booth.walk(LEAVE)
            with booth.card(town.card("technician"), pins["technician"]):
                session.wait(TECHNICIAN)
                booth.walk(ROUND)
                for mark in range(1, 6):
                    session.wait(MARK.format(mark))
                    booth.panel.touch(*session.look_for(MARK.format(mark)).centre)
                session.wait(TRIED)
            last = night.run(seconds=60)
            booth.holds()
        assert last.returncode == 0, last
        report, told = json.loads(last.stdout), 2 + len(DEEDS)
        assert (report["sent"], report["accepted"], report["rejected"]) == (told, told, 0), report
        figures = (tmp_path / "kiosk_sync.prom").read_text().splitlines()
        assert {'kiosk_sync_queue{class="ballots"} 0', 'kiosk_sync_queue{class="acts"} 0'} <= set(figures)
        with centre.store.reading() as tx:
            assert ballots.find(tx, town.election, tracker.rpartition("=")[2]) is not None
            issued = certificates.by_code(tx, paper.rpartition("/")[2])
            deeds = [entry.what for entry in reversed(audit.newest(tx, 100)) if entry.about.startswith("anargyri-1")]
    assert issued is not None and issued.fate == "issued"
    assert deeds[-len(DEEDS) :] == DEEDS
    assert len(list((file.parent / "papers").glob("*.pdf"))) == 2  # the certificate, and the technician's test page


def test_what_only_a_machine_has_leads_out_neither() -> None:
    """Other terminals and the files that weston would write are not there in a nested session; their locks are read."""
    said = configparser.RawConfigParser(interpolation=None)
    said.read(units.PACKAGING / "weston" / "weston.ini")
    assert said["core"]["shell"] == "kiosk-shell.so" and said["core"]["idle-time"] == "0"
    assert said["keyboard"]["vt-switching"] == "false"
    assert not said.has_section("launcher") and not said.has_section("autolaunch")
    screen, window = (units.unit(f"{name}.service", {}) for name in ("kiosk-screen", "kiosk"))
    assert screen.said["ProtectSystem"] == ["strict"] and screen.said["WorkingDirectory"] == ["/"]
    assert "ReadWritePaths" not in screen.said
    assert screen.said["User"] == window.said["User"] == ["kiosk"]
    assert screen.name in window.said["After"][0] and screen.name in window.said["Wants"][0]
    assert "--debug" not in screen.command


def test_systemd_itself_takes_the_units_of_the_session(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:  # a machine without systemd has the tests above
        return
    names = ("kiosk-screen.service", "kiosk.service")
    for name in names:
        text = (units.PACKAGING / "systemd" / name).read_text().replace("/opt/municipal-atm/bin/kiosk", "/bin/true")
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [analyze, "verify", "--man=no", *(str(tmp_path / name) for name in names)],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and str(tmp_path) not in done.stderr, done.stderr
