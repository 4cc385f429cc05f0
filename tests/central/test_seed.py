"""`kiosk-central seed`: whole or not at all, and each card as its label says."""

from __future__ import annotations

import base64
import json
import os
import stat
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import usage
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from card_reader import Anchors, CardImage, Pin, PivCard, Slot, VirtualCard, VirtualReader, examine
from central.cli import main
from central.demo import seed as seeding
from central.kernel.centre import Centre
from central.office.roll import registry
from central.store.line import booths, feed
from central.store.office import registry as rows
from municipality.matters.cards.messages import CardItem, Revocations
from municipality.matters.votes.messages import Credentials, Election, VoteItem
from municipality.messages import DOSSIER_TYPE, Dossier, ItemKind, Settings
from municipality.residents import Capacity
from printing import Pkcs12Seal
from sync import SealBroken, agree_with, open_sealed, verify_matter

KIOSK_TABLES = {
    "booth": {"id", "name_el", "name_en", "number_prefix"},
    "centre": {"url", "timeout_seconds"},
    "store": {"file", "key_file"},
    "keys": {"signing", "certificate", "seal"},
    "anchors": {"folder"},
    "card": {"reader", "name"},
    "printer": {"kind", "folder", "uri"},
    "screen": {"width", "height", "fullscreen", "idle_seconds", "languages"},
    "municipality": {"id"},
}


def test_five_hundred_residents_in_good_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    began = usage.work(os.getpid())
    assert main(["seed", "--out", str(tmp_path / "demo")]) == 0
    assert usage.work(os.getpid()) - began < 25
    answer = json.loads(capsys.readouterr().out)
    summary = json.loads((tmp_path / "demo" / "seed.json").read_text(encoding="utf-8"))
    assert answer == {"out": str(tmp_path / "demo"), "residents": 500, "election": summary["election"]}
    assert list(tmp_path.iterdir()) == [tmp_path / "demo"]


def test_nothing_is_left_where_seeding_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError("the registrar is ill")

    monkeypatch.setattr(seeding, "_open_vote", fail)
    with pytest.raises(RuntimeError):
        seeding.seed(tmp_path / "demo", residents=30)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine").touch()
    assert main(["seed", "--out", str(tmp_path / "demo")]) == 77
    assert "something already" in capsys.readouterr().err
    assert main(["seed", "--out", str(tmp_path / "other"), "--residents", "3"]) == 77
    assert "expected 30 to" in capsys.readouterr().err


def _officials_keys(town: Any) -> list[Path]:
    """An identity each, and of each trustee a part of the key for ballots."""
    return [*town.folder.glob("officials/*/identity.p12"), *town.folder.glob("officials/*/ballots.jwe")]


def test_keys_are_readable_by_their_owner_only(town: Any) -> None:
    secret = [*town.folder.glob("**/keys/*"), *town.folder.glob("cards/*"), *_officials_keys(town)]
    assert len(secret) == 6 + 12 + 12 + 6 + 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in [*secret, town.home / "centre.db"]} == {0o600}


def test_booths_have_settings_keys_and_anchors(town: Any, centre: Centre) -> None:
    assert [booth["id"] for booth in town.summary["booths"]] == ["anargyri-1", "anargyri-2", "kamatero-1"]
    settings = _public(centre, town, ItemKind.SETTINGS, ItemKind.SETTINGS)
    municipality = Settings.read(settings).municipality
    for place, booth in enumerate(town.summary["booths"]):
        home = town.folder / booth["folder"]
        toml = tomllib.loads((home / "kiosk.toml").read_text(encoding="utf-8"))
        assert {name: set(table) for name, table in toml.items()} == KIOSK_TABLES
        assert toml["municipality"]["id"] == municipality
        assert len(bytes.fromhex((home / toml["store"]["key_file"]).read_text())) == 32
        seal = Pkcs12Seal(home / toml["keys"]["seal"], None)
        seal.certificate.verify_directly_issued_by(
            x509.load_pem_x509_certificate((home / "anchors" / "seal-root.pem").read_bytes())
        )
        with centre.store.reading() as tx:
            found = booths.find(tx, booth["id"])
        assert found is not None
        assert found.number_prefix == toml["booth"]["number_prefix"]
        assert found.signing_key == seeding.public_pem(town.booth(place).key.public_key())


def _public(centre: Centre, town: Any, kind: str, key: str) -> bytes:
    with centre.store.reading() as tx:
        item = feed.find(tx, kind, key)
    assert item is not None
    return verify_matter(item.body, {"centre": town.booth().centre_signing}, typ=kind)


def _outcome(town: Any, centre: Centre, image: CardImage, now: datetime) -> str:
    folder = town.folder / town.summary["booths"][0]["folder"] / "anchors"
    roots, authorities = (
        tuple(x509.load_pem_x509_certificates((folder / f"{name}.pem").read_bytes()))
        for name in ("root", "card-authority")
    )
    crl = base64.b64decode(Revocations.read(_public(centre, town, CardItem.REVOCATIONS, CardItem.REVOCATIONS)).crl)
    reader = VirtualReader()
    reader.insert(VirtualCard(image))
    connection = reader.connect()
    try:
        return type(examine(PivCard(connection), Anchors(roots, authorities, crl), now)).__name__
    finally:
        connection.close()


def test_each_card_is_what_its_label_says(town: Any, centre: Centre) -> None:
    expected = {"revoked": "CardRevoked", "expired": "CardExpired", "blocked": "CardBlocked", "foreign": "NotOurs"}
    listed = town.summary["cards"]
    assert len(listed) == 12
    for card in listed:
        file = json.loads((town.folder / card["file"]).read_text(encoding="utf-8"))
        image = CardImage.from_json(json.dumps(file["image"]))
        assert set(file) == {"label_el", "label_en", "pin", "image"}
        assert image.pin == Pin(card["pin"])
        assert len(card["pin"]) == 6
        assert image.number == card["number"]
        assert _outcome(town, centre, image, datetime.now(UTC)) == expected.get(card["kind"], "Genuine"), card["kind"]


def test_a_dossier_opens_with_its_own_card_only(town: Any, centre: Centre) -> None:
    mine, other = town.card("elector"), town.card("staff")
    assert mine.number is not None
    with centre.store.reading() as tx:
        item = feed.find(tx, ItemKind.DOSSIER, mine.number)
    assert item is not None
    key, wrong = mine.keys[Slot.KEY_MANAGEMENT], other.keys[Slot.KEY_MANAGEMENT]
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert isinstance(wrong, ec.EllipticCurvePrivateKey)
    token = open_sealed(item.body, agree_with(key), kid=mine.number).decode()
    dossier = Dossier.unpack(verify_matter(token, {"centre": town.booth().centre_signing}, typ=DOSSIER_TYPE))
    with centre.store.reading() as tx:
        card = rows.find_card(tx, mine.number)
    assert card is not None and card.resident
    assert (dossier.card, dossier.resident, len(dossier.family.members)) == (mine.number, card.resident, 4)
    assert dossier.capacities == (Capacity.RESIDENT, Capacity.ELECTOR)
    assert dossier.member.entry == 1
    with pytest.raises(SealBroken):
        open_sealed(item.body, agree_with(wrong), kid=mine.number)


def test_dossiers_do_not_tell_by_their_length(centre: Centre) -> None:
    with centre.store.reading() as tx:
        sizes = {
            len(item.body) // 1000 for item in feed.after(tx, 0, 500) if item.kind == ItemKind.DOSSIER and item.body
        }
    assert len(sizes) <= 2


def test_only_what_changed_is_sealed_again(town: Any, centre: Centre) -> None:
    number = town.card("elector").number
    with centre.store.reading() as tx:
        before = {item.key: item for item in feed.after(tx, 0, 500) if item.kind == ItemKind.DOSSIER}
        card = rows.find_card(tx, number)
    assert card is not None
    assert registry.refresh(centre) == 0
    with centre.store.writing() as tx:
        rows.set_capacities(tx, card.resident, '["resident"]')
    assert registry.refresh(centre) == 1
    with centre.store.reading() as tx:
        after = {item.key: item for item in feed.after(tx, 0, 500) if item.kind == ItemKind.DOSSIER}
    assert [key for key in after if after[key] != before[key]] == [number]
    assert after[number].seq > before[number].seq


def test_a_revoked_card_loses_its_dossier_and_stands_on_the_list(town: Any, centre: Centre) -> None:
    image = town.card("elector")
    with centre.store.writing() as tx:
        rows.revoke(tx, image.number, centre.clock())
    assert registry.refresh(centre) == 2
    with centre.store.reading() as tx:
        item = feed.find(tx, ItemKind.DOSSIER, image.number)
    assert item is not None
    assert item.body == ""  # withdrawn
    assert _outcome(town, centre, image, datetime.now(UTC)) == "CardRevoked"
    assert registry.refresh(centre) == 0


def test_a_shifted_clock_renews_nothing(town: Any, centre: Centre) -> None:
    from central.opening import open_centre

    shifted = open_centre(town.home, datetime.now(UTC) + timedelta(days=25))
    assert registry.refresh(shifted) == 0
    shifted.store.close()


def test_the_vote_is_open_for_five_days_and_its_roll_is_right(town: Any, centre: Centre, hands: ModuleType) -> None:
    notice = Election.read(_public(centre, town, VoteItem.NOTICE, town.election))
    now = datetime.now(UTC)
    assert notice.opens < now < notice.closes
    assert notice.closes - notice.opens == timedelta(days=5)
    assert all(question.blank for question in notice.questions)
    assert len(_credentials(centre, notice)) == notice.roll_size
    slips = {card["kind"]: _has_slip(centre, town, card["number"]) for card in town.summary["cards"]}
    assert slips == {
        "elector": True, "staff": True, "administration": True, "blocked": True,
        "resident": False, "revoked": False, "expired": False, "foreign": False, "new_card": False, "technician": False,
    }  # fmt: skip


def _credentials(centre: Centre, notice: Election) -> list[str]:
    found: list[str] = []
    with centre.store.reading() as tx:
        for part in range(len(notice.parts)):
            item = feed.find(tx, VoteItem.CREDENTIALS, notice.part_key(part))
            assert item is not None
            found += Credentials.read(centre.read_signed(VoteItem.CREDENTIALS, item.body)).credentials
    return found


def _has_slip(centre: Centre, town: Any, card: str) -> bool:
    with centre.store.reading() as tx:
        return feed.find(tx, VoteItem.SLIP, f"{card}/{town.election}") is not None


def test_the_centre_holds_no_name_or_number_in_the_clear_that_travels(town: Any, centre: Centre) -> None:
    with centre.store.reading() as tx:
        people = [json.loads(holder.person)["afm"] for holder in rows.holders(tx)]
        everything = "\n".join(item.body for item in feed.after(tx, 0, 500))
    assert people
    assert not [number for number in people if number in everything]
