"""central.toml, read once: where the store, the keys and the folders lie. Never holds a secret itself."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FILE = "central.toml"


class BadSettings(Exception):
    """central.toml cannot be used; the message names file, key, value and what was expected."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Municipality(_Table):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")


class StoreTable(_Table):
    """`url`: `sqlite:///centre.db` (relative to the home folder) or `postgresql+psycopg://user@host/database`."""

    url: str = Field(pattern=r"^(sqlite:///.+|postgresql\+psycopg://.*)$")


class Keys(_Table):
    """Key files, relative to the home folder: PEM, and for `dossiers` 32 bytes in hex (the HMAC of what was sealed)."""

    signing: str
    sealing: str
    dossiers: str
    card_authority: str


class Folders(_Table):
    """Relative to the home folder. `registrar` and `trustee` are other people's: only their processes enter them."""

    anchors: str
    elections: str
    registrar: str
    trustee: str


class Listen(_Table):
    host: str
    port: int = Field(ge=0, le=65535)


class CentralToml(_Table):
    municipality: Municipality
    store: StoreTable
    keys: Keys
    folders: Folders
    listen: Listen
    log: Literal["info", "warning"] = "warning"


class Settings(BaseModel):
    """The settings of one centre, with every path made whole."""

    model_config = ConfigDict(frozen=True)

    home: Path
    municipality: str
    store_url: str
    signing: Path
    sealing: Path
    dossiers: Path
    card_authority: Path
    anchors: Path
    elections: Path
    registrar: Path
    trustee: Path
    host: str
    port: int
    log: str


def read_settings(home: Path) -> Settings:
    """The settings in `home`/central.toml. Raises BadSettings."""
    file = home / FILE
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(f"{file}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{file}: is not TOML: {error}") from None
    try:
        return _whole(home.resolve(), CentralToml.model_validate(table))
    except ValidationError as error:
        lines = [f"{file}: {_sentence(e['type'], e['loc'], e.get('input'), e['msg'])}" for e in error.errors()]
        raise BadSettings("\n".join(lines)) from None


def _whole(home: Path, toml: CentralToml) -> Settings:
    url = toml.store.url
    if url.startswith("sqlite:///"):
        url = f"sqlite:///{home / url.removeprefix('sqlite:///')}"
    return Settings(
        home=home,
        municipality=toml.municipality.id,
        store_url=url,
        signing=home / toml.keys.signing,
        sealing=home / toml.keys.sealing,
        dossiers=home / toml.keys.dossiers,
        card_authority=home / toml.keys.card_authority,
        anchors=home / toml.folders.anchors,
        elections=home / toml.folders.elections,
        registrar=home / toml.folders.registrar,
        trustee=home / toml.folders.trustee,
        host=toml.listen.host,
        port=toml.listen.port,
        log=toml.log,
    )


def _sentence(kind: str, place: tuple[int | str, ...], value: object, expected: str) -> str:
    key = ".".join(map(str, place))
    if kind == "missing":
        return f"{key} is missing; expected a value"
    if kind == "extra_forbidden":
        return f"{key} = {value!r}: no such key; expected one of those in the seeded file"
    return f"{key} = {value!r}: {expected[0].lower()}{expected[1:]}"
