"""Decode `.shn` (Shorten) files, GlobalPhone's compression, through whichever installed program can."""

import io
import shutil
import subprocess
from pathlib import Path

from awe.errors import ToolError

TIMEOUT_S = 120


def _commands(path: str) -> list[list[str]]:
    """Argument lists that write raw 16-bit little-endian samples to standard output, the surest program first."""
    raw = ["-t", "raw", "-r", "16000", "-e", "signed-integer", "-b", "16", "-c", "1", "-L"]
    return [
        ["shorten", "-x", path, "-"],
        ["ffmpeg", "-v", "error", "-nostdin", "-i", f"file:{path}", "-f", "s16le", "-ac", "1", "-ar", "16000", "-"],
        ["sox", path, *raw, "-"],
    ]


def decode(path: Path) -> io.BytesIO:
    """Return the file's headerless samples: 16 kHz, one channel, 16-bit little-endian.

    Raises:
        ToolError: if none of the programs is installed.
        RuntimeError: if none of the installed ones can decode this file.

    """
    # an absolute path cannot be taken for an option, however the file is called
    commands = [command for command in _commands(str(path.resolve())) if shutil.which(command[0])]
    if not commands:
        raise ToolError(f"{path}: to read .shn files install shorten, ffmpeg or sox, or convert the corpus to WAV")
    problems = []
    for command in commands:
        result = subprocess.run(command, capture_output=True, check=False, timeout=TIMEOUT_S)
        if result.returncode == 0 and result.stdout:
            return io.BytesIO(result.stdout)
        problems.append(f"{command[0]}: {result.stderr.decode(errors='replace').strip()[-100:]}")
    raise RuntimeError("; ".join(problems))
