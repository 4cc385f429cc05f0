"""`scripts/bench dossiers`: a large roll sealed with everybody's sections, an empty booth's first load, a day with some
changes, and a round in which all sections are sealed anew.

Residents are the demo's invented ones, many times over; each has a card with a 9D key of its own, as in life.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import sync_acts  # noqa: E402
import usage  # noqa: E402
from sync_centre import Cluster, Served, Town, cluster, end_in_order, make_town, serving  # noqa: E402
from sync_run import counted, port_of, say  # noqa: E402

from card_reader import Authority, Slot, certify  # noqa: E402
from central.demo.population import make_residents  # noqa: E402
from central.kernel.centre import Centre  # noqa: E402
from central.office.roll import registry, sections  # noqa: E402
from central.opening import open_centre  # noqa: E402
from central.store.line import feed  # noqa: E402
from central.store.office import registry as rows  # noqa: E402
from central.store.tables import residents as residents_table  # noqa: E402
from kiosk.store import Store  # noqa: E402
from municipality.messages import ItemKind  # noqa: E402

INVENTED = 4_000  # the demo's range of ΑΦΜ ends before 10,000


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    end_in_order()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, cluster() as pg:
        report = measure(pg, Path(scratch), options)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench dossiers", description=__doc__)
    parser.add_argument("--count", type=int, default=60_000, metavar="N", help="dossiers (default 60,000)")
    parser.add_argument("--changes", type=int, default=500, metavar="N", help="of a day (default 500)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the report as JSON")
    return parser


def measure(pg: Cluster, scratch: Path, options: argparse.Namespace) -> dict[str, Any]:
    town = make_town(scratch, pg.create("town"), 1)
    say(f"making {options.count} residents and cards")
    fill_roll(town, options.count)
    size_before = pg.size("town")
    report: dict[str, Any] = {"dossiers": options.count, "changes": options.changes}
    with opened(town) as centre:
        say("sealing")
        report["sealing"] = sealing(centre)
        report["nothing_new"] = sealing(centre)
    report["database_bytes"] = pg.size("town") - size_before
    with serving(town) as there, sync_acts.opened(town.booths[0].folder / "booth.db") as store:
        say("the first load of an empty booth")
        report["first_load"] = load(town, there, store)
        store.fold()
        report["booth_bytes"] = (town.booths[0].folder / "booth.db").stat().st_size
        with opened(town) as centre:
            change(centre, options.changes)
            report["sealing_changes"] = sealing(centre)
        say("a day's changes")
        report["day"] = load(town, there, store)
        with opened(town) as centre:
            centre.store.once(sections.ask_for_round)
            say("sealing all sections anew")
            report["sealing_sections"] = sealing(centre, ItemKind.SECTIONS)
            report["section_bytes"] = len(_a_section(centre))
        say("the round that brings them")
        report["round"] = load(town, there, store)
        store.fold()
        report["booth_bytes_after"] = (town.booths[0].folder / "booth.db").stat().st_size
    report["load"] = round(os.getloadavg()[0], 1)
    return report


@contextmanager
def opened(town: Town) -> Iterator[Centre]:
    centre = open_centre(town.home)
    try:
        yield centre
    finally:
        centre.store.close()


def sealing(centre: Centre, kind: str = ItemKind.DOSSIER) -> dict[str, float]:
    """Seconds to seal what changed, and of this process's processor. Dossiers bring their sections along."""
    with centre.store.reading() as tx:
        before = feed.last(tx)
    clock, work = time.perf_counter(), time.process_time()
    changed = registry.publish_dossiers(centre)
    with centre.store.reading() as tx:
        items = feed.last(tx) - before
    return {
        "sealed": changed if kind == ItemKind.DOSSIER else items,
        "seconds": round(time.perf_counter() - clock, 2),
        "cpu_seconds": round(time.process_time() - work, 2),
    }


def _a_section(centre: Centre) -> str:
    with centre.store.reading() as tx:
        found = feed.find(tx, ItemKind.SECTIONS, "BEN-000000")
    assert found is not None
    return found.body


def load(town: Town, there: Served, store: Store) -> dict[str, Any]:
    """One round of the booth over nginx and mutual TLS, every byte counted."""
    with counted(port_of(there)) as (port, tally):
        client = sync_acts.line_of(town, town.booths[0], f"https://127.0.0.1:{port}")
        clock, work = time.perf_counter(), time.process_time()
        centre = sum(usage.work(pid) for pid in there.centre)
        report = sync_acts.a_round(town, client, store)
        seconds = time.perf_counter() - clock
        client.close()
    if not report.ok or report.set_aside:
        raise RuntimeError(f"the round did not bring everything: {report.to_json()}")
    return {
        "pulled": report.pulled,
        "applied": report.applied,
        "seconds": round(seconds, 2),
        "booth_cpu_seconds": round(time.process_time() - work, 2),
        "centre_cpu_seconds": round(sum(usage.work(pid) for pid in there.centre) - centre, 2),
        "bytes_down": tally["down"],
        "bytes_up": tally["up"],
        "at_256_kbit_s": round(tally["down"] * 8 / 256_000),
    }


def change(centre: Centre, count: int) -> None:
    """`count` residents have moved house."""
    here = residents_table.c.municipality_id == centre.settings.municipality
    with centre.store.writing() as tx:
        found = tx.connection.execute(
            sa.select(residents_table.c.resident, residents_table.c.person).where(
                here, residents_table.c.resident.like("B%")
            )
        ).all()
        moved = random.Random(1).sample(found, count)
        update = sa.update(residents_table).where(here, residents_table.c.resident == sa.bindparam("r"))
        values = []
        for row in moved:
            person = json.loads(row.person) | {"street": "Νέα Οδός 1"}
            values.append({"r": row.resident, "p": json.dumps(person, ensure_ascii=False)})
        tx.connection.execute(update.values(person=sa.bindparam("p")), values)


def fill_roll(town: Town, count: int) -> None:
    """Residents, families and cards straight into the register's tables."""
    now = datetime.now(UTC).replace(microsecond=0)
    citizens = make_residents(min(INVENTED, count), now.date())
    with ProcessPoolExecutor(2) as pool:
        step = 1000
        parts = [range(start, min(start + step, count)) for start in range(0, count, step)]
        keys = [one for part in pool.map(_cards, [town] * len(parts), parts, [now] * len(parts)) for one in part]
    families: dict[str, str] = {}
    people: list[rows.Resident] = []
    cards: list[rows.Card] = []
    for place in range(count):
        turn, who = divmod(place, len(citizens))
        citizen = citizens[who]
        family = f"{turn + 2}-{citizen.family.number}"
        families.setdefault(family, citizen.family.model_dump_json())
        resident = f"B{place:06d}"
        capacities = json.dumps([str(one) for one in citizen.capacities])
        people.append(rows.Resident(resident, family, citizen.person.model_dump_json(), capacities))
        cards.append(
            rows.Card(
                card=f"BEN-{place:06d}",
                resident=resident,
                authentication=keys[place],
                card_authentication=keys[place],
                key_management=keys[place],
                not_after=now + timedelta(days=1000),
            )
        )
    with opened(town) as centre, centre.store.writing() as tx:
        rows.add_families(tx, families)
        rows.add_residents(tx, people)
        rows.add_cards(tx, cards)


def _cards(town: Town, places: range, now: datetime) -> list[str]:
    """The 9D certificates of some cards, in PEM; their private keys are gone at once."""
    anchor = x509.load_pem_x509_certificate((town.home / "anchors" / "card-authority.pem").read_bytes())
    key = load_pem_private_key((town.home / "keys" / "card-authority.pem").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    authority = Authority(anchor, key)
    made = []
    for place in places:
        public = ec.generate_private_key(ec.SECP256R1()).public_key()
        certificate = certify(
            authority,
            f"BEN-{place:06d}",
            Slot.KEY_MANAGEMENT,
            public,
            now - timedelta(days=1),
            now + timedelta(days=1000),
        )
        made.append(certificate.public_bytes(Encoding.PEM).decode())
    return made


def table(report: dict[str, Any]) -> str:
    first, day = report["first_load"], report["day"]
    each = report["database_bytes"] // max(1, report["dossiers"])

    def sealed(words: str, found: dict[str, float], size: str = "") -> str:
        return f"| {words} | {found['sealed']} | {found['seconds']} | {found['cpu_seconds']} | {size} |"

    def loaded(words: str, found: dict[str, Any], size: str = "") -> str:
        work = f"booth {found['booth_cpu_seconds']}, centre {found['centre_cpu_seconds']}"
        line = f"{found['bytes_down']:,} down, {found['bytes_up']:,} up{size}"
        return f"| {words} | {found['applied']} | {found['seconds']} | {work} | {line} |"

    return "\n".join(
        [
            f"{report['dossiers']} dossiers; load {report['load']}",
            "| | items | s | s of processor | bytes |",
            "|---|---|---|---|---|",
            sealed("sealing all", report["sealing"], f"{report['database_bytes']:,} in PostgreSQL, {each:,} each"),
            sealed("looking again, nothing new", report["nothing_new"]),
            loaded("an empty booth's first load", first, f"; {report['booth_bytes']:,} on the booth's disk"),
            sealed(f"sealing {report['changes']} changes", report["sealing_changes"]),
            loaded("the booth's round that day", day),
            sealed("sealing all sections anew", report["sealing_sections"], f"{report['section_bytes']:,} B each"),
            loaded(
                "the booth's round that brings them",
                report["round"],
                f"; {report['booth_bytes_after']:,} on the booth's disk",
            ),
            f"computed, over 256 kbit/s: first load {first['at_256_kbit_s'] / 3600:.1f} h, "
            f"the day's changes {day['at_256_kbit_s']} s",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
