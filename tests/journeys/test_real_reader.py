"""The whole visit on the real screens, the card behind the real pcscd and vpcd: sign in, vote, certificate, leave."""

from pathlib import Path

import pytest
import small_town as st
from pcscd import running_pcscd

from card_reader import PcscReader, VirtualCard, Vpicc
from kiosk import settings, wiring
from kiosk.demo.walk import Walker, whole_visit
from kiosk.ui.near import on_screen
from sync import outbox


class VpcdSlot:
    """A hand that puts virtual cards into vpcd's reader."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.inside: Vpicc | None = None

    def insert(self, card: VirtualCard) -> None:
        self.inside = Vpicc(card, port=self.port)
        self.inside.insert()

    def remove(self) -> None:
        if self.inside is not None:
            self.inside.remove()
            self.inside = None


@pytest.mark.timeout(300, func_only=True)
def test_a_whole_visit_over_pcscd(town, home: Path, tmp_path: Path) -> None:
    loaded = settings.load(home / "kiosk.toml")
    with running_pcscd() as pcscd:
        bench = wiring.Bench(reader=PcscReader(pcscd.reader))
        slot = VpcdSlot(pcscd.port)
        with wiring.open_booth(loaded, bench=bench) as booth, on_screen(booth, size=(1920, 1080)) as screen:
            walker = Walker(screen, slot, tmp_path / "screens")
            try:
                taken = whole_visit(walker, VirtualCard(town.cards[st.ANNA]), st.PIN, town.election.election)
            finally:
                slot.remove()
            assert screen.window.complaints == []
            with booth.store.reading() as connection:
                kinds = sorted(envelope.kind for envelope in outbox.pending(connection, 10))
    assert kinds == ["ballot", "certificate"]
    assert len(taken.tracker) > 20 and taken.number.startswith("ΔΟΚ1/")
    assert len(list((home / "papers").glob("*.pdf"))) == 1
