"""The demo's three booths and their kiosk.toml. Never a booth's secret: those are made and written by seed."""

from __future__ import annotations

import json
from dataclasses import dataclass

from central.store import Tx
from central.store import booths as rows


@dataclass(frozen=True)
class DemoBooth:
    """A booth; `prefix` opens the numbers of the certificates it gives."""

    id: str
    name_el: str
    name_en: str
    prefix: str

    @property
    def seal_name(self) -> str:
        return f"ΔΕΙΓΜΑ - Δήμος Αγ. Αναργύρων-Καματερού - {self.id}"


BOOTHS = (
    DemoBooth("anargyri-1", "Άγιοι Ανάργυροι, δημαρχείο", "Agioi Anargyroi, town hall", "AA1"),
    DemoBooth("anargyri-2", "Άγιοι Ανάργυροι, σταθμός", "Agioi Anargyroi, station", "AA2"),
    DemoBooth("kamatero-1", "Καματερό, δημοτικό κατάστημα", "Kamatero, municipal office", "KA1"),
)


def register(tx: Tx, booth: DemoBooth, signing_key: str) -> None:
    rows.add(tx, rows.Booth(booth.id, booth.name_el, booth.name_en, signing_key, booth.prefix))


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
