"""Features: equal to the library's, cut like the authors' code, normalised, spread over shards."""

from types import ModuleType
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_speech_features import delta, get_filterbanks, mfcc

from awe.features import fbank
from awe.features import mfcc as mfcc_kind
from awe.features.options import FeatureOptions
from awe.features.shards import cut, featurise, speakers_of_shard, to_arrow
from awe.tables import SCHEMAS

NOISE = np.random.default_rng(1).standard_normal(16_000).astype(np.float32)


def test_mfcc_equals_the_library_frame_by_frame() -> None:
    ours = mfcc_kind.extract(NOISE, 16_000, mfcc_kind.Options())
    static = mfcc(NOISE, 16_000, nfft=512, winfunc=np.hamming)
    first = delta(static, 2)
    expected = np.concatenate([static, first, delta(first, 2)], axis=1)
    assert ours.shape == expected.shape == (99, 39)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", [mfcc_kind, fbank])
def test_every_kind_has_39_dimensions_and_keeps_time(kind: ModuleType) -> None:
    options = kind.Options()
    whole = kind.extract(NOISE, 16_000, options)
    later = kind.extract(NOISE[1600:], 16_000, options)
    assert whole.shape[1] == 39
    # ten frames later the same windows, but for deltas near the new edge and pre-emphasis of the first sample
    np.testing.assert_allclose(whole[16:90, :13], later[6:80, :13], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("window", ["rectangular", "hamming"])
def test_log_mel_energies_are_those_of_each_window_by_hand(window: Literal["rectangular", "hamming"]) -> None:
    found = fbank.extract(NOISE, 16_000, fbank.Options(window=window))
    emphasised = np.append(NOISE[0], NOISE[1:] - 0.97 * NOISE[:-1])
    filters = get_filterbanks(39, 512, 16_000)
    for frame in (0, 1, 50):
        samples = emphasised[frame * 160 :][:400] * (1 if window == "rectangular" else np.hamming(400))
        energies = filters @ (np.abs(np.fft.rfft(samples, 512)) ** 2 / 512)
        np.testing.assert_allclose(found[frame], np.log(energies), rtol=1e-4)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 90), st.integers(1, 60))
def test_cut_takes_the_frames_of_the_authors_code(first: int, count: int) -> None:
    frames = np.arange(100).reshape(100, 1)
    piece = cut(frames, first / 100, (first + count) / 100, 0.01)
    assert piece[:, 0].tolist() == list(range(first, min(first + count, 100)))


def test_cut_always_leaves_a_frame() -> None:
    frames = np.arange(10).reshape(10, 1)
    assert cut(frames, 0.055, 0.056, 0.01).tolist() == [[5]]
    assert cut(frames, 5.0, 5.1, 0.01).tolist() == [[9]]


def make_tokens(speakers: int, per_speaker: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [
        {
            "token_id": f"s{s}-u{n}:000",
            "utterance_id": f"s{s}-u{n}",
            "speaker_id": f"s{s}",
            "start_s": 0.1,
            "end_s": 0.5,
        }
        for s in range(speakers)
        for n in range(per_speaker)
    ]
    tokens = pd.DataFrame(rows)
    utterances = pd.DataFrame(
        {"utterance_id": tokens["utterance_id"], "audio_path": "x.wav", "start_s": 0.0, "duration_s": 1.0}
    )
    return tokens, utterances


@pytest.mark.parametrize("normalisation", ["none", "token", "speaker"])
def test_normalisation(normalisation: str) -> None:
    tokens, utterances = make_tokens(2, 3)
    seen = iter(range(100))

    def read_audio(_: str, _start_s: float, _duration_s: float) -> np.ndarray:
        return np.random.default_rng(next(seen)).standard_normal(16_000) * 0.1

    options = FeatureOptions.model_validate({"normalisation": normalisation})
    parts = list(featurise(tokens, utterances, read_audio, 16_000, mfcc_kind, options))
    assert [len(ids) for ids, _ in parts] == [3, 3]
    for _, pieces in parts:
        if normalisation == "token":
            np.testing.assert_allclose([piece.mean() for piece in pieces], 0, atol=1e-5)
            np.testing.assert_allclose([piece.std(axis=0) for piece in pieces], 1, atol=1e-4)
        elif normalisation == "speaker":
            together = np.concatenate(pieces)
            assert abs(together.mean()) < 0.2
            assert any(abs(piece.mean(axis=0)).max() > 0.01 for piece in pieces)
        else:
            assert abs(np.concatenate(pieces).mean(axis=0)).max() > 1
    table = to_arrow(*parts[0])
    assert table.schema.equals(SCHEMAS["features"])
    first = np.array(table["features"][0].as_py()).reshape(table["num_frames"][0].as_py(), 39)
    np.testing.assert_array_equal(first, parts[0][1][0])


def test_shards_hold_each_speaker_once_and_are_balanced() -> None:
    tokens, _ = make_tokens(10, 4)
    dealt = [speakers_of_shard(tokens, shard, 3) for shard in range(3)]
    assert sorted(speaker for speakers in dealt for speaker in speakers) == sorted(set(tokens["speaker_id"]))
    assert {len(speakers) for speakers in dealt} == {3, 4}
