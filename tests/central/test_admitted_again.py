"""A head is verified once: what its body must be then, and what may have become of its booth meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import bare_centre
import pytest
import sqlalchemy as sa
from outbox_life import BoothOnly

from central.kernel.centre import Centre
from central.office.booths import admission
from central.office.booths.admission import Admitted
from central.store import Tx, tables
from central.store.line import booths
from sync import server, sign_with
from sync.wire.http_signing import Request, sign_request

URL = "http://centre.test/v2/outbox"


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    bare_centre.build(tmp_path / "centre", "sqlite:///centre.db")
    with bare_centre.opened(tmp_path / "centre") as opened:
        yield opened


@pytest.fixture
def booth(centre: Centre, tmp_path: Path) -> BoothOnly:
    return bare_centre.add_booth(centre, tmp_path, "kamatero-1", "AA1")


def admitted(centre: Centre, booth: BoothOnly, body: bytes = b"body") -> Admitted:
    request = Request("POST", URL, {})
    sign_request(request, body, sign_with(booth.key), key_id=booth.id, now=centre.clock())
    return admission.admit(centre, "POST", URL, request.headers, None, seen=None)


def test_the_head_says_which_body_it_is_for(centre: Centre, booth: BoothOnly) -> None:
    known = admitted(centre, booth)
    assert (known.booth, known.quarantined, known.digest) == (booth.id, False, server.digest_of(b"body"))
    assert known.digest != server.digest_of(b"bodi")
    assert admission.admit_again(centre, known) == known


def test_a_head_that_covers_no_body_is_for_none(centre: Centre, booth: BoothOnly) -> None:
    request = Request("GET", URL, {})
    sign_request(request, None, sign_with(booth.key), key_id=booth.id, now=centre.clock())
    assert admission.admit(centre, "GET", URL, request.headers, None, seen=None).digest == ""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda tx, booth: booths.set_state(tx, booth, "suspended"), "suspended"),
        (lambda tx, booth: booths.set_state(tx, booth, "revoked"), "revoked"),
        (lambda tx, booth: booths.set_state(tx, booth, "invited"), "unknown-booth"),
        (lambda tx, booth: tx.connection.execute(sa.delete(tables.booth_keys)), "unknown-booth"),
        (lambda tx, booth: tx.connection.execute(sa.delete(tables.booths)), "unknown-booth"),
    ],
)
def test_what_became_of_it_meanwhile_counts(
    centre: Centre, booth: BoothOnly, change: Callable[[Tx, str], object], reason: str
) -> None:
    known = admitted(centre, booth)
    with centre.store.writing() as tx:
        change(tx, booth.id)
    with pytest.raises(server.Unauthorised) as refused:
        admission.admit_again(centre, known)
    assert refused.value.reason == reason


def test_its_key_may_have_been_barred_or_given_up_meanwhile(centre: Centre, booth: BoothOnly) -> None:
    known = admitted(centre, booth)
    now = centre.clock()
    with centre.store.writing() as tx:
        (key,) = booths.keys(tx, booth.id)
        booths.mark_key(tx, key, replaced_at=now - timedelta(minutes=1))
    with pytest.raises(server.Unauthorised, match="old-key"):
        admission.admit_again(centre, known)
    with centre.store.writing() as tx:
        booths.mark_key(tx, key, barred_at=now)
    with pytest.raises(server.Unauthorised, match="revoked"):
        admission.admit_again(centre, known)


def test_a_stolen_booth_is_answered_as_such(centre: Centre, booth: BoothOnly) -> None:
    known = admitted(centre, booth)
    with centre.store.writing() as tx:
        booths.set_state(tx, booth.id, "quarantined")
    assert admission.admit_again(centre, known).quarantined
