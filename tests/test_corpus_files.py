"""Text files of corpora, read as a stream, are what they are when read whole."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from awe.corpora.files import open_text, read_csv, read_lines, read_text
from awe.errors import CorpusError

ENCODINGS = ("utf-8", "iso-8859-1", "ascii", "utf-16", "utf-16-be", "cp1252", "big5", "euc_jp", "iso2022_jp")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("text") / "file"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    content=st.binary(max_size=40)
    | st.builds(
        lambda text, encoding: text.encode(encoding, "replace"),
        st.text(st.sampled_from("aß\u20ac \t\r\n\x0b\x85\u2028\ufeff"), max_size=20),
        st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "iso-8859-1")),
    ),
    encoding=st.sampled_from(ENCODINGS),
)
@example(b"a\r\n\r\rb\n\r\n c", "utf-8")
@example(b"ab\x1b$zz\n", "iso2022_jp")
@example(b"\x8f\na\n", "euc_jp")
@example(b"\xff\xfea\x00\n\x00\x00\xd8", "utf-8")
def test_lines_come_as_from_the_whole_file(path: Path, content: bytes, encoding: str) -> None:
    path.write_bytes(content)
    lines = re.split(r"\r\n|\r|\n", read_text(path, encoding))
    expected = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    assert list(read_lines(path, encoding)) == expected
    with open_text(path, encoding, newline="") as file:
        assert file.read() == read_text(path, encoding)


def test_a_quotation_mark_without_end_is_one_line(path: Path) -> None:
    path.write_bytes(b'a,b\n1,"2\n' + b"3,4\n" * (1 << 22))
    with pytest.raises(CorpusError, match=f"{path}: cannot be read as a table"):
        list(read_csv(path, "utf-8"))
