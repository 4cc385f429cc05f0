"""Greek capitals, order, search and Latin letters, compared with ICU on real names and on the awkward ones.

ICU is asked by Debian's own programs: node has its capitals and its order, uconv its transliteration.
"""

import json
import shutil
import subprocess
import unicodedata
from itertools import pairwise, product
from pathlib import Path

import pytest

from central.demo.names import ABROAD, BIRTHPLACES, MEN, REGISTRIES, STREETS, SURNAMES, WOMEN
from central.demo.population import feminine
from municipality import greek

FILE = Path(__file__).parent / "data" / "greek_names.txt"
AWKWARD = (
    "Μαΐου", "Μάιος", "γάιδαρος", "Γάιος", "ρολόι", "Άι-Στράτης", "Αϊ-Γιάννης", "Νεϊγύ", "Κάιν", "Ρωμαϊκή", "Ρωμαίος",
    "Ναΐδα", "Ζαΐρης", "Μωυσής", "Μωϋσής", "άυλος", "άυπνος", "Αϋφαντής", "Πραΰς", "Ταΰγετος", "προϋπηρεσία", "Ηλιού",
    "Ιησούς", "Σταύρος", "Ευστράτιος", "Εύα", "Αύρα", "Αυγή", "Ηύρα", "Λευκαδίτης", "Ελευθέριος", "Ευγενία", "Παύλος",
    "Μπάμπης", "Μπουμπουλίνα", "Λάμπρος", "Κομπ", "Παπά-Μπάμπης", "Γκίκας", "Άγκυρα", "Αγγελική", "Άγχος", "Σφίγξ",
    "Μελέτιος Πηγάς", "Ούρσουλα", "Χαρίλαος", "Ψύχας", "Θωμάς", "ΘΩΜΑΣ", "ΜΑΪΟΥ", "ΑΫΛΟΣ", "Υιός", "Ῥόδος", "Ἀθηνᾶ",
    "Ἑλένη", "τῷ", "ᾠδή", "Ἅιδης", "Κλειώ", "Ὀδυσσεύς", "ναι ή όχι", "ή", "Ή", "ή/και", "ἢ", "«ή»", "ήτα", "της ή.",
    "Αγία Παρασκευή", "Παπα-Νικόλας", "Ο’ Κόνορ", "Άγιος Παντελεήμων 12", "O'Brien", "Anna Μαρία", "Straße", "Ζωή",
    "ΐ", "ΰ", "Ϊ", "Ϋ", "", " ", "Ν. Σμύρνη", "Αγ. Ανάργυροι", "Στρ.", "Τζανής", "Ντίνος", "Αντώνης", "Τσιώλης",
    "ευαγής", "ευ", "Ταυ", "Ναυπλίου", "Γιουγκοσλαβία", "Γούναρης", "Ἰωάννης", "Σάββας",
)  # fmt: skip


def real_names() -> list[str]:
    """Of the demo, and eight hundred first names and surnames that are borne in Greece (from Faker's lists, MIT)."""
    found = set(FILE.read_text(encoding="utf-8").split())
    found |= {*MEN, *WOMEN, *SURNAMES, *map(feminine, SURNAMES), *BIRTHPLACES, *ABROAD, *REGISTRIES.values()}
    found |= {street for unit in STREETS.values() for _code, streets in unit for street in streets}
    return sorted(found)


NAMES = (*real_names(), *AWKWARD)
COMPOSED = [unicodedata.normalize("NFC", name) for name in NAMES]


def icu(ask: str, names: list[str]) -> list[str]:
    """What node says to `ask` of `names`, which it finds as `n`."""
    node = shutil.which("node")
    assert node, "node is missing: scripts/setup --with-tests"
    program = f"const n=JSON.parse(require('fs').readFileSync(0));console.log(JSON.stringify({ask}))"
    done = subprocess.run([node, "-e", program], input=json.dumps(names), capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


def test_there_are_enough_of_them() -> None:
    assert len(real_names()) >= 500 and len(set(AWKWARD)) >= 90


def test_capitals_are_icus() -> None:
    told = icu("n.map(x=>x.toLocaleUpperCase('el').normalize('NFC'))", COMPOSED)
    assert {name: greek.capitals(name) for name in COMPOSED} == dict(zip(COMPOSED, told, strict=True))


def test_capitals_of_two_spellings_are_one() -> None:
    for name in NAMES:
        apart = unicodedata.normalize("NFD", name)
        assert greek.capitals(apart) == greek.capitals(name) and greek.latin(apart) == greek.latin(name)


def test_order_is_icus() -> None:
    """Of names in both spellings of case, so that marks and case are put to the test as well."""
    names = sorted({*COMPOSED, *map(greek.capitals, COMPOSED), *map(str.lower, COMPOSED)})
    told = icu("n.sort(new Intl.Collator('el').compare)", names)
    assert sorted(names, key=greek.sort_key) == told


def test_what_search_takes_for_one_is_what_icu_takes_for_one() -> None:
    names = sorted({*COMPOSED, *map(greek.capitals, COMPOSED)} - {"", " "})
    ask = "(c=>n.map((x,i)=>i&&c.compare(n[i-1],x)===0?1:0))(new Intl.Collator('el',{sensitivity:'base'}))"
    names.sort(key=greek.sort_key)
    told = icu(ask, names)
    ours = [0, *(int(greek.search_key(a) == greek.search_key(b)) for a, b in pairwise(names))]
    assert ours == told and sum(ours) > 500


def test_latin_letters_are_icus_but_for_what_passports_write_otherwise() -> None:
    """ICU has the United Nations' system, which is ELOT 743 with marks. Passports drop the marks and write γκ as gk,
    and ICU forgets a dialytika on υ: those names stand below one by one."""
    uconv = shutil.which("uconv")
    assert uconv, "uconv is missing: scripts/setup --with-tests"
    names = [name for name in COMPOSED if name.strip() and not is_old(name) and not set(name) & set("ϋΰΫ")]
    asked = subprocess.run(
        [uconv, "-f", "utf-8", "-t", "utf-8", "-x", "Greek-Latin/UNGEGN"],
        input="\n".join(names), capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = [without_marks(line) for line in asked.stdout.split("\n")]
    for name, place in ((name, place) for place, name in enumerate(names) if "γκ" in name.lower()):
        told[place] = told[place].replace("n'nk", "ngk").replace("Nk", "Gk").replace("nk", "gk")
        assert "gk" in told[place].lower(), name
    assert {name: greek.latin(name) for name in names} == dict(zip(names, told, strict=True))


def is_old(name: str) -> bool:
    """Polytonic: ICU writes the rough breathing as an h, as no passport does."""
    return any("\u1f00" <= sign <= "\u1fff" for sign in name)


def without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Ευάγγελος", "Evangelos"), ("Εύξεινος", "Efxeinos"), ("Παύλος", "Pavlos"), ("Σταυρούλα", "Stavroula"),
        ("Ναύπλιο", "Nafplio"), ("Ταυ", "Taf"), ("Ηύρα", "Ivra"), ("άυλος", "aylos"), ("Αϋφαντής", "Ayfantis"),
        ("Μπάμπης", "Bampis"), ("Λάμπρος", "Lampros"), ("Κομπ", "Kob"), ("Παπά-Μπάμπης", "Papa-Bampis"),
        ("Γκίκας", "Gkikas"), ("Άγκυρα", "Agkyra"), ("Αγγελική", "Angeliki"), ("Άγχος", "Anchos"), ("Σφίγξ", "Sfinx"),
        ("Ιησούς", "Iisous"), ("Μάιος", "Maios"), ("Μαΐου", "Maiou"), ("όϊ", "oi"), ("Θωμάς", "Thomas"),
        ("ΘΩΜΑΣ", "THOMAS"), ("Θ. ΨΑΡΡΑΣ", "Th. PSARRAS"), ("ΜΑΪΟΥ", "MAIOU"), ("ΑΫΛΟΣ", "AYLOS"),
        ("Ταΰγετος", "Taygetos"), ("Ταϋγέτου", "Taygetou"), ("Πραΰς", "Prays"), ("προϋπηρεσία", "proypiresia"),
        ("Μωϋσής", "Moysis"), ("ΰ", "y"), ("ΕΥΑ", "EVA"),
        ("Ἑλένη", "Eleni"), ("Ἅιδης", "Aidis"), ("Anna Μαρία", "Anna Maria"), ("Straße", "Straße"), ("", ""),
        ("ΜΠΑΜΠΗΣ", "BAMPIS"), ("Όυ", "Oy"), ("Υιός", "Yios"), ("Ψ", "Ps"),
    ],
)  # fmt: skip
def test_latin_letters_as_passports_write_them(name: str, latin: str) -> None:
    assert greek.latin(name) == latin


def test_latin_letters_leave_no_greek_behind() -> None:
    for name, change in product(NAMES, (str, str.upper, str.lower, greek.capitals)):
        said = greek.latin(change(name))
        assert not any("\u0370" <= sign <= "\u03ff" or "\u1f00" <= sign <= "\u1fff" for sign in said), name
