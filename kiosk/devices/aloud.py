"""Signs, numbers and codes as an ear takes them: written for whoever reads them to a machine, in its language.

A machine reads «000042» with a full stop, «KD-000123» with a minus and «&» in English. What comes out holds letters,
numbers and pauses alone; read out once more it stays as it is. Never: a word left out, a screen, Qt.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class _Tongue:
    """Words for signs. `hour` of a whole hour, `past` between an hour and its minutes, `oh` before a single minute;
    `euros` and `cents` with their forms for one; `short`: what is written short and not read so."""

    conjunction: str
    at: str
    dot: str
    slash: str
    dash: str
    number: str
    to: str
    times: str
    degrees: str
    paragraph: str
    hour: str
    past: str
    oh: str
    money: str
    euros: tuple[str, str]
    cents: tuple[str, str]
    short: dict[str, str]


_TONGUES = {
    "el": _Tongue(
        conjunction="και",
        at="παπάκι",
        dot="τελεία",
        slash="κάθετος",
        dash="παύλα",
        number="αριθμός",
        to="έως",
        times="επί",
        degrees="βαθμοί",
        paragraph="παράγραφος",
        hour="{} ακριβώς",
        past=" και ",
        oh="",
        money=" και ",
        euros=("ευρώ", "ευρώ"),
        cents=("λεπτό", "λεπτά"),
        short={
            "π.χ.": "παραδείγματος χάριν",
            "κ.λπ.": "και λοιπά",
            "κ.λ.π.": "και λοιπά",
            "κλπ.": "και λοιπά",
            "κλπ": "και λοιπά",
            "κτλ.": "και τα λοιπά",
            "κ.τ.λ.": "και τα λοιπά",
            "κ.ά.": "και άλλα",
            "κ.α.": "και άλλα",
            "κ.ο.κ.": "και ούτω καθεξής",
            "δηλ.": "δηλαδή",
            "αρ.": "αριθμός",
            "αριθ.": "αριθμός",
            "τηλ.": "τηλέφωνο",
            "π.μ.": "το πρωί",
            "μ.μ.": "μετά το μεσημέρι",
            "λεωφ.": "λεωφόρος",
            "σελ.": "σελίδα",
            "παρ.": "παράγραφος",
            "τ.μ.": "τετραγωνικά μέτρα",
            "ΑΦΜ": "Α, Φ, Μ",
            "Α.Φ.Μ.": "Α, Φ, Μ",
        },
    ),
    "en": _Tongue(
        conjunction="and",
        at="at",
        dot="dot",
        slash="slash",
        dash="dash",
        number="number",
        to="to",
        times="times",
        degrees="degrees",
        paragraph="paragraph",
        hour="{} o'clock",
        past=" ",
        oh="oh ",
        money=" and ",
        euros=("euro", "euros"),
        cents=("cent", "cents"),
        short={
            "e.g.": "for example",
            "i.e.": "that is",
            "etc.": "and so on",
            "approx.": "about",
            "tel.": "telephone",
            "a.m.": "A, M",
            "p.m.": "P, M",
        },
    ),
    "sq": _Tongue(
        conjunction="dhe",
        at="et",
        dot="pikë",
        slash="pjerrtas",
        dash="vizë",
        number="numër",
        to="deri",
        times="herë",
        degrees="gradë",
        paragraph="paragrafi",
        hour="{} fiks",
        past=" e ",
        oh="",
        money=" e ",
        euros=("euro", "euro"),
        cents=("cent", "cent"),
        short={
            "p.sh.": "për shembull",
            "d.m.th.": "domethënë",
            "etj.": "e të tjera",
            "nr.": "numër",
            "Nr.": "numër",
            "tel.": "telefon",
        },
    ),
}
_STEMS = ("πρώτ", "δεύτερ", "τρίτ", "τέταρτ", "πέμπτ", "έκτ", "έβδομ", "όγδο", "ένατ", "δέκατ", "ενδέκατ", "δωδέκατ")
_ENDINGS = "ους|ου|ος|οι|ης|ων|ες|ον|η|ο"
_GREEK = "[\u0370-\u03ff\u1f00-\u1fff]"
_GONE = re.compile('[\u00ad\u200b-\u200f\u2060\ufeff«»“”„‘‚"*]')
_DATE = re.compile(r"\b(?:(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d{2})-(\d{2}))\b")
WEB = re.compile(r"\b(?:https?://)?(?:[\w.+-]+@)?(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}\b(?:/[\w./?=&%#-]*\w)?/?")
_MONEY = re.compile(r"€\s?(\d[\d.,]*\d|\d)|(?<![\w.,])(\d[\d.,]*\d|\d)\s?€")
_TIME = re.compile(r"(?<![\d:.,])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")
_PHONE = re.compile(
    r"(?<![\w.,+])(?:\+\d{1,3} )?(?:(?:2\d{2,4}|69\d{2})[ -]\d{5,7}|(?:2\d{2}|69\d) \d{3} \d{4})(?![\w-])(?![.,]\d)"
)
_CODE = re.compile(
    r"(?<![\w.,])(?:[A-ZΑ-ΩΆΈΉΊΌΎΏ0-9]+(?:[-–/][A-ZΑ-ΩΆΈΉΊΌΎΏ0-9]+)*|(?=\w*\d[a-z]+\d)[a-z0-9]{6,})(?![\w%])(?![.,]\d)"
)
_SHORT = 2  # letters: «gr» is no word
_LONGEST_NUMBER = 8  # more digits in one piece are a number of somebody, not of something


def aloud(text: str, language: str) -> str:
    """`text` without what a machine stumbles over, on one line. `language`: "el", "en", "sq"; any other in English."""
    tongue = _TONGUES.get(language, _TONGUES["en"])
    said = _GONE.sub("", text.replace("...", "…").replace("-> ", "→ "))
    said = with_dates(said, language)
    for short, whole in (tongue.short | _TONGUES["el"].short).items():  # Greek words have their own voice
        said = re.sub(rf"(?<![\w.@/-]){re.escape(short)}(?!\w)", whole, said)
    said = WEB.sub(lambda found: _web(found.group(), tongue), said)
    said = _PHONE.sub(lambda found: ", ".join(" ".join(part) for part in re.findall(r"\d+", found.group())), said)
    said = _MONEY.sub(lambda found: _money(found.group(1) or found.group(2), tongue), said)
    said = _TIME.sub(lambda found: _time(int(found[1]), int(found[2]), tongue), said)
    said = re.sub(rf"(?<!\w)(\d{{1,2}})({_ENDINGS})(?!\w)", _ordinal, said)
    said = _CODE.sub(lambda found: _code(found.group()), said)
    for pattern, put in _signs(tongue):
        said = re.sub(pattern, put, said)
    return re.sub(r"\s+([,.;!?…])", r"\1", re.sub(r"(?:,\s*){2,}", ", ", " ".join(said.split()))).strip(", ")


def with_dates(text: str, language: str) -> str:
    """Dates in words; what is none (45/13/2000) stays."""
    return _DATE.sub(lambda found: _in_words(found, language), text)


def _signs(tongue: _Tongue) -> tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...]:
    return (
        (r"(?<=\d)\s?[-–—]\s?(?=\d)", f" {tongue.to} "),
        (r"№\s?|#(?=\s?\d)|\bNo\.\s?(?=\d)", f"{tongue.number} "),
        (rf"(?<={_GREEK})\s*&\s*(?={_GREEK})", f" {_TONGUES['el'].conjunction} "),
        (r"&", f" {tongue.conjunction} "),
        (r"€", f" {tongue.euros[1]} "),
        (r"§\s?", f"{tongue.paragraph} "),
        (r"(?<=\d)\s?[×x]\s?(?=\d)", f" {tongue.times} "),
        (r"(?<=\d)\s?°\s?(?:C\b)?", f" {tongue.degrees} "),
        (r"@", f" {tongue.at} "),
        (r"(?<=\w)-(?=\d)", " "),
        (r"…(?=\s*\S)", ", "),
        (r"\s[-–—][-–—\s]*\s|[–—·•|/→_]+", ", "),
    )


def _in_words(found: re.Match[str], language: str) -> str:
    from municipality.greek import long_date  # Babel, which no first picture needs

    day, month, year = (int(part) for part in (found.groups()[:3] if found[1] else reversed(found.groups()[3:])))
    try:
        return long_date(date(year, month, day), language)
    except ValueError:
        return found.group()


def _web(address: str, tongue: _Tongue) -> str:
    """An address of the web or of a letter-box, sign by sign; a short last part is spelled."""
    bare = re.sub(r"^https?://", "", address).rstrip("/")
    words = {".": tongue.dot, "/": tongue.slash, "-": tongue.dash, "@": tongue.at, "&": tongue.conjunction}
    pieces = (piece for piece in re.split(r"([./@&-])", bare) if piece)
    return " ".join(
        words.get(piece) or (", ".join(piece.upper()) if len(piece) == _SHORT else piece) for piece in pieces
    )


def _money(amount: str, tongue: _Tongue) -> str:
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,](\d{2}))?", amount)
    if found is None:
        return f"{amount} {tongue.euros[1]}"
    euros, cents = int(re.sub(r"\D", "", found[1])), int(found[2] or 0)
    said = f"{euros} {tongue.euros[euros != 1]}"
    return f"{said}{tongue.money}{cents} {tongue.cents[cents != 1]}" if cents else said


def _time(hour: int, minute: int, tongue: _Tongue) -> str:
    if not minute:
        return tongue.hour.format(hour)
    single = tongue.oh if minute < 10 else ""
    return f"{hour}{tongue.past}{single}{minute}"


def _ordinal(found: re.Match[str]) -> str:
    number, ending = int(found[1]), found[2]
    return f"{_STEMS[number - 1]}{ending}" if 0 < number <= len(_STEMS) else found.group()


def _code(text: str) -> str:
    """Letters and digits one by one, a pause between the groups; what is no code stays."""
    groups = re.split("[-–/]", text)
    if not _is_code(text, groups):
        return text
    return ", ".join(group if _is_year(group, text) else _spelled(group) for group in groups)


def _spelled(group: str) -> str:
    return ", ".join((" " if run.isdigit() else ", ").join(run) for run in re.findall(r"\d+|\D+", group))


def _is_year(group: str, text: str) -> bool:
    """ΔΟΚ1/2026/000042: between strokes, a number as it is."""
    return "/" in text and group.isdigit() and not _digit_by_digit(group)


def _is_code(text: str, groups: list[str]) -> bool:
    """A number with a zero before it or too long for one; letters with digits; two Latin letters (a language)."""
    if text.isdigit():
        return _digit_by_digit(text)
    mixed = any(not group.isdigit() and not group.isalpha() for group in groups)
    numbered = any(_digit_by_digit(group) for group in groups if group.isdigit())
    return mixed or numbered or bool(re.fullmatch(f"[A-Z]{{{_SHORT}}}", text))


def _digit_by_digit(digits: str) -> bool:
    return (len(digits) > 1 and digits[0] == "0") or len(digits) > _LONGEST_NUMBER
