"""The booth's own settings, read once from kiosk.toml. A wrong one is refused: key, value, what was expected.

Never: a secret in the file itself (keys are files of their own), a setting that nobody reads.
"""

import ipaddress
import re
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails

from assets.texts import LANGUAGES


class SettingsRefused(ValueError):
    """The settings cannot be used; the text names file, key, value and what was expected. `keys` are the keys alone,
    such as "screen.width"; none where the file as a whole is at fault."""

    def __init__(self, text: str, keys: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.keys = keys


# Between // and @ an address may hold a password.
_PASSWORD = re.compile(r"//[^/@\s]*@")


def without_password(text: str) -> str:
    """The same, fit to be shown and written down."""
    return _PASSWORD.sub("//***@", text)


def _address(text: str, schemes: tuple[str, ...]) -> SplitResult | None:
    """None for what is no address of these schemes with a host, or could hold a secret (a password, a query)."""
    if not (text.isascii() and text.isprintable()) or set(text) & set(" @?#"):
        return None
    with suppress(ValueError):
        address = urlsplit(text)
        # Asking for a port that is no number raises.
        if address.scheme in schemes and address.hostname and address.port != 0:
            return address
    return None


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _is_link(text: str) -> bool:
    """Small enough to be a cable with two ends or a switch, and not the internet."""
    with suppress(ValueError):
        network = ipaddress.ip_network(text)
        return network.prefixlen >= (16 if network.version == 4 else 64)
    return False


class KeyFileRefused(SettingsRefused):
    """The database's key file is not there, or holds no key."""


class Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BoothTable(Table):
    """Who this booth is. `number_prefix` opens every certificate number that it gives."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,30}$")]
    name_el: Annotated[str, Field(min_length=1)]
    name_en: Annotated[str, Field(min_length=1)]
    number_prefix: Annotated[str, Field(min_length=1, max_length=12)]


class MunicipalityTable(Table):
    """Which municipality's matter this booth accepts."""

    id: Annotated[str, Field(min_length=1)]


class CentreTable(Table):
    """Where the town hall's server is. Without TLS only on this machine itself: elsewhere anybody could listen."""

    url: str
    timeout_seconds: Annotated[int, Field(ge=1, le=300)] = 10

    @field_validator("url")
    @classmethod
    def _nobody_listens(cls, url: str) -> str:
        address = _address(url, ("http", "https"))
        if address is None or (address.scheme == "http" and not _is_this_machine(address.hostname or "")):
            raise ValueError("https:// and a host, without a password (http:// for this machine alone)")
        return url


class StoreTable(Table):
    """The booth's one database, the file with its key (64 hexadecimal digits), and where it is marked how far its
    numbers had come: a place that is written to, stays, and comes back from no backup together with the database."""

    file: Path
    key_file: Path
    mark_file: Path | None = None

    @property
    def mark(self) -> Path:
        return self.mark_file or mark_beside(self.key_file)


def mark_beside(key_file: Path) -> Path:
    """Where the mark lies, unless another place is named."""
    return key_file.with_suffix(".mark")


class KeysTable(Table):
    """The booth's signing key (P-256: a PEM file, or a `pkcs11:` URI as in RFC 7512 with `pin_file`), the centre's
    certificate for it, which `kiosk sync` renews, and its document seal (PKCS#12)."""

    signing: Annotated[str, Field(pattern=r"^pkcs11:")] | Path
    pin_file: Path | None = None
    certificate: Path | None = None
    seal: Path


class AnchorsTable(Table):
    """The folder of trust anchors: root, card authority, centre's public keys."""

    folder: Path


class CardTable(Table):
    """`virtual`: cards from the bench panel; `pcsc`: a real reader, the first whose name holds `name`."""

    reader: Literal["virtual", "pcsc"]
    name: str = ""


class PrinterTable(Table):
    """`folder`: a pretend printer that keeps papers in `folder`; `ipp`: a real one at `uri`.

    ipps:// takes the one printer whose certificate has this SHA-256 `fingerprint` (64 hexadecimal digits, colons as one
    likes; empty: one that the machine's own authorities vouch for). ipp:// has no lock: it goes to this machine alone,
    or into one of `trusted_links`, networks such as 192.168.77.0/30 on which nobody else is.
    """

    kind: Literal["folder", "ipp"]
    folder: Path = Path("papers")
    fingerprint: str = ""
    trusted_links: tuple[str, ...] = ()
    uri: Annotated[str, Field(validate_default=True)] = ""

    @field_validator("fingerprint")
    @classmethod
    def _is_sha256(cls, fingerprint: str) -> str:
        if not re.fullmatch(r"(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){31})?", fingerprint):
            raise ValueError("64 hexadecimal digits, as openssl x509 -fingerprint -sha256 says them")
        return fingerprint

    @field_validator("trusted_links")
    @classmethod
    def _are_links(cls, links: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_is_link(link) for link in links):
            raise ValueError("networks of one link, such as 192.168.77.0/30 (/16 or smaller; IPv6 /64 or smaller)")
        return links

    @field_validator("uri")
    @classmethod
    def _names_a_printer(cls, uri: str, others: ValidationInfo) -> str:
        used = others.data.get("kind") == "ipp"
        address = _address(uri, ("ipp", "ipps"))
        if address is None and (uri or used):
            raise ValueError("ipp:// or ipps:// and a host, without a password")
        return uri

    @property
    def open_line(self) -> bool:
        """Whether a paper would go where others may hear it. No reason not to start: the printer's driver sends none
        there, and all else works. Where a name leads is seen when it is dialled, and looked at then."""
        address = _address(self.uri, ("ipp",)) if self.kind == "ipp" else None
        host = address.hostname or "" if address else ""
        if not host or _is_this_machine(host):
            return False
        try:
            return not any(ipaddress.ip_address(host) in ipaddress.ip_network(link) for link in self.trusted_links)
        except ValueError:
            return not self.trusted_links


class ScannerTable(Table):
    """The reader of barcodes and QR codes. `wedge`: it types as a keyboard does; `serial`: it has a line (RS-232,
    USB-CDC) of `baud`. `device`: a part of its name as the machine shows it, or of a line the whole path; empty takes
    the first line there is. `begin` and `end`: what a line's scanner is told to read and to stop, in hexadecimal."""

    kind: Literal["none", "wedge", "serial"] = "none"
    device: Annotated[str, Field(max_length=200)] = ""
    baud: Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] = 9600
    begin: str = ""
    end: str = ""

    @field_validator("device")
    @classmethod
    def _names_something(cls, device: str) -> str:
        if not device.isprintable() or device != device.strip() or ("/" in device and not device.startswith("/dev/")):
            raise ValueError("a part of the scanner's name, or a path such as /dev/serial/by-id/usb-…; or nothing")
        return device

    @field_validator("begin", "end")
    @classmethod
    def _is_hexadecimal(cls, words: str) -> str:
        if not re.fullmatch(r"(?:[0-9a-fA-F]{2}){0,32}", words):
            raise ValueError('up to 32 bytes in hexadecimal, such as "16540d"')
        return words


class ScreenTable(Table):
    """Size in pixels, after how long without a touch the visit ends, and the languages offered, the booth's own first
    (two: the language button switches; more: it opens a sheet to choose from)."""

    width: Annotated[int, Field(ge=800, le=7680)] = 1920
    height: Annotated[int, Field(ge=600, le=7680)] = 1080
    fullscreen: bool = True
    idle_seconds: Annotated[int, Field(ge=30, le=900)] = 120
    warning_seconds: Annotated[int, Field(ge=20, le=60)] = 20  # EN 301 549, WCAG 2.2.1: 20 at least
    languages: Annotated[tuple[str, ...], Field(min_length=1)] = ("el", "en")

    @field_validator("languages")
    @classmethod
    def _each_has_a_catalogue(cls, wanted: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(wanted)) < len(wanted) or not set(wanted) <= set(LANGUAGES):
            raise ValueError(f"different ones of {', '.join(LANGUAGES)}")
        return wanted


class SoundTable(Table):
    """How the booth sounds. `headphones`: "auto" asks the machine's own jack; "handset" is a telephone's handset,
    always private; "none" has neither. Speech starts at `rate` words a minute and `volume` percent."""

    player: Literal["auto", "none"] = "auto"
    headphones: Literal["auto", "handset", "none"] = "auto"
    rate: Annotated[int, Field(ge=90, le=290)] = 160
    volume: Annotated[int, Field(ge=20, le=100)] = 60
    tones: bool = True
    cache: Path = Path("speech")


class SyncTable(Table):
    """How the booth keeps in touch. Below `reserve_mb` of free disk no new act begins; `copies` of the database are
    kept beside it, one made after each night's round; `kiosk sync` without --once makes a round `every_minutes`."""

    every_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    reserve_mb: Annotated[int, Field(ge=1, le=65536)] = 256
    copies: Annotated[int, Field(ge=0, le=14)] = 3


class BoothSettings(Table):
    """Everything in kiosk.toml; paths are absolute after `load`."""

    booth: BoothTable
    municipality: MunicipalityTable
    centre: CentreTable
    store: StoreTable
    keys: KeysTable
    anchors: AnchorsTable
    card: CardTable
    printer: PrinterTable
    scanner: ScannerTable = ScannerTable()
    screen: ScreenTable = ScreenTable()
    sound: SoundTable = SoundTable()
    sync: SyncTable = SyncTable()


_EXPECTED = {
    "missing": "a value: it is missing",
    "extra_forbidden": "nothing: this key is not known (a slip of the pen?)",
}


def load(path: Path, *, centre_url: str | None = None) -> BoothSettings:
    """The settings in `path`, relative paths taken from its folder.

    `centre_url` stands in for [centre] url (a bench whose centre listens on a free port).
    Raises `SettingsRefused`.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsRefused(
            f"{path}: cannot be read ({error.strerror}); expected the booth's settings file"
        ) from None
    except UnicodeDecodeError:
        raise SettingsRefused(f"{path}: is not UTF-8 text") from None
    return check(text, path, centre_url=centre_url)


def check(text: str, path: Path, *, centre_url: str | None = None) -> BoothSettings:
    """As `load`, for a text that would stand in `path`. Raises `SettingsRefused`."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsRefused(f"{path}: is not TOML: {error}") from None
    if centre_url is not None and isinstance(tables.get("centre"), dict):
        tables["centre"]["url"] = centre_url
    try:
        settings = BoothSettings.model_validate(tables)
    except ValidationError as error:
        faults = error.errors()
        keys = tuple(".".join(str(part) for part in fault["loc"][:2]) for fault in faults)
        raise SettingsRefused("\n".join(f"{path}: {_said(fault)}" for fault in faults), keys) from None
    return _anchored(settings, path.resolve().parent)


def _said(fault: ErrorDetails) -> str:
    key = ".".join(str(part) for part in fault["loc"])
    expected = _EXPECTED.get(
        fault["type"], re.sub("Input should be|Value should|Value error,", "", fault["msg"]).strip()
    )
    value = "" if fault["type"] == "missing" else f" = {without_password(repr(fault['input']))}"
    return f"{key}{value}: expected {expected}"


def _anchored(settings: BoothSettings, base: Path) -> BoothSettings:
    def absolute(table: Table) -> Table:
        changed: dict[str, Any] = {
            name: base / value for name, value in table if isinstance(value, Path) and not value.is_absolute()
        }
        return table.model_copy(update=changed)

    anchored = {name: absolute(table) for name, table in settings if isinstance(table, Table)}
    anchored["store"] = _with_mark(settings.store.model_copy(update=dict(anchored["store"])), base)
    return settings.model_copy(update=anchored)


def _with_mark(store: StoreTable, base: Path) -> StoreTable:
    """Beside the key; where that lies in /run, as a systemd credential does, beside the settings: nothing stays there,
    and a credential's folder takes no file. Goes by the path alone, never by what can be written at the moment."""
    if store.mark_file is None:
        fleeting = store.key_file.resolve().is_relative_to("/run")
        return store.model_copy(update={"mark_file": base / store.mark.name}) if fleeting else store
    folder = store.mark_file.resolve().parent
    if folder == store.file.resolve().parent or folder.is_relative_to("/run"):
        raise SettingsRefused(
            f"store.mark_file = {store.mark_file}: expected a place outside of the database's folder and of /run, "
            "which stays, and does not come back from a backup together with the database",
            ("store.mark_file",),
        )
    return store
