"""Bodies without their compression, a bounded piece at a time, so that no bomb goes off in memory."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli

from config.errors import FetchError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# What is asked for; each of them is undone below.
ACCEPTED = "gzip, br, zstd"
_UNCOMPRESSED = ("", "identity")
# RFC 9659: a window of 8 MB is the most that HTTP's zstd may use.
_ZSTD_WINDOW: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}


class _Decoder(Protocol):
    """``more`` bytes → what they unpack to, at most about ``limit`` at once; empty input goes on with the rest."""

    @property
    def done(self) -> bool: ...

    @property
    def hungry(self) -> bool: ...

    @property
    def unused(self) -> bytes: ...

    def unpack(self, more: bytes, limit: int) -> bytes: ...


def decoded(pieces: Iterator[bytes], encoding: str, limit: int) -> Iterator[bytes]:
    """Yield a body without its compression, never more than ``limit`` and a little at once.

    Raises FetchError when the compression is unknown, broken, or breaks off.
    """
    kind = encoding.strip().lower()
    if kind in _UNCOMPRESSED:
        yield from pieces
        return
    make = _DECODERS.get(kind)
    if make is None:
        raise FetchError(f"its compression ({kind[:40]}) is none that was asked for")
    decoder = make()
    for piece in pieces:
        rest = piece
        while rest or not decoder.hungry:
            if decoder.done:
                # RFC 1952, RFC 8878: what follows a member or frame is another one.
                decoder = make()
            try:
                yield decoder.unpack(rest, limit + 1)
            except (zlib.error, zstd.ZstdError, brotli.error) as error:
                raise FetchError("its compression is broken") from error
            rest = decoder.unused
    if not decoder.done:
        raise FetchError("its compression breaks off", transient=True)


class _Zlib:
    """gzip and deflate (RFC 1952, 1950)."""

    hungry = True

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(47)

    @property
    def done(self) -> bool:
        return self._inner.eof

    @property
    def unused(self) -> bytes:
        return self._inner.unconsumed_tail or self._inner.unused_data

    def unpack(self, more: bytes, limit: int) -> bytes:
        return self._inner.decompress(more, limit)


class _Brotli:
    """RFC 7932."""

    unused = b""

    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    @property
    def done(self) -> bool:
        return bool(self._inner.is_finished())

    @property
    def hungry(self) -> bool:
        return self.done or bool(self._inner.can_accept_more_data())

    def unpack(self, more: bytes, limit: int) -> bytes:
        return bytes(self._inner.process(more, output_buffer_limit=limit))


class _Zstd:
    """RFC 8878."""

    def __init__(self) -> None:
        self._inner = zstd.ZstdDecompressor(options=_ZSTD_WINDOW)

    @property
    def done(self) -> bool:
        return self._inner.eof

    @property
    def hungry(self) -> bool:
        return self.done or self._inner.needs_input

    @property
    def unused(self) -> bytes:
        return self._inner.unused_data

    def unpack(self, more: bytes, limit: int) -> bytes:
        return self._inner.decompress(more, limit)


_DECODERS: dict[str, Callable[[], _Decoder]] = {
    "gzip": _Zlib, "x-gzip": _Zlib, "deflate": _Zlib, "br": _Brotli, "zstd": _Zstd,
}  # fmt: skip
