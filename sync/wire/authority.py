"""How a centre is called: the authority of an address (RFC 9421 2.2.3), in one spelling for all that mean the same.

Must never look a name up: whoever answers for a name may change, what was signed does not.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

# A proxy may end TLS: behind it nobody can tell any more which of the two was meant by no port at all.
_DEFAULT_PORTS: Final = (80, 443)


def normal(said: str) -> str:
    """`said` (host, host:port, or an address with its scheme and nothing behind it) in small letters, without a default
    port and without the dot that ends an absolute name; an IPv6 address in its shortest form, in brackets.

    Raises ValueError where it is none.
    """
    address = urlsplit(said if "://" in said else f"//{said}")
    host, port = address.hostname or "", address.port
    if not host or "@" in address.netloc or address.query or address.fragment or address.path not in ("", "/"):
        raise ValueError("no authority")
    name = _literal(host) or _name(host)
    return name if port is None or port in _DEFAULT_PORTS else f"{name}:{port}"


def is_loopback(authority: str) -> bool:
    """Whether this (in its normal spelling) means the very machine it is said on."""
    host = urlsplit(f"//{authority}").hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _literal(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return ""
    return f"[{address}]" if address.version == 6 else str(address)


def _name(host: str) -> str:
    """As it stands in the DNS; «δήμος.gr» is xn--…"""
    name = host.removesuffix(".").encode("idna").decode("ascii")
    if not name or any(letter.isspace() or letter in ":[]\\" for letter in name):
        raise ValueError("no name")
    return name
