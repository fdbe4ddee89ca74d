"""Options of the lexicon."""

from pydantic import Field

from awe.options import DataPath, Options


class LexiconOptions(Options):
    """How words become phones."""

    voice: str = Field(description="eSpeak NG voice of the language, e.g. pt-br, de, pl")
    dictionary: DataPath | None = Field(
        default=None,
        description="own pronunciations, one `word<TAB>phone phone ...` a line, path from the data root; they replace eSpeak's",
    )
    keep_stress: bool = Field(default=False, description="keep primary and secondary stress marks on vowels")
    foreign_words: bool = Field(
        default=True, description="keep words that eSpeak reads by the rules of another language; false: reject them"
    )
    spelt_words: bool = Field(
        default=True, description="keep words that eSpeak reads letter by letter, such as bmw; false: reject them"
    )
