"""SHA-256 of a file, and one inside the file that it guards, so that not one altered byte goes unnoticed.

A file that holds the text `PLACEHOLDER` somewhere is sealed by the SHA-256 of all its bytes in the placeholder's stead.
"""

import hashlib
import re
from pathlib import Path

PLACEHOLDER = "sha256:" + "0" * 64
_SEAL = re.compile(rb"sha256:[0-9a-f]{64}")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(content: bytes) -> bytes:
    """Put the checksum of the whole content where its last placeholder is.

    Raises:
        ValueError: if there is no placeholder.

    """
    before, found, after = content.rpartition(PLACEHOLDER.encode())
    if not found:
        raise ValueError("the content has no placeholder for its checksum")
    return before + _checksum(before, after) + after


def check(content: bytes) -> None:
    """Return if content is as it was sealed.

    Raises:
        ValueError: if a byte of it has changed, or it has no checksum.

    """
    seals = list(_SEAL.finditer(content))
    if not seals:
        raise ValueError("it has no checksum")
    whole = memoryview(content)  # whose slices are no copies
    if seals[-1][0] != _checksum(whole[: seals[-1].start()], whole[seals[-1].end() :]):
        raise ValueError("its checksum is another")


def _checksum(before: bytes | memoryview, after: bytes | memoryview) -> bytes:
    digest = hashlib.sha256(before)
    digest.update(PLACEHOLDER.encode())
    digest.update(after)
    return b"sha256:" + digest.hexdigest().encode()
