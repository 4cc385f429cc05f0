"""Pictures of a vote only show: each kind of hostile drawing or bitmap, what becomes of it, compared whole; and nothing
that chance makes of one gets through."""

import json
import re
import zlib
from base64 import b64encode
from binascii import crc32
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.drawing import SVG as SPACE
from assets.drawing import NotDrawn
from assets.pictures import (
    DEEPEST,
    LONGEST_VALUE,
    MOST_BYTES,
    MOST_PARTS,
    MOST_POINTS,
    MOST_TOGETHER,
    NotPlain,
    Shown,
    clean,
    fault,
    fault_of_all,
    file_of,
    packed,
    unpacked,
)
from municipality.matters.votes.messages import Answer, Election, Picture, Question
from municipality.matters.votes.rules import NoticeFault, notice_fault
from municipality.messages import Dossier, MessageRefused, Words

OPEN = f'<svg xmlns="{SPACE}" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'
DOT = '<circle cx="5" cy="5" r="4"></circle>'
PLAIN = f"{OPEN}{DOT}</svg>"


def drawing(inside: str) -> str:
    return f"{OPEN}{inside}</svg>"


def outcome(text: str | bytes) -> str:
    try:
        return clean(text.encode() if isinstance(text, str) else text)
    except NotDrawn as refused:
        return str(refused)


HTML = "http://www.w3.org/1999/xhtml"
# What somebody puts into a drawing, and all that is left of it: the reason it is refused, or the drawing built anew.
HOSTILE: list[tuple[str, str, str]] = [
    ("script", "<script>alert(1)</script>", "script <script>"),
    ("script by address", '<script href="https://e.example/x.js"/>', "script <script>"),
    ("script in CDATA", "<script><![CDATA[alert(1)]]></script>", "script <script>"),
    ("script among the notes", f"<metadata><h:script xmlns:h='{HTML}'>x</h:script></metadata>", "script"),
    ("script of another house", f"<h:script xmlns:h='{HTML}'>alert(1)</h:script>", "script"),
    ("event", '<circle r="1" onclick="alert(1)"/>', "script"),
    ("event in capitals", '<circle r="1" ONLOAD="alert(1)"/>', "script"),
    ("event with a name space", f'<circle r="1" h:onload="x" xmlns:h="{HTML}"/>', "script"),
    ("handler element", '<handler type="application/ecmascript">x</handler>', "script <handler>"),
    ("foreign object", f"<foreignObject><body xmlns='{HTML}'><b/></body></foreignObject>", "outside <foreignObject>"),
    ("iframe", f"<h:iframe xmlns:h='{HTML}' src='https://e.example'/>", "outside"),
    ("HTML image", f"<h:img xmlns:h='{HTML}' src='x' onerror='alert(1)'/>{DOT}", PLAIN),
    ("image from the net", '<image href="https://e.example/spy.png"/>', "outside <image>"),
    ("image inside", '<image xlink:href="data:image/png;base64,iVBORw0KGgo="/>', "outside <image>"),
    ("drawing in an image", '<image href="data:image/svg+xml,%3Csvg onload=alert(1)%3E"/>', "outside <image>"),
    ("fetched image", '<feImage href="https://e.example/a.svg"/>', "unknown-part <feImage>"),
    ("use of another file", '<use href="https://e.example/a.svg#x"/>', "unknown-part <use>"),
    ("use of itself", '<use id="a" href="#a"/>', "unknown-part <use>"),
    ("link", '<a href="javascript:alert(1)"><circle r="1"/></a>', "unknown-part <a>"),
    ("gradient from the net", '<linearGradient id="a" href="https://e.example/a.svg#b"/>', "outside"),
    ("gradient by script", '<linearGradient id="a" xlink:href="javascript:alert(1)"/>', "outside"),
    ("fill from the net", '<circle r="1" fill="url(https://e.example/a.svg#b)"/>', "outside"),
    ("fill from the net, after its own", '<circle r="1" fill="url(#a) url(//e.example)"/>', "outside"),
    ("stroke in a style", '<circle r="1" style="stroke:URL(&#x27;//e.example&#x27;)"/>', "outside"),
    ("escaped address", '<circle r="1" fill="\\75rl(https://e.example)"/>', "numbers"),
    ("address in a comment", '<circle r="1" fill="u/**/rl(https://e.example)"/>', "numbers"),
    ("style sheet", "<style>@import url(https://e.example/a.css);</style>", "style-sheet <style>"),
    ("style sheet of HTML", f"<h:style xmlns:h='{HTML}'>*{{}}</h:style>", "style-sheet"),
    ("import in an attribute", '<circle cx="5" cy="5" r="4" style="@import url(x)"/>', PLAIN),
    ("behaviour", '<circle cx="5" cy="5" r="4" style="behavior:url(x.htc);-moz-binding:url(x)"/>', PLAIN),
    ("pointer", '<circle cx="5" cy="5" r="4" cursor="url(https://e.example/c)"/>', PLAIN),
    ("set", '<set attributeName="href" to="javascript:alert(1)"/>', "script <set>"),
    ("animation", '<animate attributeName="fill" dur="1s" values="red;blue"/>', "unknown-part <animate>"),
    ("animated turn", '<animateTransform attributeName="transform" type="rotate"/>', "unknown-part <animateTransform>"),
    ("text", "<text>Ψηφίστε το άλλο</text>", "unknown-part <text>"),
    ("clip", '<circle r="1" clip-path="url(#c)"/>', "unknown-part clip-path"),
    ("mask in a style", '<circle r="1" style="mask:url(#m)"/>', "unknown-part mask"),
    ("filter", '<filter id="f"/>', "unknown-part <filter>"),
    ("pattern", '<pattern id="p"/>', "unknown-part <pattern>"),
    ("marker", '<path d="M0 0" marker-end="url(#m)"/>', "unknown-part marker-end"),
    ("endless dashes", '<path d="M0 0h9" stroke-dasharray="0.00001"/>', "unknown-part stroke-dasharray"),
    ("drawing in a drawing", '<svg viewBox="0 0 1 1"/>', "unknown-part <svg>"),
    ("switch of languages", "<switch><g systemLanguage='el'/></switch>", "unknown-part <switch>"),
    ("instruction", '<?xml-stylesheet href="https://e.example/a.css"?>', "instruction"),
    ("reference to nothing", '<circle r="1" fill="url(#a)"/>', "reference"),
    ("gradients in a ring", '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>', "reference"),
    ("one name twice", '<linearGradient id="a"/><radialGradient id="a"/>', "reference"),
    ("name with a quote", '<linearGradient id="a&quot;&gt;&lt;script&gt;"/>', "reference"),
    ("colour that is read in two ways", '<circle r="1" fill="#11223380"/>', "colour #11223380"),
    ("endless number", '<circle r="1e999"/>', "numbers"),
    ("number far away", '<path d="M-20000.1 0"/>', "numbers"),
    ("other digits", '<circle r="١"/>', "numbers"),
    ("CSS program", '<circle r="1" fill="expression(alert&#40;&quot;x&quot;&#41;)"/>', "numbers"),
    ("notes", f"<title>t</title><desc>d</desc><!-- c -->words{DOT}", PLAIN),
    ("marks of a program", '<circle cx="5" cy="5" r="4" id="x" class="y" data-a="b" role="img" tabindex="0"/>', PLAIN),
    ("an entity nobody knows", "&nbsp;", "not-xml"),
    ("an end that is none", "</g>", "not-xml"),
]  # fmt: skip


@pytest.mark.attack
@pytest.mark.parametrize(("inside", "expected"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_hostile_drawing_is_refused_or_only_draws(inside: str, expected: str) -> None:
    assert outcome(drawing(inside)) == expected


BOMB = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
FILES: list[tuple[str, str | bytes, str]] = [
    ("entities that grow", BOMB + drawing("&b;"), "doctype"),
    ("a file of this machine", '<!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + drawing("&f;"), "doctype"),
    ("a definition from the net", '<!DOCTYPE svg PUBLIC "x" "https://e.example/svg.dtd">' + PLAIN, "doctype"),
    ("a parameter", '<!DOCTYPE svg [<!ENTITY % p SYSTEM "https://e.example/p">%p;]>' + PLAIN, "doctype"),
    ("HTML", f"<html xmlns='{HTML}'><script/></html>", "not-svg"),
    ("no name space", "<svg viewBox='0 0 1 1'><script/></svg>", "not-svg"),
    ("other letters", PLAIN.encode("utf-16"), PLAIN),
    ("letters that are said to be others", b"<?xml version='1.0' encoding='utf-7'?>" + PLAIN.encode(), PLAIN),
    ("two drawings", PLAIN + PLAIN, "not-xml"),
    ("something after it", PLAIN + "<script/>", "not-xml"),
    ("a packed drawing", b"\x1f\x8b\x08\x00" + bytes(20), "not-xml"),
    ("nothing", b"", "not-xml"),
    ("no size", PLAIN.replace(' viewBox="0 0 10 10"', ""), "no-view-box"),
    ("a point of a size", PLAIN.replace("10 10", "0.009 0.009"), "no-view-box"),
    ("a size below nothing", PLAIN.replace("10 10", "-10 10"), "no-view-box"),
]  # fmt: skip


@pytest.mark.attack
@pytest.mark.parametrize(("file", "expected"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_a_file_that_is_no_drawing_is_refused(file: str | bytes, expected: str) -> None:
    assert outcome(file) == expected


def test_what_draws_stays_as_it_is() -> None:
    whole = drawing(
        '<defs><linearGradient gradientUnits="userSpaceOnUse" id="a"><stop offset="0" stop-color="#FDE7B0"></stop>'
        '</linearGradient><radialGradient id="b" xlink:href="#a"></radialGradient></defs>'
        f'<g fill="url(#b)" transform="rotate(10, 5 5)">{DOT}<path d="M0 0h1v1z" stroke="red"></path></g>'
    )
    assert clean(whole.encode()) == whole
    assert fault("svg", whole) == ""
    assert fault("svg", whole.replace("<g ", "<g id='x' ")) == "a drawing holds more than it draws"


def of_size(size: int) -> str:
    """A clean drawing of so many bytes, of paths that are each short enough."""
    path = f'<path d="M0 0{"h1" * 4_000}"></path>'
    text = drawing(path * ((size - len(PLAIN)) // len(path)))
    rest = size - len(text) - len('<path d="M"></path>')
    return text.replace("</svg>", f'<path d="M{"0" * rest}"></path></svg>')


@pytest.mark.parametrize(
    ("within", "beyond", "why"),
    [
        (of_size(MOST_BYTES), of_size(MOST_BYTES + 1), "too-large"),
        (drawing("<g></g>" * (MOST_PARTS - 1)), drawing("<g></g>" * MOST_PARTS), "too-many"),
        (
            drawing("<g>" * (DEEPEST - 1) + "</g>" * (DEEPEST - 1)),
            drawing("<g>" * DEEPEST + "</g>" * DEEPEST),
            "too-deep",
        ),
        (
            drawing(f'<path d="M{"0" * (LONGEST_VALUE - 1)}"></path>'),
            drawing(f'<path d="M{"0" * LONGEST_VALUE}"></path>'),
            "long-value d",
        ),
        (PLAIN.replace("10 10", "30 10"), PLAIN.replace("10 10", "30.1 10"), "too-long"),
        (PLAIN.replace("10 10", "0.01 0.01"), PLAIN.replace("10 10", "0.0099 0.01"), "no-view-box"),
        (drawing('<path d="M20000 0"></path>'), drawing('<path d="M20000.1 0"></path>'), "numbers"),
    ],
)
def test_just_within_each_limit_and_just_beyond(within: str, beyond: str, why: str) -> None:
    assert outcome(within) == within
    assert outcome(beyond) == why


def test_what_grows_while_it_is_built_anew_is_measured_again() -> None:
    styled = "<g style='" + ";".join(["fill:red"] * 4) + "'/>"
    assert outcome(drawing(styled)) == drawing('<g fill="red"></g>')
    dense = drawing("<g/>" * 999 + "")
    assert len(outcome(dense)) > len(dense)


# -- what chance makes of a drawing

_ALLOWED = {
    "svg", "g", "defs", "stop", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "linearGradient",
    "radialGradient",
}  # fmt: skip
_ATTRIBUTES = re.compile(
    r"viewBox|d|points|x|y|[xy][12]|[cf][xy]|r[xy]?|width|height|offset|transform|gradient(Transform|Units)|spreadMethod|"
    r"pathLength|fill(-opacity|-rule)?|stroke(-width|-opacity|-linecap|-linejoin|-miterlimit)?|opacity|color|"
    r"stop-(color|opacity)|display|visibility|id|\{http://www.w3.org/1999/xlink\}href"
)
_HARMLESS = re.compile(r"[A-Za-z0-9\s,.+()%#_-]*", re.ASCII)
_FRAGMENTS = [
    "<script>", "</script>", ' onload="x"', ' href="https://e.example"', "<style>", "url(", "url(#a)", "<g>", "</g>",
    "&", "<!--", "-->", "<![CDATA[", "]]>", "<?x ?>", "<!DOCTYPE x>", ' style="fill:url(x)"', ' id="a"', "javascript:",
    "<image/>", '"', "'", ">", "<", "\0", "\\", "e999", ' xmlns:x="y"', "xlink:href", "data:", "<use/>", "#a", ";",
    ":", "@import", "ό", "\u202e",
]  # fmt: skip
SEED = drawing(
    '<defs><linearGradient id="a"><stop offset="0" stop-color="#fff"></stop></linearGradient></defs>'
    f'<g fill="url(#a)">{DOT}<path d="M0 0h1v1z" style="fill:none;stroke:red"></path></g>'
)


@pytest.mark.property
@given(st.lists(st.tuples(st.integers(0, len(SEED)), st.integers(0, 12), st.sampled_from(_FRAGMENTS)), max_size=4))
def test_whatever_chance_makes_of_a_drawing_only_draws(changes: list[tuple[int, int, str]]) -> None:
    text = SEED
    for at, gone, put in changes:
        text = text[:at] + put + text[at + gone :]
    try:
        cleaned = clean(text.encode(errors="replace"))
    except NotDrawn:
        return
    assert clean(cleaned.encode()) == cleaned
    for part in ElementTree.fromstring(cleaned).iter():
        space, _, name = part.tag.rpartition("}")
        assert space == "{" + SPACE and name in _ALLOWED
        for key, value in part.attrib.items():
            assert _ATTRIBUTES.fullmatch(key) and _HARMLESS.fullmatch(value)
            assert "url" not in value.lower() or value == "url(#a)"
            assert "href" not in key or value == "#a"
        assert not (part.text or "").strip() and not (part.tail or "").strip()


# -- bitmaps


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + crc32(kind + data).to_bytes(4)


HEAD = b"\x89PNG\r\n\x1a\n"
END = chunk(b"IEND", b"")


def head(wide: int = 2, high: int = 2, depth: int = 8, colour: int = 2, rest: bytes = b"\0\0\0") -> bytes:
    return chunk(b"IHDR", wide.to_bytes(4) + high.to_bytes(4) + bytes([depth, colour]) + rest)


def points(wide: int = 2, high: int = 2, channels: int = 3) -> bytes:
    return chunk(b"IDAT", zlib.compress(bytes(high * (1 + wide * channels)), 9))


POINTS = zlib.compress(bytes(14))
TWO = HEAD + head() + points() + END
GREY = chunk(b"PLTE", bytes(6))
MORE = "a bitmap carries more than its points"
ORDER = "a bitmap has not the parts that it must have, in their order"
COUNT = "a bitmap has not as many points as it says"
ROWS = "a bitmap is not of eight bits, in rows"
COLOURS = "a bitmap's colours are not where they should be"
BITMAPS: list[tuple[str, bytes, str]] = [
    ("plain", TWO, ""),
    ("with colours", HEAD + head(colour=3) + GREY + chunk(b"tRNS", b"\0") + points(channels=1) + END, ""),
    ("as large as may be", HEAD + head(MOST_POINTS, MOST_POINTS) + points(MOST_POINTS, MOST_POINTS) + END, ""),
    ("in two pieces", HEAD + head() + chunk(b"IDAT", POINTS[:5]) + chunk(b"IDAT", POINTS[5:]) + END, ""),
    ("words", HEAD + head() + chunk(b"tEXt", b"Comment\0x") + points() + END, MORE),
    ("where it was taken", HEAD + head() + chunk(b"eXIf", b"MM\0*") + points() + END, MORE),
    ("a profile", HEAD + head() + chunk(b"iCCP", b"x\0\0") + points() + END, MORE),
    ("moving", HEAD + head() + chunk(b"acTL", bytes(8)) + points() + END, MORE),
    ("something after it", TWO + b"<script>", MORE),
    ("a drawing", PLAIN.encode(), "not a bitmap of the kind PNG"),
    ("nothing", b"", "not a bitmap of the kind PNG"),
    ("only its beginning", HEAD, ORDER),
    ("no points", HEAD + head() + END, ORDER),
    ("no end", HEAD + head() + points(), ORDER),
    ("out of order", HEAD + points() + head() + END, ORDER),
    ("two heads", HEAD + head() + head() + points() + END, "a bitmap has a part twice"),
    ("one letter changed", TWO[:-20] + bytes([TWO[-20] ^ 1]) + TWO[-19:], "a bitmap is broken"),
    ("cut", TWO[:-2], "a bitmap is broken"),
    ("a side too long", HEAD + head(MOST_POINTS + 1, MOST_POINTS) + points() + END, "a bitmap has too many points"),
    ("no width", HEAD + head(0, 2) + points() + END, "a bitmap has too many points"),
    ("three times as wide", HEAD + head(6, 2) + points(6, 2) + END, ""),
    ("more than three times", HEAD + head(7, 2) + points(7, 2) + END, "a bitmap is too long"),
    ("sixteen bits", HEAD + head(depth=16) + points() + END, ROWS),
    ("woven rows", HEAD + head(rest=b"\0\0\1") + points() + END, ROWS),
    ("no such colour", HEAD + head(colour=5) + points() + END, ROWS),
    ("colours nowhere", HEAD + head(colour=3) + points(channels=1) + END, COLOURS),
    ("too few points", HEAD + head() + points(2, 1) + END, COUNT),
    ("a bomb", HEAD + head() + chunk(b"IDAT", zlib.compress(bytes(9_000_000), 9)) + END, COUNT),
    ("not packed", HEAD + head() + chunk(b"IDAT", b"points") + END, "a bitmap's points cannot be read"),
    ("too large", TWO + bytes(MOST_BYTES), "a bitmap is too large"),
]  # fmt: skip


@pytest.mark.attack
@pytest.mark.parametrize(("file", "expected"), [case[1:] for case in BITMAPS], ids=[case[0] for case in BITMAPS])
def test_a_bitmap_is_its_points_and_nothing_else(file: bytes, expected: str) -> None:
    assert fault("png", b64encode(file).decode()) == expected


def test_a_picture_is_one_of_two_kinds() -> None:
    assert fault("gif", "R0lGOD") == "neither a drawing nor a bitmap of ours"
    assert fault("png", "not Base64") == "a bitmap is not in Base64"
    assert fault("svg", "<svg/>") == "not-svg"
    assert file_of("svg", PLAIN) == PLAIN.encode() and file_of("png", b64encode(TWO).decode()) == TWO


def test_a_picture_travels_in_an_address_and_comes_back() -> None:
    name = packed("svg", PLAIN)
    assert re.fullmatch(r"svg/[A-Za-z0-9_=-]+", name) and unpacked(name) == ("svg", PLAIN)
    for broken in ("svg/", "svg/!!", name[:-8], "", packed("svg", "a" * (2 * MOST_BYTES + 1))):
        with pytest.raises(NotPlain):
            unpacked(broken)
    assert unpacked(packed("svg", "a" * 2 * MOST_BYTES)) == ("svg", "a" * 2 * MOST_BYTES)


# -- in a vote

ALT = {"el": "Μια κουκκίδα", "en": "A dot"}


def of_weight(size: int) -> list[Shown]:
    each = [MOST_BYTES] * (size // MOST_BYTES) + ([size % MOST_BYTES] if size % MOST_BYTES else [])
    return [Shown(f"1-{place}", "svg", of_size(one), ALT) for place, one in enumerate(each, start=1)]


def test_all_pictures_of_a_vote_have_a_weight_together() -> None:
    assert fault_of_all(of_weight(MOST_TOGETHER)) == ""
    more = [*of_weight(MOST_TOGETHER), Shown("2", "svg", PLAIN, ALT)]
    assert fault_of_all(more) == "the pictures are too heavy together"


def test_a_picture_without_words_is_none() -> None:
    assert fault_of_all([Shown("1-1", "svg", PLAIN, ALT)]) == ""
    for alt in ({"el": "", "en": "A dot"}, {"el": "Κουκκίδα", "en": " "}):
        told = fault_of_all([Shown("1-1", "svg", PLAIN, ALT), Shown("1-2", "svg", PLAIN, alt)])
        assert told == "picture 1-2 is not said in words, in Greek and in English"
    assert fault_of_all([Shown("2", "svg", drawing("<text/>"), ALT)]) == "picture 2: unknown-part <text>"


def pictured(election: Election, data: str = PLAIN) -> Election:
    one = Picture(kind="svg", data=data, alt=Words(**ALT))
    question = election.questions[0]
    answers = (question.answers[0].model_copy(update={"picture": one}), *question.answers[1:])
    changed = question.model_copy(update={"answers": answers})
    return Election.model_validate({**dict(election), "version": 4, "questions": (changed,)})


def test_a_notice_says_pictures_in_version_4_alone(small_election: tuple[Election, Dossier, Dossier]) -> None:
    before = small_election[0]
    assert "picture" not in before.record() and '"version":3' in before.record()
    after = pictured(before)
    assert Election.read(after.text()) == after and after.digest() != pictured(before, drawing("")).digest()
    for notice, version in ((before, 4), (after, 3)):
        with pytest.raises(MessageRefused):
            Election.read(notice.text().replace(f'"version":{notice.version}', f'"version":{version}'))


def test_a_notice_with_a_picture_that_does_more_is_no_notice(small_election: tuple[Election, Dossier, Dossier]) -> None:
    one = small_election[0]
    counted = {
        "name": one.title.el, "description": one.introduction.el, "uuid": one.election,
        "questions": [{"answers": ["α", "α"], "blank": True, "min": 1, "max": 1, "question": "α"}],
    }  # fmt: skip
    record = json.dumps(counted, ensure_ascii=False, separators=(",", ":"))
    belenios = one.belenios.model_copy(update={"election": record})
    sound = pictured(one.model_copy(update={"belenios": belenios}))
    assert notice_fault(sound) is None
    hostile = pictured(one.model_copy(update={"belenios": belenios}), drawing("<script/>"))
    assert notice_fault(hostile) is NoticeFault.PICTURES


def test_a_question_has_a_picture_of_its_own() -> None:
    words, one = Words(el="α", en="a"), Picture(kind="svg", data=PLAIN, alt=Words(**ALT))
    plain = Answer(text=words, note=words)
    question = Question(text=words, note=words, answers=(plain, plain), minimum=1, maximum=1, blank=True, picture=one)
    assert list(question.pictures()) == [one]
    assert len(one.digest) == 64 and one.digest == Shown("1", "svg", PLAIN, ALT).digest
