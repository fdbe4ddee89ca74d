"""Vectors trained by fastText on a text, by default the embedded prose.

The implementation is gensim's: the original leaves most of its input matrix uninitialised when it runs in one thread,
so that equal runs differ.
"""

from collections import Counter
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
    file: options.DataPath | None = Field(
        default=None, description="plain text, a sentence a line, path from the data root"
    )
    model: Literal["skipgram", "cbow"] = Field(default="skipgram", description="fastText's two kinds of training")
    dimensions: int = Field(default=300, ge=1, description="length of a vector")
    epochs: int = Field(default=50, ge=1, description="how many times the text is read")
    learning_rate: float = Field(default=0.025, gt=0, description="at the start; it falls to 0")
    window: int = Field(default=5, ge=1, description="words on each side that a word is predicted from")
    negatives: int = Field(default=5, ge=1, description="random words against each true one")
    sampling_threshold: float = Field(
        default=1e-3, ge=0, description="relative frequency above which words are thinned"
    )
    minimum_count: int = Field(default=1, ge=1, description="rarer words get no vector of their own")
    minimum_subword: int = Field(default=3, ge=0, description="letters of the shortest subwords")
    maximum_subword: int = Field(default=6, ge=0, description="letters of the longest subwords; 0: no subwords")
    buckets: int = Field(default=50_000, ge=1, description="rows for subwords; fastText's own default is 2,000,000")

    @model_validator(mode="after")
    def _one_text(self) -> "Options":
        if (self.prose is None) == (self.file is None):
            raise ValueError("give either prose or file")
        return self


def find_vectors(
    words: Sequence[str], options: Options, data_root: Path, text_options: "TextOptions", seed: int
) -> "dict[str, np.ndarray]":
    """Train fastText and look the words up; words that the text lacks get the mean of their subwords.

    Args:
        words: word types.
        options: text and parameters.
        data_root: folder of `options.file`.
        text_options: the corpus's normalisation, applied to the text too.
        seed: seed of the training; one thread makes it reproducible.

    Returns:
        vectors of shape (dimensions,), float32. Words without a single known subword are missing.

    Raises:
        ConfigError: if the text cannot be read or holds no word.

    """
    import numpy as np
    from gensim.models import FastText

    from awe.progress import say
    from awe.synthesis.prose import read_prose
    from awe.text import normalise

    lines = read_prose(options.prose) if options.prose is not None else _read_lines(data_root / str(options.file))
    sentences = list(filter(None, (normalise(line, text_options) for line in lines)))
    frequent = Counter(word for sentence in sentences for word in sentence)
    if not any(count >= options.minimum_count for count in frequent.values()):
        raise ConfigError("semantics.options: no word of the text occurs minimum_count times")
    model = FastText(
        sentences=sentences,
        sg=int(options.model == "skipgram"),
        vector_size=options.dimensions,
        epochs=options.epochs,
        alpha=options.learning_rate,
        window=options.window,
        negative=options.negatives,
        min_count=options.minimum_count,
        min_n=options.minimum_subword,
        max_n=options.maximum_subword,
        bucket=options.buckets,
        sample=options.sampling_threshold,
        workers=1,
        seed=seed,
    )
    in_text = sum(word in model.wv.key_to_index for word in words)
    say(f"{in_text} of {len(words)} words occur in the text; the vectors of the others are of their spelling alone")
    known = {part for word in frequent for part in subwords(word, options)}
    return {
        word: np.array(model.wv[word], np.float32)
        for word in words
        if word in model.wv.key_to_index or not known.isdisjoint(subwords(word, options))
    }


def subwords(word: str, options: Options) -> set[str]:
    """Character n-grams of `<word>` that fastText gives a vector."""
    marked = f"<{word}>"
    lengths = range(options.minimum_subword, options.maximum_subword + 1) if options.maximum_subword else ()
    return {marked[at : at + length] for length in lengths for at in range(len(marked) - length + 1)}


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"semantics.options.file: {path} cannot be read as UTF-8 text ({error})") from None
