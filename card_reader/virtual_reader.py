"""A card reader in memory, for the demo's bench panel and for tests; the real one's equal.

It must never be more patient than the real one: exclusive, and every line to a pulled card is dead for good.
"""

from __future__ import annotations

import queue
import threading
from contextlib import suppress

from card_reader.states import CardGone, CardInUse, Connection, Empty, Foreign, Listener, Present, ReaderState, Watch
from card_reader.virtual import VirtualCard


class VirtualReader:
    """A reader with one slot. `insert` and `remove` may be called from any thread, at any moment. `tell_foreign` as for
    PcscReader. `late_seconds`: a pulled card's line is dead at once, and its watches hear Empty so much later, as pcscd
    looks at its readers now and then (vpcd's: every 0.4 s); of a card put in meanwhile they hear alone.
    """

    def __init__(self, name: str = "Virtual reader", *, tell_foreign: bool = False, late_seconds: float = 0.0) -> None:
        self._name = name
        self._tell_foreign = tell_foreign
        self._late_seconds = late_seconds
        self._lock = threading.RLock()
        self._card: VirtualCard | None = None
        self._sequence = 0
        self._holder: _VirtualConnection | None = None
        self._watches: list[_VirtualWatch] = []

    @property
    def name(self) -> str:
        return self._name

    def insert(self, card: VirtualCard) -> None:
        """Put a card in; one that is still there is pulled first."""
        with self._lock:
            self.remove()
            card.power_on()
            self._card = card
            self._sequence += 1
            self._tell()

    def remove(self) -> None:
        """Pull the card, if there is one."""
        with self._lock:
            if self._card is None:
                return
            self._card.power_off()
            self._card, self._holder = None, None
            self._tell()

    def watch(self, listener: Listener) -> Watch:
        with self._lock:
            started = _VirtualWatch(self, listener)
            self._watches.append(started)
            started.tell(self._state())
        return started

    def connect(self) -> Connection:
        with self._lock:
            if self._card is None:
                raise CardGone("no card")
            if self._holder is not None:
                raise CardInUse("held by another connection")
            self._holder = _VirtualConnection(self, self._card)
            return self._holder

    def _state(self) -> ReaderState:
        card = self._card
        if card is None:
            return Empty()
        if self._tell_foreign and not card.is_piv:
            return Foreign(card.atr, self._sequence)
        return Present(card.atr, self._sequence)

    def _tell(self) -> None:
        for each in self._watches:
            each.tell(self._state())

    def _holds(self, connection: _VirtualConnection) -> bool:
        with self._lock:
            return self._holder is connection

    def _let_go(self, connection: _VirtualConnection, card: VirtualCard) -> None:
        with self._lock:
            if self._holder is connection:
                card.reset()
                self._holder = None

    def _forget(self, watch: _VirtualWatch) -> None:
        with self._lock:
            if watch in self._watches:
                self._watches.remove(watch)


class _VirtualConnection:
    def __init__(self, reader: VirtualReader, card: VirtualCard) -> None:
        self._reader = reader
        self._card = card

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        if not self._reader._holds(self):
            raise CardGone("pulled")
        answer = self._card.transmit(apdu)
        if not self._reader._holds(self):  # pulled while it worked: the answer never arrives
            raise CardGone("pulled")
        return answer

    def close(self) -> None:
        self._reader._let_go(self, self._card)


class _VirtualWatch:
    def __init__(self, reader: VirtualReader, listener: Listener) -> None:
        self._reader = reader
        self._listener = listener
        self._card_in = False
        self._news: queue.SimpleQueue[ReaderState | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="virtual-card-watch", daemon=True)
        self._thread.start()

    def tell(self, state: ReaderState) -> None:
        self._news.put(state)

    def stop(self) -> None:
        self._stopped.set()
        self._reader._forget(self)
        self._news.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while (state := self._next()) is not None and not self._stopped.is_set():
            self._listener(state)

    def _next(self) -> ReaderState | None:
        state = self._news.get()
        pulled, self._card_in = self._card_in and isinstance(state, Empty), not isinstance(state, Empty)
        if pulled and self._reader._late_seconds:
            with suppress(queue.Empty):
                state = self._news.get(timeout=self._reader._late_seconds)
                self._card_in = True
        return state
