"""Writing small files (JSON, text, pictures), each of them whole or not at all; asking whether one is there."""

import errno
import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write_bytes(content: bytes, path: Path) -> None:
    """Write a file atomically, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as handle:
        temporary = Path(handle.name)
    try:
        temporary.write_bytes(content)
        os.chmod(temporary, 0o644)  # noqa: PTH101 -- a temporary file starts as 0600
        temporary.replace(path)
    except OSError as error:  # a full disk has no name of its own, and the temporary file's would say nothing
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        temporary.unlink(missing_ok=True)


def is_file(path: Path) -> bool:
    """Whether there is such a file; a name longer than file systems take, as damaged lists hold, is none."""
    try:
        return path.is_file()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise


def write_text(content: str, path: Path) -> None:
    """Write a UTF-8 text file atomically."""
    write_bytes(content.encode(), path)


def write_json(content: Any, path: Path) -> None:
    """Write readable JSON atomically."""
    write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", path)
