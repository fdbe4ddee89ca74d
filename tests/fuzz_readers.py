"""Fuzz the readers: damage good files at random and read them; the law is one line of error or right values.

    python tests/fuzz_readers.py --seconds 3600               # all targets in turn, findings are printed
    python tests/fuzz_readers.py --case corpus-kaldi:1234     # one case again, with its traceback

A finding is any exception but AweError, an error of several lines, more than `LIMIT_S` seconds, a crash of the
process, a file opened outside the case's folder, a started program or an unpickled class.
"""

import argparse
import collections
import contextlib
import io
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from awe.checksum import PLACEHOLDER, seal
from awe.errors import AweError
from fuzz_targets import TARGETS, Target

LIMIT_S = 20  # of processor time
MEMORY_BYTES = 12 << 30
CASES_A_PROCESS = 50
NASTY = [
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc3", b"\r", b"\n", b"\r\n", b"\x1b[31m", b"\x85", b"\xe2\x80\xa8",
    b"nan", b"inf", b"-inf", b"1e999", b"-1", b"9" * 30, b"9" * 5000, b"0x10", b"1_000", b"\xd9\xa1", b"", b" ", b"\t", b",", b"|",
    b'"', b"'", b"\\", b"..", b"../../../../etc/passwd", b"/etc/passwd", b"$(touch escaped)", b";touch escaped;", b"-rf", b"<script>",
    b"null", b"true", b"[]", b"{}", b"[[", b"!!python/object/apply:os.system [touch escaped]", b"%s%n{0}", b"\xf0\x9f\x98\x80", b"E\xcc\x81",
]  # fmt: skip
ENCODINGS = ["utf-16", "utf-8-sig", "iso-8859-1", "utf-16-be", "utf-32", "cp1252", "utf-7"]

Change = Callable[[bytes, random.Random], bytes]


def flip(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 1, 4, 32])):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def overwrite(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    with_what = chance.choice([b"\0", b"\xff", b"\x7f", b"\x80"]) * chance.choice([1, 2, 4, 8, 64])
    return content[:at] + with_what + content[at + len(with_what) :]


def truncate(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def insert(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice([*NASTY, chance.randbytes(8)]) + content[at:]


def replace_word(content: bytes, chance: random.Random) -> bytes:
    """Put something nasty in the place of a number, a word or a field."""
    words = list(re.finditer(rb"[^\s,;|:\"'=\[\]{}]+", content[: 1 << 16]))
    if not words:
        return content
    word = chance.choice(words)
    return content[: word.start()] + chance.choice(NASTY) + content[word.end() :]


def repeat_or_drop(content: bytes, chance: random.Random) -> bytes:
    first, last = sorted((chance.randrange(len(content) + 1), chance.randrange(len(content) + 1)))
    return content[:first] + content[first:last] * chance.choice([0, 2, 3, 50]) + content[last:]


def change_encoding(content: bytes, chance: random.Random) -> bytes:
    return content.decode(errors="replace").encode(chance.choice(ENCODINGS), errors="replace")


CHANGES: list[Change] = [
    flip,
    flip,
    overwrite,
    truncate,
    insert,
    replace_word,
    replace_word,
    repeat_or_drop,
    change_encoding,
]


def damage(folder: Path, chance: random.Random) -> None:
    """Change one or two of the files."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for _ in range(chance.choice([1, 1, 2])):
        path = chance.choice(files)
        if path.is_dir():
            continue
        before = path.read_bytes() if path.is_file() else b""
        content = before
        for _ in range(chance.choice([1, 1, 2, 5])):
            content = chance.choice(CHANGES)(content, chance)
        if path.suffix in {".parquet", ".safetensors"} and chance.random() < 0.7:
            content = seal_again(content) if path.suffix == ".safetensors" else content
        path.unlink(missing_ok=True)
        whole = chance.random()
        if whole < 0.02:
            path.mkdir()
        elif whole < 0.04:
            continue  # it is gone
        elif whole < 0.06:
            other = chance.choice(files)
            path.write_bytes(other.read_bytes() if other.is_file() else b"")
        else:
            path.write_bytes(content)


def seal_again(content: bytes) -> bytes:
    """Make the checksum right, as somebody would who means harm."""
    open_again = re.sub(rb"sha256:[0-9a-f]{64}", PLACEHOLDER.encode(), content)
    try:
        return seal(open_again)
    except ValueError:
        return content


class Watch:
    """Notes what is opened or started while a case is read."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.seen: list[str] = []
        places = [
            *filter(None, sys.path),
            sys.prefix,
            sys.base_prefix,
            Path(__file__).resolve().parents[1],
            "/usr",
            "/lib",
            "/proc",
            "/sys",
            "/dev",
        ]
        self.allowed = tuple(str(place) for place in places)
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.folder is None:
            return
        if event in {
            "subprocess.Popen",
            "os.system",
            "os.exec",
            "os.posix_spawn",
            "pickle.find_class",
            "socket.connect",
        }:
            self.seen.append(f"{event} {arguments!r}"[:200])
        elif event in {"open", "os.mkdir", "os.rename", "os.remove", "os.symlink"} and isinstance(
            arguments[0], str | bytes
        ):
            path = os.fsdecode(arguments[0])
            # what is opened relative to a folder's descriptor cannot be told from here; see the end of `run_cases`
            if path.startswith("/") and not path.startswith((str(self.folder), *self.allowed)):
                self.seen.append(f"{event} {path}")


class OverTimeError(Exception):
    """A case took too long."""


def _over_time(_: int, __: FrameType | None) -> None:
    raise OverTimeError


def read_case(target: Target, folder: Path, watch: Watch | None = None) -> str:
    """Read damaged files; what broke the law, or nothing."""
    signal.signal(signal.SIGPROF, _over_time)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_S)
    if watch:
        watch.folder, watch.seen = folder, []
    errors = io.StringIO()
    try:
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            target.read(folder)
    except (IsADirectoryError, FileNotFoundError) as error:  # the command line makes one line of these
        return "" if error.filename else traceback.format_exc()
    except AweError as error:
        lines = [str(error), *errors.getvalue().splitlines()]
        if any("\n" in line or "Traceback" in line for line in lines):
            return f"several lines: {lines!r}"[:500]
    except OverTimeError:
        return f"more than {LIMIT_S} s\n{traceback.format_exc()}"
    except BaseException:  # noqa: BLE001 -- all others are findings
        return traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        if watch:
            watch.folder = None
    return f"touched {watch.seen[:3]}" if watch and watch.seen else ""


@contextlib.contextmanager
def case_folder(good: Path, seed: str) -> Iterator[Path]:
    """A damaged copy of good files."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name).resolve() / "case"
        shutil.copytree(good, folder)
        damage(folder, random.Random(seed))
        yield folder


def run_cases(name: str, first: int, count: int, connection: Any) -> None:
    """Run cases in this process, telling the number of each before it, and what it found after it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    with tempfile.TemporaryDirectory(prefix="fuzz-good-") as good_name:
        good = Path(good_name).resolve()
        os.chdir(good)
        (good / "files").mkdir()
        target = TARGETS[name]()
        target.make(good / "files")
        if name != "pickles":
            with case_folder(good / "files", "none") as folder:  # loads what is loaded once
                read_case(target, folder)
        watch = Watch()
        for number in range(first, first + count):
            connection.send((number, None))
            with case_folder(good / "files", f"{name}:{number}") as folder:
                found = read_case(target, folder, watch)
            if escaped := {path.name for path in good.iterdir()} - {"files"}:
                found = f"wrote {escaped}"
            connection.send((number, found))


def fuzz(name: str, first: int, count: int = CASES_A_PROCESS) -> tuple[int, list[tuple[int, str]]]:
    """Run cases in a process of their own; the number of cases done, and the findings."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=run_cases, args=(name, first, count, theirs))
    process.start()
    theirs.close()
    findings, under_way, done = [], None, 0
    while True:
        try:
            if not ours.poll(20 * LIMIT_S):
                process.kill()
                findings.append((under_way or first, "hangs"))
                break
            number, found = ours.recv()
        except EOFError:
            break
        under_way = number if found is None else None
        if found is not None:
            done += 1
        if found:
            findings.append((number, found))
    process.join()
    if under_way is not None and process.exitcode:
        findings.append((under_way, f"the process ended with {process.exitcode}"))
    elif process.exitcode:
        findings.append((first, f"the target could not be made ({process.exitcode})"))
    return done, findings


def kind_of(finding: str) -> str:
    """Equal findings have one kind: the exception and the last line of this package that it went through."""
    places = re.findall(r'File ".*?/src/awe/(\S+?)", line (\d+)', finding)
    last = re.sub(r"[\d'(].*", "", finding.strip().splitlines()[-1])
    return f"{last[:60]} @ {places[-1] if places else ''}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--only", nargs="+", default=sorted(TARGETS), help="targets")
    parser.add_argument("--case", help="TARGET:NUMBER, shows one case")
    arguments = parser.parse_args()
    if arguments.case:
        name, number = arguments.case.split(":")
        for _, found in fuzz(name, int(number), 1)[1]:
            print(found)
        return
    ends, first = time.monotonic() + arguments.seconds, arguments.first
    cases: collections.Counter[str] = collections.Counter()
    kinds: collections.Counter[str] = collections.Counter()
    while time.monotonic() < ends:
        for name in arguments.only:
            done, findings = fuzz(name, first)
            cases[name] += done
            for number, found in findings:
                kind = f"{name.partition('-')[0]} {kind_of(found)}"
                kinds[kind] += 1
                if kinds[kind] == 1:
                    print(f"--- {name}:{number}\n{found[-3000:]}", flush=True)
            if time.monotonic() > ends:
                break
        first += CASES_A_PROCESS
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{cases.total()} cases in {used.ru_utime + used.ru_stime:.0f} s of processor time ({dict(cases)})")
    for kind, count in kinds.most_common():
        print(f"{count:6d} {kind}")
    sys.exit(bool(kinds))


if __name__ == "__main__":
    main()
