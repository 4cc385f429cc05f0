"""Pictures of a vote at the town hall: an officer's file taken in or refused with a sentence, shown as booths will show
it, signed by the officials and handed to booths with the notice."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import crc32
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from drafting import SEVERAL, kept, proposed, words_of, written
from PIL import Image, PngImagePlugin
from staff_desk import at_desk, employ

from assets import pictures as plain
from assets.drawing import Why
from ballot_box.officials import read_setup
from ballot_box.officials.records import pictures_of
from central.demo import logo
from central.kernel.centre import Centre
from central.matters.votes.console.words import WORDS
from central.matters.votes.drafts import pictures
from central.matters.votes.drafts.pictures import Kept, Unfit
from central.matters.votes.drafts.typed import Fault, Typed, faults, plan_of
from central.matters.votes.store import elections as election_rows
from municipality.matters.votes.messages import Election
from municipality.residents import Capacity

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'
DOT = f'{OPEN}<circle cx="5" cy="5" r="4"></circle></svg>'
NOTED = DOT.replace("<circle ", '<title>x</title><circle id="dot" ').encode()
ALT = {"el": "Μια κουκκίδα", "en": "A dot"}
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.fixture
def house(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    employ(centre, monkeypatch)
    return centre


def put(desk: Any, draft: str, part: str = "question-2", *, file: bytes = NOTED, of: str = "Δέντρα", **alt: str) -> Any:
    form = {"of": of, **ALT, **alt}
    return desk.post(f"/votes/drafts/{draft}/{part}/picture", form, files={"file": ("any", file)} if file else None)


def of_draft(centre: Centre, draft: str, place: int = 1) -> tuple[Kept, ...]:
    return pictures.of(Typed.read(kept(centre, draft).plan).questions[place])


def test_a_picture_is_kept_as_what_draws_and_shown(house: Centre) -> None:
    kostas = at_desk(house, "kostas")
    draft = written(house, kostas)
    answer = put(kostas, draft)
    assert answer.headers["location"] == f"/staff/votes/drafts/{draft}/question-2?done=draft-picture"
    assert of_draft(house, draft) == (Kept("Δέντρα", "svg", DOT, ALT["el"], ALT["en"]),)
    page = kostas.get(f"/votes/drafts/{draft}/question-2?done=draft-picture").text
    (address,) = re.findall(r'<img src="/staff(/[^"]+)" alt="Μια κουκκίδα">', page)
    shown = kostas.get(address)
    assert (shown.status_code, shown.text, shown.headers["content-type"]) == (200, DOT, "image/svg+xml")
    assert "sandbox" in shown.headers["content-security-policy"] and "nosniff" in shown.headers.values()
    preview = kostas.get(f"/votes/drafts/{draft}/preview").text
    assert preview.count(f'<img src="/staff{address}" alt="Μια κουκκίδα">') == 3  # ballot, review, site
    assert kostas.get(f"/votes/drafts/{draft}/pictures/{'0' * 64}").status_code == 404


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"file": b""}, "Διαλέξτε πρώτα μια εικόνα."),
    ({"el": ""}, "όποιος δεν τη βλέπει ψηφίζει με αυτά"),
    ({"en": " "}, "όποιος δεν τη βλέπει ψηφίζει με αυτά"),
    ({"el": "α" * 251}, "250 γράμματα"),
    ({"el": "α\u200bβ"}, "γράμματα που δεν τα βλέπει κανείς"),
    ({"of": "Άλλη"}, "δεν έχει πια τέτοια απάντηση"),
    ({"file": f"{OPEN}<script>x</script></svg>".encode()}, "πρόγραμμα"),
    ({"file": f'{OPEN}<circle onclick="x"/></svg>'.encode()}, "πρόγραμμα"),
    ({"file": f"{OPEN}<text>x</text></svg>".encode()}, "(&lt;text&gt;)"),
    ({"file": b"GIF89a"}, "ούτε PNG ή JPEG"),
    ({"file": b"\x89PNG\r\n\x1a\nnothing"}, "δεν διαβάζεται"),
    ({"file": DOT.encode() + b" " * plain.MOST_BYTES}, "64 KB"),
]


@pytest.mark.attack
def test_a_picture_that_is_refused_is_told_why_and_what_was_said_stays(house: Centre) -> None:
    kostas = at_desk(house, "kostas")
    draft = written(house, kostas)
    for change, sentence in REFUSED:
        answer = put(kostas, draft, **change)
        told = re.search(r'id="picture-fault">.*?<span>([^<]*)</span></p>', answer.text, re.DOTALL)
        assert answer.status_code == 409 and told is not None and sentence in told[1]
        assert f'value="{(ALT | change)["en"].strip()}"' in answer.text
    assert of_draft(house, draft) == ()


def test_every_reason_has_its_sentence() -> None:
    known = WORDS.said["picture"]
    assert {f"picture-{why}" for why in Why} <= set(known)


def test_a_second_takes_the_place_of_the_first_and_goes_again(house: Centre) -> None:
    kostas = at_desk(house, "kostas")
    draft = written(house, kostas)
    for of in ("Δέντρα", "Φώτα", "", "Δέντρα"):
        assert put(kostas, draft, of=of, en=f"of {of or 'the question'}").status_code == 303
    assert [(one.of, one.en) for one in of_draft(house, draft)] == [
        ("Φώτα", "of Φώτα"), ("", "of the question"), ("Δέντρα", "of Δέντρα"),
    ]  # fmt: skip
    assert kostas.post(f"/votes/drafts/{draft}/question-2/picture-out", {"of": "Φώτα"}).status_code == 303
    assert [one.of for one in of_draft(house, draft)] == ["", "Δέντρα"]
    (question,) = [one for one in plan_of(Typed.read(kept(house, draft).plan)).questions if one.picture]
    assert [one.picture is not None for one in question.answers] == [True, False, False]
    assert put(kostas, draft, "question-1", of="Ναι").status_code == 303
    assert [one.of for one in of_draft(house, draft, 0)] == ["Ναι"]


def test_a_picture_stays_with_the_words_of_its_answer(house: Centre) -> None:
    kostas = at_desk(house, "kostas")
    draft = written(house, kostas)
    put(kostas, draft)
    here = f"/votes/drafts/{draft}/question-2"
    moved = SEVERAL | {"answers_el": "Φώτα | ασφάλεια\nΔέντρα | σκιά\nΡάμπες | πρόσβαση"}
    assert kostas.post(f"{here}/save", moved).status_code == 303
    question = plan_of(Typed.read(kept(house, draft).plan)).questions[1]
    assert [(one.text.el, one.picture is not None) for one in question.answers] == [
        ("Φώτα", False), ("Δέντρα", True), ("Ράμπες", False),
    ]  # fmt: skip
    renamed = SEVERAL | {"answers_el": "Πεύκα | σκιά\nΦώτα | ασφάλεια\nΡάμπες | πρόσβαση"}
    assert kostas.post(f"{here}/save", renamed).headers["location"].startswith(f"/staff{here}")
    typed = Typed.read(kept(house, draft).plan)
    assert faults(typed, house.clock(), None) == [Fault("question-2", "pictures", "picture-of-no-answer")]
    assert "Δεν υπάρχει τέτοια απάντηση" in words_of(kostas.get(f"{here}?done=draft-saved"))


def test_only_an_officer_and_nobody_while_two_decide(house: Centre) -> None:
    kostas = at_desk(house, "kostas")
    draft = written(house, kostas)
    put(kostas, draft)
    for who in ("maria", "anna"):
        assert put(at_desk(house, who), draft, of="Φώτα").status_code == 403
    digest = of_draft(house, draft)[0].picture.digest
    assert at_desk(house, "anna").get(f"/votes/drafts/{draft}/pictures/{digest}").text == DOT
    assert at_desk(house, "maria").get(f"/votes/drafts/{draft}/pictures/{digest}").status_code == 403
    for part in ("words", "section-1", "question-9"):
        assert put(kostas, draft, part).status_code == 404
    proposed(house, kostas, draft)
    answer = put(kostas, draft, of="Φώτα")
    assert answer.status_code == 409 and "Πάρτε το πρώτα πίσω" in answer.text
    assert [one.of for one in of_draft(house, draft)] == ["Δέντρα"]


def heavy(size: int) -> str:
    """A clean drawing of so many bytes."""
    path = f'<path d="M0 0{"h1" * 4_000}"></path>'
    text = DOT.replace("</svg>", path * ((size - len(DOT)) // len(path)) + "</svg>")
    rest = size - len(text) - len('<path d="M"></path>')
    return text.replace("</svg>", f'<path d="M{"0" * rest}"></path></svg>')


def test_all_together_have_a_weight() -> None:
    kinds = ("α", "β", "γ", "δ", "ε")
    fields: dict[str, str] = {
        "kind": "one", "text_el": "Ποιο;", "text_en": "Which?", "blank": "yes",
        "answers_el": "\n".join(kinds), "answers_en": "\n".join("abcde"),
    }  # fmt: skip
    for of in kinds[:4]:
        fields = pictures.put(fields, Kept(of, "svg", heavy(plain.MOST_BYTES), "ό", "o"))
    whole = Typed(Typed().basics, (fields,))
    assert not pictures.too_heavy(whole.questions)
    assert [one for one in faults(whole, NOW, None) if one.part.startswith("question")] == []
    more = Typed(Typed().basics, (pictures.put(fields, Kept("ε", "svg", DOT, "ό", "o")),))
    assert [one for one in faults(more, NOW, None) if one.part.startswith("question")] == [
        Fault("question-1", "pictures", "pictures-too-heavy", 256)
    ]


def bitmap(kind: str = "PNG", size: tuple[int, int] = (8, 8), mode: str = "RGB", **more: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, (200,) * len(mode)).save(out, kind, **more)
    return out.getvalue()


def test_a_bitmap_is_encoded_anew_and_says_nothing_more() -> None:
    """Where it was taken, with what, a comment and a profile go; what is large is made smaller; how it lay is kept."""
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "38.03 N 23.70 E")
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"  # on its side; who made it
    for file, size in (
        (bitmap(pnginfo=said, icc_profile=b"profile", exif=exif), (8, 8)),
        (bitmap("JPEG", (1200, 600), exif=exif, comment=b"38.03 N"), (240, 480)),
        (bitmap("PNG", (480, 160), "RGBA"), (480, 160)),
        (bitmap("JPEG", (30, 30), "CMYK"), (30, 30)),
    ):
        found = pictures.read(file)
        assert not isinstance(found, Unfit)
        kind, data = found
        assert (kind, plain.fault(kind, data)) == ("png", "")
        written_file = b64decode(data)
        assert Image.open(BytesIO(written_file)).size == size
        assert not any(word in written_file for word in (b"38.03", b"Camera", b"profile", b"eXIf", b"tEXt"))


def of_points(wide: int, high: int) -> bytes:
    """A small file that says of itself to be so large."""
    head = b"IHDR" + wide.to_bytes(4) + high.to_bytes(4) + b"\x08\x02\0\0\0"
    file = bitmap()
    return file[:12] + head + crc32(head).to_bytes(4) + file[33:]


def noise(side: int) -> bytes:
    out = BytesIO()
    Image.effect_noise((side, side), 100).convert("RGB").save(out, "PNG")
    return out.getvalue()


@pytest.mark.attack
@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (bitmap(size=(24, 8)), None),
        (bitmap(size=(25, 8)), Unfit("picture-too-long")),
        (bitmap()[:40], Unfit("picture-broken")),
        (b"\xff\xd8\xff" + bytes(60), Unfit("picture-broken")),
        (of_points(5000, 4800), Unfit("picture-broken")),
        (of_points(5001, 4800), Unfit("picture-too-many-points")),
        (of_points(65_536, 65_536), Unfit("picture-too-many-points")),
        (noise(200), None),
        (noise(480), Unfit("picture-too-heavy")),
    ],
)  # fmt: skip
def test_a_bitmap_at_its_limits(file: bytes, expected: Unfit | None) -> None:
    found = pictures.read(file)
    if expected is None:
        assert not isinstance(found, Unfit) and plain.fault(*found) == ""
    else:
        assert found == expected


def test_the_demos_draft_is_whole() -> None:
    typed = logo.draft(NOW)
    assert faults(typed, NOW, dict.fromkeys(Capacity, 30)) == []
    (question,) = plan_of(typed).questions
    assert (question.minimum, question.maximum, question.blank, len(list(question.pictures()))) == (1, 4, True, 4)
    assert plain.fault_of_all([one.shown() for one in question.pictures()]) == ""


def test_a_vote_with_pictures_goes_its_way(house: Centre, town: Any, tmp_path: Path) -> None:
    """From the console past the officials' own tools into the feed and onto the site; and no other picture after."""
    kostas, eleni = at_desk(house, "kostas"), at_desk(house, "eleni")
    draft = written(house, kostas)
    put(kostas, draft)
    put(kostas, draft, of="Φώτα", file=bitmap(), el="Ένα γκρίζο τετράγωνο", en="A grey square")
    proposal = proposed(house, kostas, draft)
    assert eleni.post(f"/decisions/{proposal}/confirm").status_code == 303
    assert kostas.post(f"/votes/drafts/{draft}/rehearse").status_code == 303
    notice = Election.read(kept(house, draft).record)
    assert notice.version == 4 and [one.kind for one in notice.pictures()] == ["svg", "png"]
    shown = pictures_of(read_setup(notice.record()))
    assert [(one.name, one.alt["en"]) for one in shown] == [("2-1.svg", "A dot"), ("2-2.png", "A grey square")]
    assert kostas.post(f"/votes/drafts/{draft}/announce").status_code == 303
    with house.store.reading() as tx:
        held = election_rows.find(tx, notice.election)
    assert held is not None and Election.read(held.notice).record() == notice.record()
    page = kostas.web.request("GET", f"/votes/{notice.election}").text
    for one in shown:
        assert f'src="/votes/{notice.election}/pictures/{one.digest}" alt="{one.alt["el"]}"' in page
        file = kostas.web.request("GET", f"/votes/{notice.election}/pictures/{one.digest}")
        assert (file.content, file.headers["content-type"]) == (one.file, plain.MEDIA_TYPES[one.kind])
        assert "sandbox" in file.headers["content-security-policy"]
    for wrong in (f"/votes/{notice.election}/pictures/{'0' * 64}", f"/votes/nothing/pictures/{shown[0].digest}"):
        assert kostas.web.request("GET", wrong).status_code == 404
