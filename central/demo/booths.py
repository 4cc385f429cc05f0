"""The demo's three booths and their kiosk.toml. Never a booth's secret: those are made and written by seed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from central.kernel.centre import Centre
from central.office.booths.enrolment import Plate, open_booth
from central.store import Tx


@dataclass(frozen=True)
class DemoBooth:
    """A booth; `prefix` opens the numbers of the certificates it gives. `place`: where it stands, in the name of its
    seal, which has 64 letters at most."""

    id: str
    name_el: str
    name_en: str
    prefix: str
    place: str

    @property
    def seal_name(self) -> str:
        return f"ΔΕΙΓΜΑ: Δήμος Αγ. Αναργύρων-Καματερού, {self.place}"


BOOTHS = (
    DemoBooth("anargyri-1", "Άγιοι Ανάργυροι, δημαρχείο", "Agioi Anargyroi, town hall", "AA1", "Δημαρχείο"),
    DemoBooth("anargyri-2", "Άγιοι Ανάργυροι, σταθμός", "Agioi Anargyroi, station", "AA2", "Σταθμός"),
    DemoBooth("kamatero-1", "Καματερό, δημοτικό κατάστημα", "Kamatero, municipal office", "KA1", "Κατάστημα Καματερού"),
)


# A demo is put away for months and taken out again: its booths' certificates last.
LIFE = timedelta(days=5 * 365)


def register(tx: Tx, centre: Centre, booth: DemoBooth, key: ec.EllipticCurvePublicKey) -> str:
    """Enrol it as any other, but without a token on a line; returns its certificate, PEM."""
    return open_booth(tx, centre, Plate(booth.id, booth.name_el, booth.name_en, booth.prefix), key, LIFE).certificate


def summary(booth: DemoBooth) -> dict[str, str]:
    return {
        "id": booth.id,
        "name_el": booth.name_el,
        "name_en": booth.name_en,
        "number_prefix": booth.prefix,
        "folder": f"booths/{booth.id}",
    }


def kiosk_toml(booth: DemoBooth, url: str, municipality: str) -> str:
    """The booth's settings file; paths in it are relative to its own folder."""

    def text(value: str) -> str:
        return json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML basic string

    return _KIOSK_TOML.format(
        id=text(booth.id),
        name_el=text(booth.name_el),
        name_en=text(booth.name_en),
        prefix=text(booth.prefix),
        url=text(url),
        municipality=text(municipality),
    )


_KIOSK_TOML = """\
[booth]
id = {id}
name_el = {name_el}
name_en = {name_en}
number_prefix = {prefix}

[municipality]
id = {municipality}

[centre]
url = {url}
timeout_seconds = 10

[store]
file = "store/booth.db"
key_file = "keys/store.key"

[keys]
signing = "keys/signing.pem"
certificate = "keys/booth.pem"
seal = "keys/seal.p12"

[anchors]
folder = "anchors"

[card]
reader = "virtual"
name = ""

[printer]
kind = "folder"
folder = "papers"
uri = ""

[screen]
width = 1920
height = 1080
fullscreen = false
idle_seconds = 120
languages = ["el", "en", "sq"]
"""
