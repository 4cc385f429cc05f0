"""The register: the same nouns on each floor, and what every matter must say of itself."""

import ast
from pathlib import Path

import central.matters
import kiosk.matters
from municipality.matters import MATTERS
from municipality.messages import ActKind, ItemKind

ROOT = Path(__file__).resolve().parent.parent


def test_each_floor_has_the_same_matters_in_the_same_order() -> None:
    nouns = [matter.noun for matter in MATTERS]
    assert [one.matter.noun for one in kiosk.matters.MATTERS] == nouns
    assert [one.matter.noun for one in central.matters.MATTERS] == nouns
    assert len(set(nouns)) == len(nouns)


def test_a_kind_that_travels_is_of_one_matter() -> None:
    acts = [act.kind for matter in MATTERS for act in matter.acts]
    items = [item.kind for matter in MATTERS for item in matter.items]
    assert sorted(acts) == sorted(ActKind)
    assert sorted([*items, ItemKind.SETTINGS, ItemKind.DOSSIER]) == sorted(ItemKind)


def test_acts_leave_the_booth_by_one_door() -> None:
    """Only there are they sealed to the town hall, signed and queued; a stick's letter is what carries them."""
    doors: dict[str, set[str]] = {"sign_envelope": set(), "outbox.put": set(), "seal_fixed": set()}
    for file in sorted((ROOT / "kiosk").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) in doors:
                doors[ast.unparse(node)].add(str(file.relative_to(ROOT)))
    assert doors == {door: {"kiosk/kernel/acts.py"} for door in doors}


def test_the_kernel_of_the_booth_reads_no_matters_messages() -> None:
    """Only the desk's own rooms do: signing in, a lost card, a technician's pages."""
    forms = {one.form.__name__ for matter in MATTERS for one in (*matter.acts, *matter.items) if one.form}
    found: dict[str, set[str]] = {}
    for room in ("services", "flows", "wiring.py", "doctor.py", "start.py", "counter"):
        where = ROOT / "kiosk" / room
        for file in [where] if where.is_file() else sorted(where.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom):
                    named = {alias.name for alias in node.names} & forms
                    named |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "kiosk.matters"}
                    if named:
                        found.setdefault(str(file.relative_to(ROOT / "kiosk")), set()).update(named)
    assert found == {
        "counter/process.py": {"kiosk.matters.MATTERS"},
        "wiring.py": {"kiosk.matters.MATTERS"},
        "services/lost_card.py": {"CardBlockAct"},
        "services/public_matter.py": {"BlockCodes", "Revocations", "Technicians"},
        "services/technician/records.py": {"TechnicianAct"},
    }
