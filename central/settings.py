"""central.toml, read once: where the store, the keys and the folders lie. Never holds a secret itself."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from sync import server

FILE = "central.toml"


class BadSettings(Exception):
    """central.toml cannot be used; the message names file, key, value and what was expected."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Municipality(_Table):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")


class StoreTable(_Table):
    """`url`: `sqlite:///centre.db` (relative to the home folder) or `postgresql+psycopg://user@host/database`.

    The others are PostgreSQL's: how long to wait for a connection, for a lock that another holds, for one statement.
    What takes longer is given up, and booths are told to come again."""

    url: str = Field(pattern=r"^(sqlite:///.+|postgresql\+psycopg://.*)$")
    connect_seconds: int = Field(default=10, ge=2, le=120)
    lock_seconds: int = Field(default=20, ge=1, le=600)
    statement_seconds: int = Field(default=120, ge=1, le=86400)


class Keys(_Table):
    """Key files, relative to the home folder: PEM, and for `dossiers` 32 bytes in hex (the HMAC of what was sealed).

    `booth_authority`: certifies booths' keys; without it no booth can be enrolled here, only served.
    `card_office`: 32 bytes in hex, half of what the cards' PUKs and management keys are derived from; without it no
    card can be personalised here."""

    signing: str
    sealing: str
    dossiers: str
    card_authority: str
    booth_authority: str = ""
    card_office: str = ""


class Folders(_Table):
    """Relative to the home folder. `rehearsal`: of a demo, where its officials of votes live; only their processes
    enter it, and a town in service has none.
    `state`: where the centre keeps its locks and what it has served (docs/operation.md); every process the same."""

    anchors: str
    elections: str
    rehearsal: str = ""
    state: str = "."


class Listen(_Table):
    host: str
    port: int = Field(ge=0, le=65535)


_ROLE = Literal["registrar", "consultation_officer", "technician", "auditor"]


class OpenId(_Table):
    """The municipality's own sign-in. `secret_file`: relative to the home folder; `claim`: where the provider says what
    somebody is; `roles`: what its values mean here."""

    issuer: str = Field(pattern=r"^(https://|http://(127\.0\.0\.1|localhost)[:/]).+$")
    client_id: str = Field(min_length=1)
    secret_file: str
    scope: str = Field(default="openid", pattern=r"^openid( [a-z_:.]+)*$")
    claim: str = Field(default="groups", min_length=1)
    roles: dict[str, _ROLE]


class StaffTable(_Table):
    """`url`: the console's own address where a proxy stands in front, such as https://atm.example.gr."""

    idle_minutes: int = Field(default=20, ge=1, le=240)
    session_hours: int = Field(default=9, ge=1, le=24)
    url: str = Field(default="", pattern=r"^(https?://[^/]+)?$")
    oidc: OpenId | None = None


def _authority(said: str) -> str:
    try:
        return server.normal(said)
    except ValueError:
        raise ValueError("Expected how booths call this centre, such as atm.example.gr or 10.0.0.5:8080") from None


class Serve(_Table):
    """`client_certificate_header`: where the proxy in front puts the subject of the verified client certificate
    (packaging/nginx); empty where no proxy ends TLS. `names`: what booths call this centre (host, or host:port): a
    request that was signed for another name is not taken; without it central.kernel.serving.names says which are."""

    client_certificate_header: str = Field(default="", pattern=r"^([A-Za-z][A-Za-z0-9-]{0,63})?$")
    names: list[Annotated[str, AfterValidator(_authority)]] = Field(default=[], max_length=20)


class Intake(_Table):
    """`verify`: "each" envelope's own signature before it is taken, or the "batch"'s alone, and each act's own later by
    `kiosk-central audit-envelopes`. Ballots are always verified first (docs/decisions)."""

    verify: Literal["each", "batch"] = "each"


class CardsTable(_Table):
    """`prefix` of card numbers; `office`: where a resident asks about a card, as the PIN letter says it."""

    prefix: str = Field(default="KD", pattern=r"^[A-Z]{2,8}$")
    years: int = Field(default=5, ge=1, le=10)
    office: str = Field(default="στο γραφείο του Δήμου", min_length=1, max_length=120)


class RollTable(_Table):
    """How a file of the register is read and what it may do without a typed confirmation (docs/roll.md). Each limit is
    the larger of so many persons and so many of a hundred of the roll, `bad` of so many rows and of a hundred of the
    file's. `unknown`: how the register writes that it does not know, such as "***"."""

    unknown: list[Annotated[str, Field(min_length=1, max_length=80)]] = []
    taken: int = Field(default=5, ge=0)
    taken_percent: float = Field(default=0.5, ge=0, le=100)
    changed: int = Field(default=20, ge=0)
    changed_percent: float = Field(default=5, ge=0, le=100)
    bad: int = Field(default=2, ge=0)
    bad_percent: float = Field(default=2, ge=0, le=100)


class CentralToml(_Table):
    municipality: Municipality
    store: StoreTable
    keys: Keys
    folders: Folders
    listen: Listen
    staff: StaffTable = StaffTable()
    serve: Serve = Serve()
    intake: Intake = Intake()
    cards: CardsTable = CardsTable()
    roll: RollTable = RollTable()
    log: Literal["info", "warning"] = "warning"


class Settings(BaseModel):
    """The settings of one centre, with every path made whole."""

    model_config = ConfigDict(frozen=True)

    home: Path
    municipality: str
    store_url: str
    store: StoreTable
    signing: Path
    sealing: Path
    dossiers: Path
    card_authority: Path
    booth_authority: Path | None = None
    card_office: Path | None = None
    anchors: Path
    elections: Path
    rehearsal: Path | None = None
    state: Path
    host: str
    port: int
    log: str
    staff: StaffTable = StaffTable()
    serve: Serve = Serve()
    intake: Intake = Intake()
    cards: CardsTable = CardsTable()
    roll: RollTable = RollTable()


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
        store=toml.store,
        signing=home / toml.keys.signing,
        sealing=home / toml.keys.sealing,
        dossiers=home / toml.keys.dossiers,
        card_authority=home / toml.keys.card_authority,
        booth_authority=home / toml.keys.booth_authority if toml.keys.booth_authority else None,
        card_office=home / toml.keys.card_office if toml.keys.card_office else None,
        anchors=home / toml.folders.anchors,
        elections=home / toml.folders.elections,
        rehearsal=home / toml.folders.rehearsal if toml.folders.rehearsal else None,
        state=home / toml.folders.state,
        host=toml.listen.host,
        port=toml.listen.port,
        log=toml.log,
        staff=toml.staff,
        serve=toml.serve,
        intake=toml.intake,
        cards=toml.cards,
        roll=toml.roll,
    )


def _sentence(kind: str, place: tuple[int | str, ...], value: object, expected: str) -> str:
    key = ".".join(map(str, place))
    if kind == "missing":
        return f"{key} is missing; expected a value"
    if kind == "extra_forbidden":
        return f"{key} = {value!r}: no such key; expected one of those in the seeded file"
    return f"{key} = {value!r}: {expected[0].lower()}{expected[1:]}"
