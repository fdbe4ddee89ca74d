"""Decode `.shn` (Shorten) files, GlobalPhone's compression, through whichever installed program can.

GlobalPhone compressed samples without any header. `shorten` gives them back as they were; ffmpeg decodes the same stream,
but insists on a WAV header at its start, so it is handed one with such a header put in. sox cannot read Shorten.
"""

import io
import shutil
import struct
import subprocess
from pathlib import Path

from awe.errors import ToolError

TIMEOUT_S = 120
_MAGIC = b"ajkg"
_VERBATIM = 9  # the function that carries bytes of the original file's header


def decode(path: Path) -> io.BytesIO:
    """Return the file's headerless samples: 16 kHz, one channel, 16-bit little-endian.

    Raises:
        ToolError: if none of the programs is installed.
        RuntimeError: if none of the installed ones can decode this file.

    """
    # -xerror: without it, ffmpeg gives back a truncated file as if it were whole
    ffmpeg = ["ffmpeg", "-v", "error", "-xerror", "-f", "shn", "-i", "pipe:0", "-f", "s16le", "pipe:1"]
    # an absolute path cannot be taken for an option, however the file is called
    commands = (
        (["shorten", "-x", str(path.resolve()), "-"], None),
        (ffmpeg, with_wav_header),
    )
    installed = [(command, prepare) for command, prepare in commands if shutil.which(command[0])]
    if not installed:
        raise ToolError(f"{path}: to read .shn files install ffmpeg or shorten, or convert the corpus to WAV")
    problems = []
    for command, prepare in installed:
        given = prepare(path.read_bytes()) if prepare else b""
        try:
            result = subprocess.run(command, input=given, capture_output=True, check=False, timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            problems.append(f"{command[0]}: not done after {TIMEOUT_S} s")
            continue
        if result.returncode == 0 and result.stdout:
            return io.BytesIO(result.stdout)
        problems.append(f"{command[0]}: {result.stderr.decode(errors='replace').strip()[-100:]}")
    raise RuntimeError("; ".join(problems))


def with_wav_header(stream: bytes) -> bytes:
    """Put the header of a 16 kHz, 16-bit, one-channel WAV file into a Shorten stream, unless it has a header.

    The format (Robinson 1994) is a sequence of bits: parameters, then functions. The header goes, as the function
    "verbatim", before the first of these, and all that follows moves by its bits.

    Raises:
        RuntimeError: if this is no Shorten stream.

    """
    if not stream.startswith(_MAGIC) or len(stream) < 8:
        raise RuntimeError("no Shorten file: it does not start with 'ajkg'")
    bits = _Bits(stream[5:])
    *_, num_skipped = (bits.unsigned_long() for _ in range(6))  # type, channels, block size, order, means, skipped
    for _ in range(num_skipped):
        bits.unsigned(7)
    start = bits.position
    if bits.unsigned(2) == _VERBATIM:
        return stream
    header = _wav_header()
    inserted = _as_bits(_VERBATIM, 2) + _as_bits(len(header), 5) + "".join(_as_bits(byte, 8) for byte in header)
    changed = bits.text[:start] + inserted + bits.text[start:]
    changed += "0" * (-len(changed) % 32)
    return stream[:5] + int(changed, 2).to_bytes(len(changed) // 8, "big")


def _wav_header() -> bytes:
    """Header of a WAV file of unknown length."""
    form = struct.pack("<HHIIHH", 1, 1, 16_000, 32_000, 2, 16)
    return b"RIFF\xff\xff\xff\xffWAVEfmt " + struct.pack("<I", len(form)) + form + b"data\xff\xff\xff\xff"


def _as_bits(value: int, size: int) -> str:
    """Shorten's code of an unsigned number: its high bits in unary, ended by a 1, then `size` low bits."""
    return "0" * (value >> size) + "1" + f"{value & ((1 << size) - 1):0{size}b}"


class _Bits:
    """Reads Shorten's codes from the start of a stream."""

    def __init__(self, content: bytes) -> None:
        self.text = f"{int.from_bytes(content, 'big'):0{8 * len(content)}b}"
        self.position = 0

    def unsigned(self, size: int) -> int:
        end = self.text.find("1", self.position)
        if end < 0 or end + 1 + size > len(self.text):
            raise RuntimeError("no Shorten file: it ends within its first values")
        low = self.text[end + 1 : end + 1 + size]
        value = ((end - self.position) << size) + int(low or "0", 2)
        self.position = end + 1 + size
        return value

    def unsigned_long(self) -> int:
        return self.unsigned(self.unsigned(2))
