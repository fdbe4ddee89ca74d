"""GlobalPhone's own: compressed recordings, letters written in ASCII."""

import json
import shutil
import wave
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awe.audio import read_segment
from awe.cli import main
from awe.corpora.globalphone_romanised import Language, from_romanised
from awe.shorten import with_wav_header
from awe.tables import read_table
from corpus_samples import SAMPLES, speak, write
from shorten_samples import BLOCK_SIZE, shorten, unshorten


def _ingest(root: Path, *more: str) -> int:
    tables = [
        argument for name in ("utterances", "reference", "rejects") for argument in (f"--{name}", str(root / name))
    ]
    return main(["corpus", "--reader", "globalphone", "--data-root", str(root), *tables, *more])


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.lists(st.integers(-(2**15), 2**15 - 1), min_size=1, max_size=3 * BLOCK_SIZE))
def test_a_header_put_into_a_shorten_stream_leaves_the_samples_alone(samples: list[int]) -> None:
    header, found = unshorten(with_wav_header(shorten(samples)))
    assert found == samples
    with wave.open(BytesIO(header)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (16_000, 2, 1)
    with_header = shorten(samples, header)
    assert unshorten(with_header) == (header, samples)
    assert with_wav_header(with_header) == with_header


@pytest.mark.parametrize("content", [b"", b"RIFF" + bytes(50), b"ajkg\x02", b"ajkg\x02" + bytes(50)])
def test_what_is_no_shorten_stream_is_refused(content: bytes) -> None:
    with pytest.raises(RuntimeError, match="no Shorten file"):
        with_wav_header(content)


def test_compressed_recordings_are_read_by_the_real_program(tmp_path: Path) -> None:
    if not shutil.which("ffmpeg") and not shutil.which("shorten"):
        pytest.skip("neither ffmpeg nor shorten is on the PATH")
    samples = np.random.default_rng(1).normal(0, 3000, 24_123).astype(np.int16)
    for number, content in enumerate([shorten(samples.tolist()), shorten(samples.tolist())[:9000], b"ajkg"], start=1):
        path = tmp_path / "adc" / "001" / f"PO001_{number}.adc.shn"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    write(tmp_path / "trl" / "PO001.trl", ";SprecherID 001\n; 1:\nsim\n; 2:\nnão\n; 3:\ntalvez\n")
    assert _ingest(tmp_path) == 0
    utterances = read_table("utterances", tmp_path / "utterances").set_index("utterance_id")
    assert utterances["duration_s"]["PO001_1"] == pytest.approx(24_123 / 16_000)
    np.testing.assert_array_equal(
        read_segment(tmp_path / utterances["audio_path"]["PO001_1"]) * 2**15, samples.astype(np.float32)
    )
    rejects = read_table("rejects", tmp_path / "rejects")
    assert list(zip(rejects["item_id"], rejects["reason"], strict=True)) == [
        ("PO001_2", "audio_unreadable"),
        ("PO001_3", "audio_unreadable"),
    ]


def test_without_a_program_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "adc" / "001" / "PO001_1.adc.shn", "ajkg")
    write(tmp_path / "trl" / "PO001.trl", ";SprecherID 001\n; 1:\nsim\n")
    monkeypatch.setattr("awe.shorten.shutil.which", lambda _: None)
    assert _ingest(tmp_path) == 2
    assert "install ffmpeg or shorten" in capsys.readouterr().err


def test_converted_recordings_and_transcripts_in_ascii(tmp_path: Path) -> None:
    folder = tmp_path / "GlobalPhone" / "Polish"
    for name in ("PL001_1", "PL001_2", "PL002_1"):
        speak(folder / "wav" / name[2:5] / f"{name}.wav")
    write(folder / "rmn" / "PL001.rmn", ";SprecherID 001\n; 1:\nz0o1l1ta sukienka\n; 2:\ndziewie~c1\n", "ascii")
    write(folder / "trl" / "PL001.trl", ";SprecherID 001\n; 1:\nsomething else\n", "ascii")
    options = {"folder": "GlobalPhone/Polish", "audio_folder": "wav", "transcripts": "rmn", "romanised": "polish"}
    assert _ingest(tmp_path, "--options", json.dumps(options)) == 0
    utterances = read_table("utterances", tmp_path / "utterances")
    assert dict(zip(utterances["utterance_id"], utterances["text"], strict=True)) == {
        "PL001_1": "żółta sukienka",
        "PL001_2": "dziewięć",
    }
    assert list(utterances["audio_path"]) == [f"GlobalPhone/Polish/wav/001/PL001_{number}.wav" for number in (1, 2)]
    assert list(read_table("rejects", tmp_path / "rejects")["reason"]) == ["transcript_missing"]


def test_facts_about_speakers_stand_beside_their_hours(tmp_path: Path) -> None:
    options = json.dumps(SAMPLES["globalphone"](tmp_path).options)
    assert _ingest(tmp_path, "--options", options, "--speakers", str(tmp_path / "speakers.csv")) == 0
    assert (tmp_path / "speakers.csv").read_text(encoding="utf-8").splitlines() == [
        "speaker_id,official_split,utterances,hours,age,native place,sex",
        "PO001,,2,0.0003,24,São Luís,female",
        "PO002,,1,0.0001,,,male",
    ]


@pytest.mark.parametrize(
    ("language", "written", "expected"),
    [
        ("portuguese", "Na~o ac:a~o A+gua a: E^xito lingu^ic:a", "Não ação Água à Êxito lingüiça"),
        ("german", "~Uber die Stra~se ~A~o", "Über die Straße Äö"),
        ("polish", "Z0o1l1w L1o1dz1 wie~kszos1c1 Franc2ois", "Żółw Łódź większość François"),
    ],
)
def test_romanised_letters_come_back(language: Language, written: str, expected: str) -> None:
    assert from_romanised(written, language) == expected
