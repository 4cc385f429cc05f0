"""zstd with a ceiling: a few hundred bytes may claim to be gigabytes.

Must never hold more than the ceiling in memory, whatever the other end sent.
"""

from __future__ import annotations

import zstandard

# A frame may ask for a window of gigabytes, however little it holds.
_WINDOW = 8 * 1024 * 1024
# The longest frame of nothing: magic number, header, an empty block, checksum (RFC 8878 3.1.1).
_NOTHING = 4 + 14 + 3 + 4


class TooLarge(ValueError):
    """The data would be larger than the ceiling when unpacked."""


class NotPacked(ValueError):
    """The data is no zstd, is cut short or has something after its end."""


def pack(data: bytes) -> bytes:
    """zstd, one frame with checksum and length. In sealed bodies a higher level finds nothing more: it takes twice as
    long and saves 0.1 %."""
    return zstandard.ZstdCompressor(level=1, write_checksum=True).compress(data)


def stated_size(data: bytes) -> int:
    """How many bytes the frame says it holds; 0 where it does not say or is none. Nothing is opened for it."""
    try:
        return max(0, zstandard.frame_content_size(data))
    except zstandard.ZstdError:
        return 0


def unpack(data: bytes, *, max_bytes: int) -> bytes:
    """Raises TooLarge or NotPacked. The frame must state its size, so that a bomb is known before it is opened."""
    try:
        size = zstandard.frame_content_size(data)
        if size < 0:
            raise NotPacked("the frame does not state its size")
        if size > max_bytes:
            raise TooLarge("larger than allowed when unpacked")
        unpacked = _opened(data, size)
    except zstandard.ZstdError:
        raise NotPacked("no whole zstd frame") from None
    if len(unpacked) != size:
        raise NotPacked("no whole zstd frame")
    return unpacked


def _opened(data: bytes, size: int) -> bytes:
    opener = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    if size:
        return opener.decompress(data, allow_extra_data=False)
    # Of a frame of nothing the library looks no further than its head.
    if len(data) > _NOTHING:
        raise NotPacked("no whole zstd frame")
    stream = opener.decompressobj()
    unpacked = stream.decompress(data)
    if not stream.eof or stream.unused_data:
        raise NotPacked("no whole zstd frame")
    return unpacked
