"""Real readers, through pcscd. The only module that imports pyscard, and of it only the thin layer over libpcsclite.

It must never give up: no pcscd, pcscd restarted, a reader unplugged and plugged again are states, not ends. (pyscard's
own CardMonitor dies for good when pcscd restarts, and its ReaderMonitor polls; so the watching loop is our own.)
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from smartcard.scard import (
    SCARD_CTL_CODE,
    SCARD_E_CANCELLED,
    SCARD_E_NO_READERS_AVAILABLE,
    SCARD_E_SHARING_VIOLATION,
    SCARD_E_TIMEOUT,
    SCARD_E_UNKNOWN_READER,
    SCARD_LEAVE_CARD,
    SCARD_PCI_T0,
    SCARD_PCI_T1,
    SCARD_PROTOCOL_T0,
    SCARD_PROTOCOL_T1,
    SCARD_RESET_CARD,
    SCARD_S_SUCCESS,
    SCARD_SCOPE_USER,
    SCARD_SHARE_DIRECT,
    SCARD_SHARE_EXCLUSIVE,
    SCARD_SHARE_SHARED,
    SCARD_STATE_EXCLUSIVE,
    SCARD_STATE_IGNORE,
    SCARD_STATE_INUSE,
    SCARD_STATE_MUTE,
    SCARD_STATE_PRESENT,
    SCARD_STATE_UNAVAILABLE,
    SCARD_STATE_UNAWARE,
    SCARD_STATE_UNKNOWN,
    SCardCancel,
    SCardConnect,
    SCardControl,
    SCardDisconnect,
    SCardEstablishContext,
    SCardGetStatusChange,
    SCardListReaders,
    SCardReleaseContext,
    SCardTransmit,
)

from card_reader.faults import Asked, not_there
from card_reader.states import (
    CardGone,
    CardInUse,
    Connection,
    Empty,
    Foreign,
    Listener,
    NoReader,
    NoService,
    Present,
    ReaderState,
    Unreadable,
    Watch,
)

_PLUG_AND_PLAY = "\\\\?PnP?\\Notification"  # a pretended reader: its state changes with the list of readers
_LONGEST_WAIT_MS = 2_000  # a lost notification costs at most this; so does another program's hold, which has none
_LOOK_WHEN_HELD_MS = 300
_RETRY_S = 0.5  # how often a missing pcscd is looked for
_PATIENCE_S = 1.0  # other programs peek at every new card for a moment; who holds it longer holds it
_SELECT_PIV = bytes.fromhex("00A4040009A0000003080000100000")
_FEATURES = SCARD_CTL_CODE(3400)  # PC/SC part 10, 2.2: GET_FEATURE_REQUEST
_VERIFY_ON_THE_READER = 0x06


class _ServiceLost(Exception):
    """pcscd does not answer; the context is worth nothing any more."""


class PcscReader:
    """The readers whose name contains `name_part`, as one: of several, the one with a card counts.

    `tell_foreign`: a card without a PIV application is told as Foreign; the watch asks each new card once.
    """

    def __init__(self, name_part: str = "", *, tell_foreign: bool = False) -> None:
        self._name_part = name_part
        self._tell_foreign = tell_foreign
        self._refused = False  # the card was in somebody else's hands when it was asked for
        self._chosen = ""
        self._lock = threading.Lock()
        self._held = 0
        self._connects = 0

    @property
    def name(self) -> str:
        return self._chosen or self._name_part or "PC/SC"

    def watch(self, listener: Listener) -> Watch:
        return _PcscWatch(self, listener)

    def connect(self) -> Connection:
        with self._lock:  # before the fact, so that the watch never takes our own hold for somebody else's
            self._held += 1
            self._connects += 1
        try:
            return self._open()
        except CardGone:
            self._released()
            raise

    def _open(self) -> Connection:
        try:
            context = _establish()
        except _ServiceLost as lost:
            raise CardGone("no service") from lost
        try:
            card, protocol = self._exclusively(context, self._with_card(context))
        except (CardGone, _ServiceLost) as error:
            SCardReleaseContext(context)
            raise error if isinstance(error, CardGone) else CardGone("no service") from error
        return _PcscConnection(self, context, card, protocol)

    def _exclusively(self, context: object, name: str) -> tuple[object, int]:
        until = time.monotonic() + _PATIENCE_S
        while True:
            result, card, protocol = SCardConnect(
                context, name, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1
            )
            if result == SCARD_S_SUCCESS:
                self._refused = False
                return card, protocol
            if result != SCARD_E_SHARING_VIOLATION:
                raise CardGone(_hex(result))
            if time.monotonic() >= until:
                self._refused = True
                raise CardInUse(_hex(result))
            time.sleep(0.05)

    def _with_card(self, context: object) -> str:
        names = _readers(context, self._name_part)
        found = _changes(context, [(name, SCARD_STATE_UNAWARE) for name in names], 0) if names else []
        with_card = [name for name, state, _ in found if state & SCARD_STATE_PRESENT]
        if not with_card:
            raise CardGone("no card")
        return self._chosen if self._chosen in with_card else with_card[0]

    def _released(self) -> None:
        with self._lock:
            self._held -= 1

    def _holds(self) -> tuple[int, int]:
        with self._lock:
            return self._held, self._connects


class _PcscConnection:
    def __init__(self, reader: PcscReader, context: object, card: object, protocol: int) -> None:
        self._reader = reader
        self._context = context
        self._card = card
        self._t0 = protocol == SCARD_PROTOCOL_T0
        self._lock = threading.Lock()
        self._open = True
        self._dead = False

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        with self._lock:
            if not self._open or self._dead:
                raise CardGone("closed")
            sent = _without_le(apdu) if self._t0 else apdu
            result, answer = SCardTransmit(self._card, SCARD_PCI_T0 if self._t0 else SCARD_PCI_T1, list(sent))
            # A card pulled in the middle may also show as success without an answer.
            if result != SCARD_S_SUCCESS or len(answer) < 2:
                self._dead = True  # a card put back in must not be taken for the one that was pulled
                raise CardGone(_hex(result))
            return bytes(answer)

    def close(self) -> None:
        with self._lock:
            if not self._open:
                return
            self._open = False
            SCardDisconnect(self._card, SCARD_RESET_CARD)
            SCardReleaseContext(self._context)
        self._reader._released()


class _PcscWatch:
    def __init__(self, reader: PcscReader, listener: Listener) -> None:
        self._reader = reader
        self._listener = listener
        self._stopped = threading.Event()
        self._context: object = None
        self._last: ReaderState | None = None
        self._sequences: dict[tuple[object, ...], int] = {}
        self._numbers = itertools.count(1)
        self._foreigners: set[int] = set()  # insertions of cards that are not PIV
        self._thread = threading.Thread(target=self._run, name="pcsc-card-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if threading.current_thread() is self._thread:
            return
        while self._thread.is_alive():
            if self._context is not None:  # a cancel that comes just before the wait begins is lost: again, then
                SCardCancel(self._context)
            self._thread.join(0.02)

    def _run(self) -> None:
        while not self._stopped.is_set():
            with suppress(_ServiceLost), self._service():
                while not self._stopped.is_set():
                    self._round()
            if not self._stopped.is_set():
                self._sequences.clear()  # pcscd counts anew: whatever card is found next is another insertion
                self._say(NoService())
                self._stopped.wait(_RETRY_S)

    @contextmanager
    def _service(self) -> Iterator[None]:
        context = _establish()
        self._context = context
        try:
            yield
        finally:
            self._context = None
            SCardReleaseContext(context)

    def _round(self) -> None:
        """Look once, say what is seen, then look until a reader comes or goes."""
        names = _readers(self._context, self._reader._name_part)
        everyone = len(_readers(self._context, ""))
        known = dict.fromkeys(names, SCARD_STATE_UNAWARE)
        self._sequences = {key: value for key, value in self._sequences.items() if key[0] in names}
        if not names:
            self._say(NoReader())
        while not self._stopped.is_set():
            asked = [*known.items(), (_PLUG_AND_PLAY, everyone << 16)]
            before = self._reader._holds()
            wait = _LOOK_WHEN_HELD_MS if isinstance(self._last, Unreadable) else _LONGEST_WAIT_MS
            found = [one for one in _changes(self._context, asked, wait) if one[0] != _PLUG_AND_PLAY]
            if self._stopped.is_set() or len(_readers(self._context, "")) != everyone:
                return
            held, connects = self._reader._holds()
            ours = held > 0 or before != (held, connects)
            if any(
                state & (SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE | SCARD_STATE_IGNORE) for _, state, _ in found
            ):
                self._stopped.wait(0.05)  # going away; the list of readers will say so in a moment
                return
            known = {name: state for name, state, _ in found} or dict.fromkeys(names, SCARD_STATE_UNAWARE)
            if found:
                self._say(self._choose(found, ours))

    def _choose(self, found: list[tuple[str, int, bytes]], ours: bool) -> ReaderState:
        """The reader that counts: one with a card before one without, the present choice before another."""
        states = {name: self._state(name, state, atr, ours) for name, state, atr in found}
        rank = {Present: 0, Foreign: 1, Unreadable: 2, Empty: 3}
        name = min(states, key=lambda name: (rank[type(states[name])], name != self._reader._chosen))
        self._reader._chosen = name
        return states[name]

    def _state(self, name: str, state: int, atr: bytes, ours: bool) -> Present | Foreign | Unreadable | Empty:
        if state & SCARD_STATE_MUTE:
            return Unreadable("wrong_way")
        if not state & SCARD_STATE_PRESENT:
            return Empty()
        if not state & SCARD_STATE_INUSE:
            self._reader._refused = False
        held = state & SCARD_STATE_EXCLUSIVE or (state & SCARD_STATE_INUSE and self._reader._refused)
        if held and not ours:
            return Unreadable("in_use")
        if not atr:
            return Unreadable("mute")
        insertion = (name, state >> 16)  # the counter reveals a swap too fast to be seen as a removal
        if insertion not in self._sequences:
            self._sequences = {key: value for key, value in self._sequences.items() if key[0] != name}
            self._sequences[insertion] = next(self._numbers)
            self._foreigners &= set(self._sequences.values())
            if self._reader._tell_foreign and not ours and _is_foreign(self._context, name):
                self._foreigners.add(self._sequences[insertion])
        sequence = self._sequences[insertion]
        return Foreign(atr, sequence) if sequence in self._foreigners else Present(atr, sequence)

    def _say(self, state: ReaderState) -> None:
        if state != self._last:
            self._last = state
            self._listener(state)


def with_cards(names: Sequence[str]) -> list[str]:
    """Those of these slots in which a card lies; none if pcscd does not answer."""
    try:
        context = _establish()
    except _ServiceLost:
        return []
    try:
        found = _changes(context, [(name, SCARD_STATE_UNAWARE) for name in names], 0) if names else []
        return [name for name, state, _ in found if state & SCARD_STATE_PRESENT]
    except _ServiceLost:
        return []
    finally:
        SCardReleaseContext(context)


def list_readers() -> list[str] | None:
    """The names of all readers' slots, None if pcscd does not answer."""
    try:
        context = _establish()
    except _ServiceLost:
        return None
    try:
        return _readers(context, "")
    except _ServiceLost:
        return None
    finally:
        SCardReleaseContext(context)


def has_pinpad(name: str) -> bool | None:
    """Whether a reader has keys of its own for a PIN (the booth's are used all the same). None if it says nothing."""
    try:
        context = _establish()
    except _ServiceLost:
        return None
    try:
        result, card, _ = SCardConnect(context, name, SCARD_SHARE_DIRECT, 0)
        if result != SCARD_S_SUCCESS:
            return None
        result, answer = SCardControl(card, _FEATURES, [])
        SCardDisconnect(card, SCARD_LEAVE_CARD)
    finally:
        SCardReleaseContext(context)
    # Entries of tag, length 4, control code; a driver without features answers an error or nothing.
    return result == SCARD_S_SUCCESS and _VERIFY_ON_THE_READER in bytes(answer)[::6]


def _is_foreign(context: object, name: str) -> bool:
    """Whether the card refuses to be a PIV card. Shared and without a reset: nothing that others do is disturbed."""
    result, card, protocol = SCardConnect(context, name, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)
    if result != SCARD_S_SUCCESS:
        return False
    t0 = protocol == SCARD_PROTOCOL_T0
    select = list(_without_le(_SELECT_PIV) if t0 else _SELECT_PIV)
    result, answer = SCardTransmit(card, SCARD_PCI_T0 if t0 else SCARD_PCI_T1, select)
    SCardDisconnect(card, SCARD_LEAVE_CARD)
    if result != SCARD_S_SUCCESS or len(answer) < 2:
        return False
    return not_there(Asked.APPLICATION, int.from_bytes(bytes(answer[-2:]), "big"))


def _establish() -> object:
    result, context = SCardEstablishContext(SCARD_SCOPE_USER)
    if result != SCARD_S_SUCCESS:
        raise _ServiceLost(_hex(result))
    return context


def _readers(context: object, name_part: str) -> list[str]:
    """Raises _ServiceLost."""
    result, names = SCardListReaders(context, [])
    if result == SCARD_E_NO_READERS_AVAILABLE:
        return []
    if result != SCARD_S_SUCCESS:
        raise _ServiceLost(_hex(result))
    return sorted(name for name in names if name_part in name)


def _changes(context: object, asked: list[tuple[str, int]], wait_ms: int) -> list[tuple[str, int, bytes]]:
    """(reader, state, ATR) of all that was asked about, once one differs; none after `wait_ms`, on a cancel, or if a
    reader has just gone. Raises _ServiceLost.
    """
    result, found = SCardGetStatusChange(context, wait_ms, asked)
    if result in (SCARD_E_TIMEOUT, SCARD_E_UNKNOWN_READER, SCARD_E_CANCELLED):
        return []
    if result != SCARD_S_SUCCESS:
        raise _ServiceLost(_hex(result))
    return [(name, state & 0xFFFFFFFF, bytes(atr)) for name, state, atr in found]


def _without_le(apdu: bytes | bytearray) -> bytes | bytearray:
    """T=0 has no place for Le after data (ISO 7816-3, 12.2.3): the card answers 61xx, and exchange() follows."""
    return apdu[:-1] if len(apdu) > 5 and len(apdu) == 6 + apdu[4] else apdu


def _hex(result: int) -> str:
    return f"{result & 0xFFFFFFFF:08X}"
