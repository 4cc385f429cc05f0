"""Checks of keys and anchors: there, readable by nobody else, good for how long. Never: a word of what is in them."""

import stat
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key, pkcs12

from kiosk.kernel.amounts import Span
from kiosk.kernel.conditions import Finding, found
from kiosk.kernel.upkeep import officials_file
from kiosk.settings import AnchorsTable, KeysTable, SettingsRefused, StoreTable

SOON_DAYS = 21
_PUBLIC = ("centre-signing.pem", "centre-sealing.pem")
_CERTIFICATES = ("root.pem", "card-authority.pem")


def _(message: str) -> str:
    return message


def check_keys(keys: KeysTable, store: StoreTable, now: datetime) -> Finding:
    """The signing key (if it is a file), the booth's certificate, the seal, and the store's key file."""
    secret = [keys.seal, store.key_file]
    ends: list[tuple[str, x509.Certificate | None]] = []
    if keys.certificate is not None:
        try:
            held = x509.load_pem_x509_certificate(keys.certificate.read_bytes())
        except OSError as error:
            return found("keys.unusable", fault=f"{keys.certificate.name}: {error.strerror}")
        except ValueError:
            return found("keys.unusable", fault=keys.certificate.name)
        ends.append((_("key of the booth"), held))
    if isinstance(keys.signing, Path):
        secret.append(keys.signing)
    for file in secret:
        try:
            content = file.read_bytes()
            if file == keys.seal:
                ends.append((_("seal of papers"), pkcs12.load_key_and_certificates(content, None)[1]))
            elif file == store.key_file:
                bytes.fromhex(content.decode("ascii").strip())
            else:
                load_pem_private_key(content, None)
        except OSError as error:
            return found("keys.unusable", fault=f"{file.name}: {error.strerror}")
        except (ValueError, TypeError):
            return found("keys.unusable", fault=file.name)
    for file in secret:
        if open_to_others(file):
            return found("database.open_to_others", file=file.name)
    return _days(((name, held.not_valid_after_utc) for name, held in ends if held is not None), now)


def _days(ends: Iterable[tuple[str, datetime]], now: datetime) -> Finding:
    name, first = min(ends, key=lambda one: one[1])
    left = first - now
    if left < timedelta(0):
        return found("keys.ended", what=name, age=Span(-left))
    return (
        found("keys.soon", what=name, left=Span(left)) if left.days < SOON_DAYS else found("keys.ok", left=Span(left))
    )


def check_anchors(settings: AnchorsTable, now: datetime) -> Finding:
    """Root, card authority and the centre's two public keys."""
    ends: list[tuple[datetime, str]] = []
    for name in (*_CERTIFICATES, *_PUBLIC):
        try:
            content = (settings.folder / name).read_bytes()
            if name in _PUBLIC:
                load_pem_public_key(content)
            else:
                held = x509.load_pem_x509_certificates(content)
                ends.append((max(one.not_valid_after_utc for one in held), name))
        except OSError as error:
            return found("anchors.unusable", fault=f"{name}: {error.strerror}")
        except (ValueError, TypeError):
            return found("anchors.unusable", fault=name)
    first, name = min(ends)
    left = first - now
    if left < timedelta(0):
        return found("anchors.unusable", fault=name)
    soon = left.days < 3 * SOON_DAYS
    return found("anchors.soon", left=Span(left), file=name) if soon else found("anchors.ok", left=Span(left))


def check_officials_file(settings: AnchorsTable) -> Finding | None:
    """None where it can be used, or is not there: whether it is the right one, votes know."""
    try:
        officials_file.read(settings.folder)
    except SettingsRefused:
        return found("officials.unusable", file=officials_file.NAME)
    return None


def open_to_others(file: Path) -> bool:
    """Whether group or others may read or write it."""
    return bool(stat.S_IMODE(file.stat().st_mode) & 0o077)
