"""A whole visit by keys alone, by touch alone in the largest letters, and by ear alone in the dark: that resident knows
only what was said.

Each is made on the screen as it comes, and at 200 % on a screen that stands upright, with everything in low reach."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import small_town as st
from hands import AtTheBooth, Ears, KeysOnly, booth_of
from PySide6.QtCore import QPoint, QPointF, Qt

from ballot_box import BallotOk, check_ballot
from card_reader import VirtualCard
from kiosk import settings, wiring
from kiosk.demo.patience import pause
from kiosk.demo.walk import Walker, tracker_of
from kiosk.devices.sound import seconds_of
from kiosk.devices.speech import BoothVoice, Manner, Sentence
from municipality.matters.votes.messages import BALLOT_ACT, BallotAct
from sync import outbox


def cast(town, home: Path) -> tuple[str, int]:
    """The tracker of the one ballot in the outbox, as the centre sees it, and how many acts wait beside it."""
    with wiring.open_booth(settings.load(home / "kiosk.toml")) as booth, booth.store.reading() as connection:
        envelopes = outbox.pending(connection, 10)
    trackers = []
    for envelope in envelopes:
        if envelope.kind == BALLOT_ACT:
            _head, said = st.told(town, envelope)
            checked = check_ballot(st.setup_of(town), BallotAct.read(said).ballot)
            assert isinstance(checked, BallotOk)
            trackers.append(checked.tracker)
    (tracker,) = trackers
    return tracker, len(envelopes)


@dataclass(frozen=True)
class Look:
    """A screen, and how a resident has it drawn before their card goes in."""

    size: tuple[int, int]
    text_size: int = 0
    low_reach: bool = False

    def put_on(self, walker: Walker) -> None:
        walker.screen.stage.setTextSize(self.text_size)
        walker.screen.stage.setLowReach(self.low_reach)

    def still_on(self, walker: Walker) -> bool:
        stage = walker.screen.stage
        return (stage.textSize, stage.lowReach) == (self.text_size, self.low_reach)


USUAL, LARGEST = Look((1280, 1024)), Look((1080, 1920), text_size=3, low_reach=True)


# By keys alone, seeing the screen


@pytest.mark.timeout(300)
@pytest.mark.parametrize("look", [USUAL, LARGEST], ids=["usual", "largest"])
def test_a_whole_visit_by_keys_alone(town, home: Path, look: Look) -> None:
    with booth_of(home, plugged=False, size=look.size) as at:
        look.put_on(at.walker)
        hands = KeysOnly(at)
        at.walker.insert(VirtualCard(town.cards[st.ANNA]))
        hands.shows("PinEntry")
        at.key(st.PIN)
        at.key(Qt.Key.Key_Return)
        hands.shows("Menu")
        hands.to("tile_participation")
        hands.to(f"row_votes:{town.election.election}")
        hands.to("answer_1")
        hands.to("primary")
        hands.shows("Choice")
        hands.to("answer_0")
        hands.to("answer_2")
        hands.to("primary")
        hands.shows("Review")
        assert [one["chosen"] for one in at.walker.blocks("answer")] == [["Βήτα"], ["Ένα", "Τρία"]]
        hands.to("primary")
        hands.shows("Done")
        tracker = tracker_of(at.walker)
        hands.to("back")
        hands.to("tile_documents")
        hands.to("row_certificates:family_status")
        hands.to("primary")
        hands.shows("Done")
        hands.to("primary")
        hands.shows("TakeCard")
        assert look.still_on(at.walker)
        at.walker.remove()
        at.walker.wait(lambda: at.walker.shows == "Attract", "the first screen")
        assert at.walker.screen.voice.said == []  # nobody plugged headphones in: not a word
        assert list((home / "papers").glob("*.pdf"))
    assert cast(town, home)[0] == tracker


# By touch alone, in the largest letters and within low reach


@dataclass
class LowHands(Walker):
    """Touches nothing above the middle of the screen, once its reach is `low`; counts the pages that it turns."""

    low: bool = False
    turned: int = 0

    def press(self, place: QPoint) -> None:
        window = self.screen.window
        assert not self.low or place.y() >= window.window.height() / 2, f"{place} on {self.shows} is out of reach"
        self.turned += window._walker.is_at("page_down", QPointF(place))
        super().press(place)

    def confirms(self, what: str) -> None:
        """Whoever touches the way on before all of it was on the screen confirms nothing."""
        self.expect("Review", what)
        before, view = self.turned, self.screen.stage.property("view")
        button = self.screen.window.find("primary")
        assert button is not None and not button.isEnabled()
        self.press(button.mapToScene(QPointF(button.width() / 2, button.height() / 2)).toPoint())
        self.settle()
        assert self.screen.stage.property("view") == view
        self.touch("primary")
        assert 0 < self.turned - before < len(view["lead"]) + len(view["blocks"]), "a page holds what it can"


@pytest.mark.timeout(300)
def test_a_whole_visit_by_touch_alone_in_the_largest_letters_and_low_reach(town, home: Path) -> None:
    with booth_of(home, plugged=False, size=LARGEST.size) as at:
        hands = LowHands(at.walker.screen, at.walker.slot)
        for name in ("accessibility", f"text_size_{LARGEST.text_size}", "reach_1", "close_sheet"):
            hands.touch(name)
            pause(200)
        hands.low = True
        assert LARGEST.still_on(hands)
        hands.insert(VirtualCard(town.cards[st.ANNA]))
        hands.expect("PinEntry", "pin")
        hands.type_pin(st.PIN)
        hands.expect("Menu", "menu")
        hands.touch("tile_participation")
        hands.expect("List", "participation")
        hands.touch(f"row_votes:{town.election.election}")
        for number, answers in enumerate((["answer_1"], ["answer_0", "answer_2"]), 1):
            hands.wait(lambda n=number: hands.view("key") == f"Choice question {n}", f"question {number}")
            hands.settle()
            for answer in answers:
                hands.touch(answer)
            pause(200)
            hands.touch("primary")
        hands.confirms("review")
        hands.expect("Done", "voted")
        tracker = tracker_of(hands)
        hands.touch("back")
        hands.expect("Menu", "menu")
        hands.touch("tile_documents")
        hands.expect("List", "documents")
        hands.touch("row_certificates:family_status")
        hands.confirms("certificate")
        hands.expect("Done", "printed")
        hands.touch("primary")
        hands.expect("TakeCard", "take")
        assert LARGEST.still_on(hands)
        hands.remove()
        hands.expect("Attract", "attract")
        assert list((home / "papers").glob("*.pdf"))
    assert cast(town, home) == (tracker, 2)


# By ear alone, in the dark


WORDS = {
    "el": {
        "press": "πατήστε",
        "insert": "Κάρτα Δημότη",
        "pin": "Πληκτρολογήστε τον κωδικό PIN",
        "menu": "Συμμετοχή",
        "vote": "Δοκιμαστική ψηφοφορία",
        "on": "Επόμενη ερώτηση",
        "review": "Έλεγχος ψήφου",
        "chose": "Επιλέξατε:",
        "confirm": "Επιβεβαίωση",
        "done": "Η ψήφος σας καταχωρίστηκε",
        "code": "Να ακούσετε τον κωδικό παρακολούθησης",
        "other": "Άλλη υπηρεσία",
        "papers": "πιστοποιητικά",
        "paper": "οικογενειακής κατάστασης",
        "issue": "Έκδοση",
        "printed": "τυπώθηκε",
        "finish": "Τέλος",
        "take": "την κάρτα σας",
        "part": r"Μέρος \d+ από \d+: (.*)\.",
        "chosen": "επιλέχθηκε",
    },
    "en": {
        "press": "press",
        "insert": "Citizen Card",
        "pin": "Enter your PIN",
        "menu": "Participation",
        "vote": "Trial vote",
        "on": "Next question",
        "review": "Review your vote",
        "chose": "You chose:",
        "confirm": "Confirm and vote",
        "done": "has been stored",
        "code": "Hear the tracking code",
        "other": "Another service",
        "papers": "certificates",
        "paper": "Certificate of family status",
        "issue": "Issue and print",
        "printed": "has been printed",
        "finish": "Finish",
        "take": "take your card",
        "part": r"Part \d+ of \d+: (.*)\.",
        "chosen": "chosen",
    },
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("language", "look"), [("el", USUAL), ("en", USUAL), ("el", LARGEST)], ids=["el", "en", "el-largest"]
)
def test_a_whole_visit_by_ear_alone_in_the_dark(town, home: Path, language: str, look: Look) -> None:
    words = WORDS[language]
    with booth_of(home, plugged=False, size=look.size) as at:
        look.put_on(at.walker)
        voice = at.walker.screen.voice
        assert voice.said is not None
        ears = Ears(lambda: voice.said or [], lambda: not voice._speaker.speaking, at.key, words["press"])
        at.headphones.plug()
        if language == "en":
            ears.press_words = "press"
            ears.choose("English")
        ears.wait_for(words["insert"])
        at.key(".")
        assert voice.dark
        assert grabbed_black(at)
        at.walker.insert(VirtualCard(town.cards[st.ANNA]))
        groups = vote_by_ear(ears, words)
        paper_by_ear(ears, words)
        ears.wait_for(words["take"])
        assert grabbed_black(at) and look.still_on(at.walker)
        at.walker.remove()
        at.walker.wait(lambda: at.walker.shows == "Attract", "the first screen")
        at.walker.wait(lambda: not voice.dark, "light for the next resident")
        at.walker.wait(ears.silent, "the end of what the next one hears")  # or its sound is still being kept below
        everything = " ".join(voice.said)
        assert st.PIN not in everything.replace(" ", "").replace(",", "")
        assert at.sound.started and all(seconds_of(wav) > 0 for wav in at.sound.started)
        assert list((home / "papers").glob("*.pdf"))
    tracker, acts = cast(town, home)
    assert (groups, acts) == (tracker[:16].upper(), 2)
    nothing_personal_is_kept(home, voice.said, language)


def nothing_personal_is_kept(home: Path, said: list[str], language: str) -> None:
    """The cache holds what every resident hears, and not one sentence that tells about this one."""
    kept = {file.name for file in (home / "speech").iterdir()}

    def name(text: str) -> str:
        return f"{BoothVoice._name(Sentence(text, language), Manner())}.wav"

    own = [text for text in said if st.SURNAME in text or WORDS[language]["chose"] in text]
    own += [text for text in said if text.endswith(f": {WORDS[language]['chosen']}.")]
    assert len(own) > 4 and not any(name(text) in kept for text in own)
    assert sum(name(text) in kept for text in said) > 20
    assert {file.stat().st_mtime for file in (home / "speech").iterdir()} == {0}


def vote_by_ear(ears: Ears, words: dict[str, str]) -> str:
    """Signs in and votes Βήτα, then Ένα and Τρία; what of the tracker was spelled."""
    ears.wait_for(words["pin"])
    ears.key(st.PIN)
    ears.key(Qt.Key.Key_Return)
    ears.choose(words["menu"])
    ears.choose(words["vote"])
    ears.choose("Βήτα")
    ears.wait_for(f"Βήτα: {words['chosen']}")
    ears.choose(words["on"])
    ears.choose("Ένα")
    ears.key("*")  # what were the others?
    ears.choose("Τρία")
    ears.wait_for(f"Τρία: {words['chosen']}")
    ears.key("*")
    ears.choose(words["review"])
    ears.wait_for(words["chose"])
    assert "Βήτα" in ears.heard()[ears.at] and "Άλφα" not in ears.heard()[ears.at]
    ears.at += 1
    assert "Ένα, Τρία" in ears.wait_for(words["chose"])
    ears.choose(words["confirm"])
    ears.wait_for(words["done"])
    ears.choose(words["code"])
    said = " ".join(ears.heard()[ears.at :])
    spelled = re.findall(words["part"], "\n".join(ears.heard()[ears.at :]))
    assert spelled, said
    ears.key("*")
    ears.choose(words["other"])
    return "".join(spelled).replace(", ", "")


def paper_by_ear(ears: Ears, words: dict[str, str]) -> None:
    ears.choose(words["papers"])
    ears.choose(words["paper"])
    ears.wait_for(st.SURNAME)  # the family that it is about, into headphones
    ears.choose(words["issue"])
    ears.wait_for(words["printed"])
    ears.choose(words["finish"])


def grabbed_black(at: AtTheBooth) -> bool:
    pause(50)
    picture = at.walker.screen.window.grab()
    return all(
        picture.pixelColor(x, y).name() == "#000000"
        for x in range(3, picture.width(), 60)
        for y in range(3, picture.height(), 60)
    )
