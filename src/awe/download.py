"""Resumable downloads, checked against a SHA-256."""

import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

import requests
from filelock import FileLock

from awe.errors import ToolError
from awe.progress import say

_BLOCK_BYTES = 1 << 20
_TIMEOUT_S = 60


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def download(url: str, digest: str, folder: Path) -> Path:
    """Fetch `url` into `folder` unless it is there already, going on where an interrupted download stopped.

    Returns:
        the path of the file, whose SHA-256 is `digest`.

    Raises:
        ToolError: if the server does not deliver, or delivers something else than `digest` promises.

    """
    name = re.sub(r"[^\w.+-]", "_", urlsplit(url).path.rsplit("/", 1)[-1]).lstrip(".") or "download"
    path = folder / f"{digest[:12]}-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock"):
        if path.exists():
            return path
        part = path.with_name(f"{path.name}.part")
        _fetch(url, part)
        found = sha256(part)
        if found != digest.lower():
            part.unlink()
            raise ToolError(f"{url}: SHA-256 is {found}, not {digest}; correct sha256 or the address")
        part.replace(path)
    return path


def _fetch(url: str, part: Path) -> None:
    done = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={done}-"} if done else {}
    try:
        with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT_S) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                return  # all of it was there; the digest decides
            response.raise_for_status()
            append = response.status_code == requests.codes.partial_content
            say(f"downloading {url}" + (f" from byte {done}" if append else ""))
            with part.open("ab" if append else "wb") as handle:
                for block in response.iter_content(_BLOCK_BYTES):
                    handle.write(block)
    except requests.RequestException as error:
        raise ToolError(f"{url}: download failed ({error}); run again to go on where it stopped") from None
