"""Resumable downloads, checked against a SHA-256."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import requests
from filelock import FileLock

from awe.checksum import sha256
from awe.errors import ToolError
from awe.progress import say, track

_BLOCK_BYTES = 1 << 16  # of a block that breaks off nothing is kept
_TIMEOUT_S = 60


def download(url: str, digest: str, folder: Path) -> Path:
    """Fetch `url` into `folder` unless it is there already, see `fetch`.

    Returns:
        the path of the file, whose SHA-256 is `digest`.

    Raises:
        ToolError: if the server does not deliver, or delivers something else than `digest` promises.

    """
    path = folder / f"{digest[:12]}-{file_name(url)}"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock"):
        if not path.exists():
            fetch(url, digest, path)
    return path


def file_name(url: str) -> str:
    """Last part of an address as a harmless name of a file."""
    return re.sub(r"[^\w.+-]", "_", urlsplit(url).path.rsplit("/", 1)[-1]).lstrip(".") or "download"


def fetch(url: str, digest: str, path: Path) -> str:
    """Fetch `url` to `path`, going on where an interrupted download stopped; the file appears whole or not at all.

    A transfer that breaks off is taken up again as long as each attempt brings something new.

    Args:
        url: address, http or https.
        digest: SHA-256 that the file must have; "" if it is unknown.
        path: where the file will be; `<path>.part` holds what has come so far.

    Returns:
        the file's SHA-256.

    Raises:
        ToolError: if the server does not deliver, or delivers something else than `digest` promises.

    """
    part = path.with_name(f"{path.name}.part")
    while True:
        before = _size(part)
        try:
            _transfer(url, part)
        except requests.RequestException as error:
            if _size(part) > before:
                say(f"{url}: broke off after {_size(part)} bytes; going on")
                continue
            raise ToolError(f"{url}: download failed ({error}); run again to go on where it stopped") from None
        break
    found = sha256(part)
    if digest and found != digest.lower():
        part.unlink()
        raise ToolError(f"{url}: SHA-256 is {found}, not {digest}; correct sha256 or the address")
    part.replace(path)
    _version_of(part).unlink(missing_ok=True)
    return found


def _transfer(url: str, part: Path) -> None:
    """Append what is missing of `part`, or write it anew if the server has another file by now or gives no parts."""
    done, version = _size(part), _version_of(part)
    headers = {"Accept-Encoding": "identity"}
    if done:
        headers["Range"] = f"bytes={done}-"
        if version.exists():
            headers["If-Range"] = version.read_text(encoding="ascii")
    with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT_S) as response:
        extent = response.headers.get("Content-Range", "")
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            if extent.rpartition("/")[2] in {str(done), "", "*"}:
                return  # all of it was there; the digest decides
            part.unlink()
            raise requests.RequestException("the server has another file than before")
        response.raise_for_status()
        append = response.status_code == requests.codes.partial_content
        if append and not extent.startswith(f"bytes {done}-"):
            raise requests.RequestException(f"asked for the bytes from {done}, got {extent or 'others'}")
        if not append:
            version.write_text(_validator(response), encoding="ascii", errors="ignore")
        say(f"downloading {url}" + (f" from byte {done}" if append else ""))
        length = response.headers.get("Content-Length", "")
        blocks = -(-int(length) // _BLOCK_BYTES) if length.isdecimal() else None
        with part.open("ab" if append else "wb") as handle:
            for block in track(response.iter_content(_BLOCK_BYTES), f"{file_name(url)}, blocks of 64 KiB", blocks):
                handle.write(block)


def _version_of(part: Path) -> Path:
    """File that names which version of the server's file a `.part` is a part of."""
    return part.with_name(f"{part.name}.version")


def _validator(response: requests.Response) -> str:
    """Return what `If-Range` can ask for: a strong entity tag, else the time of the last change, else nothing."""
    tag = response.headers.get("ETag", "")
    return tag if tag.startswith('"') else response.headers.get("Last-Modified", "")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
