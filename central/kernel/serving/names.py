"""What booths call this centre: a request that was signed for another town's centre must not be taken here.

Must never take a name for ours because a request says so.
"""

from __future__ import annotations

from central.kernel.centre import Centre, signed_settings
from sync import server


def is_ours(centre: Centre, said: str, reached: tuple[str, int | None] | None) -> bool:
    """Whether `said` (an authority in its normal spelling) is this centre. `reached`: host and port of our end of the
    very connection that the request came on.

    Where central.toml has `[serve] names`, exactly those. Without them: the address in the town's signed settings, the
    console's, and the one that the connection itself has reached; on a machine that serves only itself, as a demo does
    and no centre behind a proxy, whatever name the machine has for itself. Raises what the store raises.
    """
    named = centre.settings.serve.names
    if named or not said:
        return said in named
    if reached is not None and said == _at(*reached):
        return True
    alone = not centre.settings.serve.client_certificate_header  # behind a proxy everybody comes from loopback
    if alone and reached is not None and server.is_loopback(said) and server.is_loopback(_at(reached[0], None)):
        return True
    signed = signed_settings(centre)
    return said in {_of(centre.settings.staff.url), _of(signed.public_url if signed else "")}


def _at(host: str, port: int | None) -> str:
    host = f"[{host}]" if ":" in host else host
    return _of(host if port is None else f"{host}:{port}")


def _of(address: str) -> str:
    """ "" for what is no name of anybody."""
    try:
        return server.normal(address)
    except ValueError:
        return ""
