"""Real Shorten streams, written for tests: the codes that GlobalPhone's files are made of."""

from collections.abc import Sequence

BLOCK_SIZE = 256
_DIFFERENCES, _QUIT, _BLOCK_SIZE, _VERBATIM = 1, 4, 5, 9


def shorten(samples: Sequence[int], header: bytes = b"") -> bytes:
    """Compress 16-bit samples of one channel losslessly, version 2, little-endian, with differences of order 1.

    `header` are bytes of the original file before its samples; GlobalPhone's files have none.
    """
    bits = "".join(_long(value) for value in (5, 1, BLOCK_SIZE, 0, 0, 0))
    if header:
        bits += _unsigned(_VERBATIM, 2) + _unsigned(len(header), 5) + "".join(_unsigned(byte, 8) for byte in header)
    last = 0
    for start in range(0, len(samples), BLOCK_SIZE):
        block = samples[start : start + BLOCK_SIZE]
        if len(block) < BLOCK_SIZE:
            bits += _unsigned(_BLOCK_SIZE, 2) + _long(len(block))
        differences = [after - before for before, after in zip([last, *block], block, strict=False)]
        last = block[-1]
        size = max(sum(map(abs, differences)) // len(block), 1).bit_length()
        bits += _unsigned(_DIFFERENCES, 2) + _unsigned(size, 3) + "".join(_signed(value, size) for value in differences)
    bits += _unsigned(_QUIT, 2)
    bits += "0" * (-len(bits) % 32)
    return b"ajkg\x02" + int(bits, 2).to_bytes(len(bits) // 8, "big")


def _unsigned(value: int, size: int) -> str:
    return "0" * (value >> size) + "1" + (format(value, "b").zfill(size)[-size:] if size else "")


def _signed(value: int, size: int) -> str:
    return _unsigned(value << 1 if value >= 0 else (~value << 1) | 1, size + 1)


def _long(value: int) -> str:
    size = value.bit_length()
    return _unsigned(size, 2) + _unsigned(value, size)


def unshorten(stream: bytes) -> tuple[bytes, list[int]]:
    """Decode, bit by bit, what `shorten` writes: the header's bytes and the samples."""
    bits = iter(f"{int.from_bytes(stream[5:], 'big'):0{8 * len(stream[5:])}b}")

    def unsigned(size: int) -> int:
        high = 0
        while next(bits) == "0":
            high += 1
        return int(format(high, "b") + "".join(next(bits) for _ in range(size)), 2)

    def signed(size: int) -> int:
        value = unsigned(size + 1)
        return ~(value >> 1) if value & 1 else value >> 1

    def long() -> int:
        return unsigned(unsigned(2))

    assert [long() for _ in range(6)] == [5, 1, BLOCK_SIZE, 0, 0, 0]
    header, samples, block_size = b"", [0], BLOCK_SIZE
    while (function := unsigned(2)) != _QUIT:
        if function == _VERBATIM:
            header += bytes(unsigned(8) for _ in range(unsigned(5)))
        elif function == _BLOCK_SIZE:
            block_size = long()
        else:
            assert function == _DIFFERENCES
            size = unsigned(3)
            for _ in range(block_size):
                samples.append(samples[-1] + signed(size))
    return header, samples[1:]
