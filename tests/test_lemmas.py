"""Lemmas from a dictionary and from the user's table, as the command writes them."""

from pathlib import Path

import pytest

from awe.cli import main
from awe.tables import read_table, table_from, write_table

WORDS = ["tysiące", "tysięcy", "xyzqw", "null"]


def find(folder: Path, options: str) -> int:
    rows = [
        {"token_id": word, "utterance_id": "u", "speaker_id": "s", "word": word, "phones": ["a"],
         "start_s": 0.0, "end_s": 1.0, "split": "test"}
        for word in WORDS
    ]  # fmt: skip
    write_table(table_from("tokens", rows), "tokens", folder / "tokens.parquet")
    return main(
        ["lemmas", "--options", options, "--tokens", str(folder / "tokens.parquet"), "--data-root", str(folder),
         "--output", str(folder / "lemmas.parquet")]
    )  # fmt: skip


def found(folder: Path) -> dict[str, str]:
    frame = read_table("lemmas", folder / "lemmas.parquet")
    return dict(zip(frame["word"], frame["lemma"], strict=True))


def test_dictionary(tmp_path: Path) -> None:
    assert find(tmp_path, '{"source": "simplemma", "options": {"language": "pl"}}') == 0
    lemmas = found(tmp_path)
    assert lemmas["tysiące"] == lemmas["tysięcy"] == "tysiąc"
    assert "xyzqw" not in lemmas


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_own_table_is_normalised_as_transcripts_are(tmp_path: Path, delimiter: str) -> None:
    rows = "\ufefflemma,word\nx,null\nTysiąc,Tysięcy\ntysiąc,tysięcy\nother,unused\n,xyzqw\n"
    (tmp_path / "own.csv").write_text(rows.replace(",", delimiter), encoding="utf-8")
    assert find(tmp_path, '{"source": "table", "options": {"path": "own.csv"}}') == 0
    assert found(tmp_path) == {"null": "x", "tysięcy": "tysiąc"}


def test_no_lemmas_by_default(tmp_path: Path) -> None:
    assert find(tmp_path, "{}") == 0
    assert found(tmp_path) == {}


@pytest.mark.parametrize(
    ("options", "content", "message"),
    [
        ('{"source": "simplemma", "options": {"language": "xx"}}', b"", "simplemma has no dictionary of 'xx'"),
        ('{"source": "nobody"}', b"", "choose one of none, simplemma, table"),
        ('{"source": "table", "options": {"path": "no.csv"}}', b"", "no.csv: there is no such file"),
        ('{"source": "table", "options": {"path": "../own.csv"}}', b"", "must be a path inside the data root"),
        ('{"source": "table", "options": {"path": "own.csv"}}', b"a,b\n1,2\n", "own.csv: needs a header"),
        (
            '{"source": "table", "options": {"path": "own.csv"}}',
            b"word,lemma\nnull,a\nnull,b\n",
            "line 3: 'null' has two",
        ),
        (
            '{"source": "table", "options": {"path": "own.csv"}}',
            b"word,lemma\n\xff,a\n",
            "cannot be read as CSV in UTF-8",
        ),
    ],
)
def test_errors_are_one_line(
    tmp_path: Path, options: str, content: bytes, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.csv").write_bytes(content)
    assert find(tmp_path, options) != 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert message in lines[0]
