import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from awe import audio
from awe.audio import AudioError, inspect, read_segment
from awe.errors import ToolError
from shorten_samples import shorten

RATE_HZ = 22_050


def sine(duration_s: float = 1.0, rate_hz: int = RATE_HZ, frequency_hz: float = 440.0) -> np.ndarray:
    samples: np.ndarray = 0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(round(duration_s * rate_hz)) / rate_hz)
    return samples


@pytest.mark.parametrize("name", ["a.wav", "ünï 'co;de' $(x).flac", "-v.ogg", "m.mp3"])
def test_any_file_becomes_16_khz_mono(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    soundfile.write(path, np.stack([sine(), 0 * sine()], axis=1), RATE_HZ)
    samples = read_segment(path)
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert abs(len(samples) / 16_000 - inspect(path).duration_s) < 1e-3
    middle = samples[4_000:12_000]
    frequencies = np.fft.rfftfreq(len(middle), 1 / 16_000)
    assert abs(frequencies[np.abs(np.fft.rfft(middle)).argmax()] - 440) < 3
    assert np.abs(middle).max() == pytest.approx(0.25, abs=0.02)  # the mean of 0.5 and silence


def test_a_segment_is_a_slice_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "long.flac"
    noise = np.random.default_rng(1).normal(0, 0.1, 16_000 * 3)
    soundfile.write(path, noise, 16_000)
    whole = read_segment(path)
    assert np.array_equal(read_segment(path, 0.5, 1.25), whole[8_000:28_000])
    assert np.array_equal(read_segment(path, 2.0), whole[32_000:])
    assert len(read_segment(path, 2.0, 1.04)) == 16_000  # rounded times may end just after the file
    assert inspect(path, 2.0, 1.04).duration_s == 1.0


def _write_bad(folder: Path) -> dict[str, Path]:
    bad = {
        reason: folder / f"{reason}.wav"
        for reason in (
            "audio_empty",
            "audio_unreadable",
            "audio_silent",
            "audio_too_short",
            "audio_too_long",
            "sample_rate_too_low",
        )
    }
    bad["audio_empty"].touch()
    bad["audio_unreadable"].write_bytes(b"no audio at all, just text" * 100)
    soundfile.write(bad["audio_silent"], np.full(16_000, 0.3), 16_000)  # a constant offset is silence too
    soundfile.write(bad["audio_too_short"], sine(0.05, 16_000), 16_000)
    soundfile.write(bad["audio_too_long"], sine(6, 16_000), 16_000)
    soundfile.write(bad["sample_rate_too_low"], sine(1, 6_000), 6_000)
    return bad | {"audio_missing": folder / "none.wav"}


def test_each_fault_has_its_reason(tmp_path: Path) -> None:
    for reason, path in _write_bad(tmp_path).items():
        with pytest.raises(AudioError, match=str(path)) as caught:
            inspect(path, min_duration_s=0.1, max_duration_s=5)
        assert caught.value.reason == reason


def test_damaged_files_are_unreadable(tmp_path: Path) -> None:
    header_only, not_numbers, truncated = tmp_path / "h.wav", tmp_path / "n.wav", tmp_path / "t.flac"
    soundfile.write(header_only, np.zeros(0), 16_000)
    soundfile.write(not_numbers, np.array([0.1, np.nan, 0.2]), 16_000, subtype="FLOAT")
    soundfile.write(truncated, np.random.default_rng(1).normal(0, 0.1, 64_000), 16_000)
    truncated.write_bytes(truncated.read_bytes()[:40_000])
    no_mp3 = tmp_path / "g.mp3"
    no_mp3.write_bytes(b"no audio at all, just text" * 100)
    with pytest.raises(AudioError, match=r"cannot be decoded \(no \.mp3 file inside\)"):
        inspect(no_mp3)
    for path, reason in [
        (header_only, "audio_empty"),
        (not_numbers, "audio_unreadable"),
        (truncated, "audio_unreadable"),
    ]:
        with pytest.raises(AudioError) as caught:
            inspect(path)
        assert caught.value.reason == reason


@pytest.mark.parametrize(("start_s", "duration_s"), [(-0.1, 0.5), (1.0, 0.5), (0.9, 0.5), (2.0, None)])
def test_segments_outside_their_file_are_refused(tmp_path: Path, start_s: float, duration_s: float | None) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, sine(), RATE_HZ)
    with pytest.raises(AudioError) as caught:
        read_segment(path, start_s, duration_s)
    assert caught.value.reason == "segment_outside_audio"


def test_headerless_and_shortened_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, shortened = tmp_path / "a.adc", tmp_path / "-x y;.adc.shn"
    expected = (sine(0.2, 16_000) * 32_767).astype("<i2")
    raw.write_bytes(expected.tobytes())
    shortened.write_bytes(shorten(expected.tolist()))
    assert np.array_equal(read_segment(raw), expected.astype(np.float32) / 32_768)

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        found = command[0] == "ffmpeg"
        return subprocess.CompletedProcess(command, 0 if found else 1, raw.read_bytes() if found else b"", b"no")

    monkeypatch.setattr("awe.shorten.shutil.which", lambda program: program)
    monkeypatch.setattr("awe.shorten.subprocess.run", run)
    assert np.array_equal(read_segment(shortened), read_segment(raw))  # shorten fails, ffmpeg succeeds
    monkeypatch.setattr("awe.shorten.shutil.which", lambda _: None)
    with pytest.raises(ToolError, match="install ffmpeg or shorten"):
        audio.inspect(shortened)
