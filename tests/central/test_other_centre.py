"""A request that was signed for another town's centre, or for a centre for tests, is not taken by this one."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from typing import Any

import pytest
import requests
from newcomer import PLATE, TECHNICIAN, new_key, newcomer, serving

from central.kernel.centre import Centre, signed_settings
from central.kernel.serving import names
from central.office.booths import enrolment
from central.settings import BadSettings, Serve, StaffTable, read_settings
from sync.wire.compression import pack
from sync.wire.envelope import sign_with
from sync.wire.http_signing import Request, sign_request


def ask(at: str, booth: Any, centre: Centre, *, url: str, host: tuple[str, ...], target: str = "/v2/hello") -> str:
    """Signed for `url`, sent to the address `at` with just these Host lines. "200", or status and reason."""
    request = Request("GET", url, {})
    sign_request(request, None, sign_with(booth.key), key_id=booth.id, now=centre.clock())
    lines = [f"GET {target} HTTP/1.1", *(f"Host: {one}" for one in host), "Connection: close"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    address, _, port = at.removeprefix("http://").rpartition(":")
    with socket.create_connection((address, int(port)), 30) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split()[1].decode()
    return status if status != "401" else f"{status} {json.loads(body)['reason']}"


def named(centre: Centre, *said: str, url: str = "") -> Centre:
    changed = centre.settings.model_copy(update={"serve": Serve(names=list(said)), "staff": StaffTable(url=url)})
    return replace(centre, settings=changed)


def test_with_names_exactly_those(town: Any, centre: Centre) -> None:
    booth = town.booth()
    with serving(named(centre, "ATM.example.gr", "[::1]:8000")) as at:

        def says(host: str) -> str:
            return ask(at, booth, centre, url=f"http://{host}/v2/hello", host=(host,))

        for host in ("atm.example.gr", "ATM.EXAMPLE.GR", "atm.example.gr.", "[::1]:8000"):
            assert says(host) == "200", host
        here = at.removeprefix("http://")
        for host in ("other-town.example", "atm.example.gr:8443", "atm.example.gr.evil.example", here, "localhost"):
            assert says(host) == "401 other-authority", host


def test_what_another_centre_heard_cannot_be_said_here(town: Any, centre: Centre) -> None:
    """The very bytes, whatever Host stands over them, one or two of them, or in the request's target."""
    booth, theirs = town.booth(), "http://other-town.example/v2/hello"
    with serving(named(centre, "atm.example.gr")) as at:
        assert ask(at, booth, centre, url=theirs, host=("other-town.example",)) == "401 other-authority"
        assert ask(at, booth, centre, url=theirs, host=("atm.example.gr",)) == "401 bad-signature"
        for hosts in ((), ("other-town.example", "atm.example.gr"), ("atm.example.gr", "other-town.example")):
            assert ask(at, booth, centre, url=theirs, host=hosts) in ("400", "401 bad-signature", "401 other-authority")
        for host in ("other-town.example", "atm.example.gr"):
            assert ask(at, booth, centre, url=theirs, host=(host,), target=theirs) in ("404", "400")
        stranger = replace(booth, key=new_key())
        assert ask(at, stranger, centre, url=theirs, host=("other-town.example",)) == "401 bad-signature"


def test_nor_can_a_request_to_be_let_in(centre: Centre) -> None:
    """Whoever is not known yet brings the key along; what it signed for another centre is not taken either."""
    invited = enrolment.invite(centre, PLATE, "http://atm.example.gr", TECHNICIAN)
    assert isinstance(invited, enrolment.Invited)
    with serving(named(centre, "atm.example.gr")) as at:
        for host, expected in (("other-town.example", (401, "other-authority")), ("atm.example.gr", (200, ""))):
            guest = newcomer(centre, at, invited)
            body = pack(guest.words())
            request = Request("POST", f"http://{host}/v2/enrol", {"Content-Encoding": "zstd"})
            sign_request(request, body, sign_with(guest.key), key_id=guest.booth, now=centre.clock())
            answer = requests.post(f"{at}/v2/enrol", body, headers={**request.headers, "Host": host}, timeout=60)
            refused = answer.json()["reason"] if answer.status_code != 200 else ""
            assert (answer.status_code, refused) == expected


def test_behind_a_proxy_no_name_of_the_machine_is_ours(centre: Centre) -> None:
    """There everybody comes from loopback, also what a booth once said to a centre for tests."""
    here = ("127.0.0.1", 8080)
    assert names.is_ours(centre, "localhost:9", here)
    served = Serve(client_certificate_header="X-Booth-Certificate")
    behind = replace(centre, settings=centre.settings.model_copy(update={"serve": served}))
    assert not names.is_ours(behind, "localhost:9", here)
    assert names.is_ours(behind, "127.0.0.1:8080", here)


def test_without_names_the_towns_own_addresses_and_this_machine(town: Any, centre: Centre) -> None:
    signed = signed_settings(centre)
    assert signed is not None
    booth, public = town.booth(), signed.public_url.partition("://")[2]
    with serving(named(centre, url="https://console.example.gr")) as at:
        here = at.removeprefix("http://")
        port = here.rpartition(":")[2]

        def says(host: str) -> str:
            return ask(at, booth, centre, url=f"http://{host}/v2/hello", host=(host,))

        for host in (
            here,
            f"localhost:{port}",
            f"[::1]:{port}",
            public,
            "console.example.gr",
            "CONSOLE.example.gr:443",
        ):
            assert says(host) == "200", host
        assert says("other-town.example") == "401 other-authority"


@pytest.mark.parametrize(
    ("said", "reached", "expected"),
    [
        ("10.0.0.5:8080", ("10.0.0.5", 8080), True),
        ("10.0.0.5:8081", ("10.0.0.5", 8080), False),
        ("[fd00::5]:8080", ("fd00::5", 8080), True),
        ("localhost:9", ("10.0.0.5", 8080), False),  # only a centre that serves its own machine is called so
        ("localhost:9", ("127.0.0.1", 8080), True),
        ("127.0.0.1.evil.example", ("127.0.0.1", 8080), False),
        ("10.0.0.5", ("10.0.0.5", 80), True),
        ("10.0.0.5", None, False),
        ("", None, False),
        ("", ("", None), False),
    ],
)
def test_what_a_connection_has_reached(
    centre: Centre, said: str, reached: tuple[str, int | None] | None, expected: bool
) -> None:
    assert names.is_ours(centre, said, reached) is expected


@pytest.mark.parametrize("bad", ['""', '"a b"', '"https://x/y"', '"x:99999"', '"user@x"', "5"])
def test_a_name_that_is_none_is_a_fault_of_the_settings(centre: Centre, bad: str) -> None:
    file = centre.settings.home / "central.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f'{text}\n[serve]\nnames = ["good.example", {bad}]\n', encoding="utf-8")
    with pytest.raises(BadSettings, match=r"serve\.names\.1"):
        read_settings(centre.settings.home)
    file.write_text(f'{text}\n[serve]\nnames = ["https://GOOD.example:443"]\n', encoding="utf-8")
    assert read_settings(centre.settings.home).serve.names == ["good.example"]
