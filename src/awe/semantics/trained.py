"""Vectors trained by fastText on a text, by default the embedded prose."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from awe import options
from awe.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np

    from awe.text import TextOptions


class Options(options.Options):
    """The text, either `prose` shipped with the package or a `file`, and fastText's parameters."""

    prose: str | None = Field(default=None, pattern="^[a-z]{3}$", description="shipped prose: por, deu or pol")
    file: str | None = Field(default=None, description="plain text, a sentence a line, path from the data root")
    model: Literal["skipgram", "cbow"] = "skipgram"
    dimensions: int = Field(default=300, ge=1)
    epochs: int = Field(default=20, ge=1)
    learning_rate: float = Field(default=0.05, gt=0)
    window: int = Field(default=5, ge=1)
    negatives: int = Field(default=5, ge=1)
    minimum_count: int = Field(default=1, ge=1)
    minimum_subword: int = Field(default=3, ge=0, description="0 and 0: no subwords")
    maximum_subword: int = Field(default=6, ge=0)
    buckets: int = Field(default=50_000, ge=1, description="rows for subwords; fastText's own default is 2,000,000")

    @model_validator(mode="after")
    def _one_text(self) -> "Options":
        if (self.prose is None) == (self.file is None):
            raise ValueError("give either prose or file")
        return self


def find_vectors(
    words: Sequence[str], options: Options, data_root: Path, text_options: "TextOptions", work_folder: Path, seed: int
) -> "dict[str, np.ndarray]":
    """Train fastText and look the words up; words that the text lacks get the sum of their subwords.

    Args:
        words: word types.
        options: text and parameters.
        data_root: folder of `options.file`.
        text_options: the corpus's normalisation, applied to the text too.
        work_folder: for temporary files.
        seed: unused; fastText's own seed is fixed, and one thread makes it reproducible.

    Returns:
        vectors of shape (dimensions,), float32. Words without a single known subword are missing.

    Raises:
        ConfigError: if the text cannot be read or holds no word.

    """
    import fasttext
    import numpy as np

    from awe.synthesis.prose import read_prose
    from awe.text import normalise

    del seed
    if options.prose is not None:
        lines = read_prose(options.prose)
    else:
        lines = _read_lines(data_root / str(options.file))
    sentences = [" ".join(normalise(line, text_options)) for line in lines]
    training_text = work_folder / "text.txt"
    training_text.write_text("\n".join(filter(None, sentences)) + "\n", encoding="utf-8")
    if not any(sentences):
        raise ConfigError("semantics.options: the text holds no word")
    try:
        model = fasttext.train_unsupervised(
            str(training_text),
            model=options.model,
            dim=options.dimensions,
            epoch=options.epochs,
            lr=options.learning_rate,
            ws=options.window,
            neg=options.negatives,
            minCount=options.minimum_count,
            minn=options.minimum_subword,
            maxn=options.maximum_subword,
            bucket=options.buckets,
            thread=1,
            verbose=0,
        )
    except RuntimeError as error:
        raise ConfigError(f"semantics.options: fastText failed ({error}); lower learning_rate or epochs") from None
    found = {word: np.asarray(model.get_word_vector(word), dtype=np.float32) for word in words}
    return {word: vector for word, vector in found.items() if np.any(vector)}


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"semantics.options.file: {path} cannot be read as UTF-8 text ({error})") from None
