"""Word vectors: trained by fastText, or read from its files with bounded memory."""

import gzip
import hashlib
import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from gensim.models import FastText
from gensim.models.fasttext import load_facebook_vectors, save_facebook_model

from awe.download import download
from awe.errors import ConfigError, ToolError
from awe.semantics import pretrained, trained
from awe.synthesis.prose import read_prose
from awe.text import TextOptions, normalise

TEXT = TextOptions(numbers="pl")


def train(shortest: int, longest: int) -> FastText:
    sentences = [normalise(line, TEXT) for line in read_prose("pol")[:300]]
    return FastText(
        sentences=sentences, vector_size=12, epochs=1, bucket=500, min_count=2, min_n=shortest, max_n=longest, workers=1
    )


@pytest.mark.parametrize(("shortest", "longest"), [(3, 6), (2, 2), (1, 3)])
def test_binary_reader_equals_an_independent_one(tmp_path: Path, shortest: int, longest: int) -> None:
    path = tmp_path / "model.bin"
    save_facebook_model(train(shortest, longest), str(path))
    oracle = load_facebook_vectors(str(path))
    words = [*oracle.index_to_key[:200], "nieznanesłowo", "żółć", "ą"]
    found = pretrained.find_vectors(words, pretrained.Options(path="model.bin"), tmp_path, TEXT, 1)
    assert sorted(found) == sorted(set(words))
    for word in words:
        np.testing.assert_allclose(found[word], oracle[word], atol=1e-6)


def test_without_subwords_only_words_of_the_vocabulary_have_a_vector(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.bin"
    save_facebook_model(train(3, 6), str(path))
    oracle = load_facebook_vectors(str(path))
    known, unknown = oracle.index_to_key[:50], ["nieznanesłowo", "kuchnnia", "Kowalewska"]
    assert not set(unknown) & set(oracle.index_to_key)
    words = sorted([*known, *unknown])
    composed = pretrained.find_vectors(words, pretrained.Options(path="model.bin"), tmp_path, TEXT, 1)
    assert set(composed) == set(words)
    assert "50 of 53 words are in the vocabulary of model.bin, 3 composed of subwords" in capsys.readouterr().err
    own = pretrained.find_vectors(words, pretrained.Options(path="model.bin", subwords=False), tmp_path, TEXT, 1)
    assert set(own) == set(known)
    for word in known:
        np.testing.assert_array_equal(own[word], composed[word])
    assert "50 of 53 words are in the vocabulary of model.bin, 0 composed of subwords" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["v.vec", "v.vec.gz"])
def test_text_reader(tmp_path: Path, name: str) -> None:
    content = "3 2\nżółć 0.5 -1\nle 1 2\nżółć 9 9\n".encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    found = pretrained.find_vectors(["żółć", "fehlt"], pretrained.Options(path=name), tmp_path, TEXT, 1)
    assert {word: vector.tolist() for word, vector in found.items()} == {"żółć": [0.5, -1.0]}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("v.vec", b"2 3\nja 1 2\n"),
        ("v.vec", b"2 1\nja x\n"),
        ("v.vec", b"2 1\nja nan\n"),
        ("v.vec", b""),
        ("v.vec.gz", b"no gzip"),
        ("v.bin", b"\x00" * 200),
        ("v.bin", b""),
        ("v.txt", b""),
    ],
)
def test_damaged_files_are_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=name) as error:
        pretrained.find_vectors(["ja"], pretrained.Options(path=name), tmp_path, TEXT, 1)
    assert "\n" not in str(error.value)


def test_truncated_binary_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "cut.bin"
    save_facebook_model(train(3, 6), str(path))
    whole = path.read_bytes()
    for length in (50, 500, len(whole) // 2):
        path.write_bytes(whole[:length])
        with pytest.raises(ConfigError, match=r"cut\.bin"):
            pretrained.find_vectors(["i"], pretrained.Options(path="cut.bin"), tmp_path, TEXT, 1)


def test_training_is_reproducible_and_covers_unseen_words(tmp_path: Path) -> None:
    options = trained.Options(prose="pol", dimensions=16, epochs=2)
    first = trained.find_vectors(["kuchni", "nieznanesłowo", "ひらがな"], options, tmp_path, TEXT, 1)
    second = trained.find_vectors(["kuchni", "nieznanesłowo"], options, tmp_path, TEXT, 1)
    assert sorted(first) == ["kuchni", "nieznanesłowo"]  # nothing of the last word was ever trained
    for word, vector in first.items():
        np.testing.assert_array_equal(vector, second[word])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", folder
        running.shutdown()
        thread.join()


def test_download_is_checked_and_done_once(server: tuple[str, Path], tmp_path: Path) -> None:
    address, served = server
    (served / "v.vec").write_bytes(b"1 1\nja 2\n")
    digest = hashlib.sha256(b"1 1\nja 2\n").hexdigest()
    path = download(f"{address}/v.vec", digest, tmp_path / "got")
    (served / "v.vec").unlink()
    assert download(f"{address}/v.vec", digest, tmp_path / "got") == path
    with pytest.raises(ToolError, match="download failed"):
        download(f"{address}/gone.vec", digest, tmp_path / "got")
    (served / "other.vec").write_bytes(b"something else")
    with pytest.raises(ToolError, match="SHA-256"):
        download(f"{address}/other.vec", digest, tmp_path / "got")
