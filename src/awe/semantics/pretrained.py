"""Pretrained fastText vectors, from a `.vec`, `.vec.gz` or `.bin` file or its address (paper section 4.2)."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from awe import options
from awe.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np

    from awe.text import TextOptions


class Options(options.Options):
    """A file below the data root, or an address with its SHA-256."""

    path: options.DataPath | None = Field(default=None, description="path from the data root; .vec, .vec.gz or .bin")
    url: str | None = Field(default=None, pattern="^https?://", description="address of such a file")
    sha256: str | None = Field(default=None, pattern="^[0-9a-fA-F]{64}$", description="needed with url")
    subwords: bool = Field(
        default=True,
        description="with a .bin, compose vectors of words that the model's vocabulary lacks from subwords, which gives"
        " nearly any string a vector, typos and names too; false: only words of its vocabulary have one, so that"
        " tokens.require_vector keeps words with a fastText vector only, as the authors' code does",
    )

    @model_validator(mode="after")
    def _one_source(self) -> "Options":
        if (self.path is None) == (self.url is None):
            raise ValueError("give either path or url")
        if (self.url is None) != (self.sha256 is None):
            raise ValueError("give sha256 with url, and only then")
        return self


def find_vectors(
    words: Sequence[str], options: Options, data_root: Path, text_options: "TextOptions", seed: int
) -> "dict[str, np.ndarray]":
    """Look the words up, reading the file as a stream so that memory is bounded by the words needed.

    With a `.bin`, words that the model lacks get the mean of their subwords' vectors, as in fastText, unless
    `options.subwords` forbids it.

    Args:
        words: word types.
        options: where the vectors are.
        data_root: folder of `options.path`; downloads go to its subfolder `downloads`.
        text_options: unused, the words are normalised already.
        seed: unused, nothing is random.

    Returns:
        vectors of shape (dimensions,), float32, of the words found.

    Raises:
        ConfigError: if the file is missing, damaged or of another format.
        ToolError: if it cannot be downloaded.

    """
    from awe.download import download
    from awe.semantics.fasttext_binary import read_binary
    from awe.semantics.fasttext_text import read_text

    del text_options, seed
    if options.url is not None and options.sha256 is not None:
        path = download(options.url, options.sha256, data_root / "downloads")
    else:
        path = data_root / str(options.path)
    if not path.is_file():
        raise ConfigError(f"semantics.options.path: there is no file {path}")
    if path.suffix == ".bin":
        return read_binary(path, words, compose=options.subwords)
    if path.name.endswith((".vec", ".vec.gz")):
        return read_text(path, words)
    raise ConfigError(f"semantics.options: {path} is none of .vec, .vec.gz, .bin")
