import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from awe.errors import ConfigError
from awe.options import parse_options
from awe.text import Sign, TextOptions, normalise


@pytest.mark.parametrize(
    ("numbers", "text", "expected"),
    [
        ("de", "Am 3. Oktober: »Straße« – Schiff\u00adfahrt!", "am drei oktober straße schifffahrt"),
        ("de", "1.000,5 kg", "eintausend komma fünf kg"),
        ("de", "2.50 12.03.2020", "zwei komma fünf zwölf drei zweitausendzwanzig"),
        ("de", "1\u202f000\u202f000 E-Mails, 1990er", "eine million e mails eintausendneunhundertneunzig er"),
        ("de", "007", "null null sieben"),
        ("pl", "W 1939 r. było 2,5", "w tysiąc dziewięćset trzydzieści dziewięć r było dwa przecinek pięć"),
        ("pl", "4th 0º", "czwarty zero"),
        ("pt_BR", "1º e 21ª, d’água “olá” ‘fim’", "primeiro e vigésima primeira d'água olá fim"),
        (
            "en",
            "The 22nd: $1,000.5; rock 'n' roll don't",
            "the twenty second one thousand point five rock n roll don't",
        ),
        ("en", "10" * 10, " ".join(["one zero"] * 10)),
        (None, "A4 mp3 42", "a4 mp3 42"),
        (None, "שלום, \u200fعربي\u200e 😀👍🏽 ½ \x00\ufeffe\u0301t\u0065\u0301\u200b", "שלום عربي été"),
        (None, " '-– ́ \n\t", ""),
    ],
)
def test_transcripts_become_words(numbers: str | None, text: str, expected: str) -> None:
    assert normalise(text, TextOptions(numbers=numbers)) == expected.split()


@pytest.mark.parametrize(
    ("hyphens", "apostrophes", "lower_case", "expected"),
    [
        ("split", "keep", True, "quinta feira geht's aus"),
        ("keep", "split", True, "quinta-feira geht s aus"),
        ("join", "join", False, "Quintafeira Gehts aus"),
    ],
)
def test_signs_and_case_follow_the_options(hyphens: Sign, apostrophes: Sign, lower_case: bool, expected: str) -> None:
    options = TextOptions(hyphens=hyphens, apostrophes=apostrophes, lower_case=lower_case)
    assert normalise("Quinta‑feira -Geht’s- aus'", options) == expected.split()


_SIGNS: st.SearchStrategy[Sign] = st.sampled_from(("keep", "split", "join"))


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(st.characters() | st.sampled_from("aÉß-'’‑.,1230 \u0301\u00ad\u200dİΣªº"), max_size=25),
    numbers=st.sampled_from([None, "de", "pl", "pt_BR", "en"]),
    hyphens=_SIGNS,
    apostrophes=_SIGNS,
    lower_case=st.booleans(),
)
@example("a-\u0301b", None, "keep", "keep", True)
@example("a\u0301-\u0301b", None, "join", "keep", True)
def test_normalising_twice_changes_nothing(
    text: str, numbers: str | None, hyphens: Sign, apostrophes: Sign, lower_case: bool
) -> None:
    options = TextOptions(numbers=numbers, hyphens=hyphens, apostrophes=apostrophes, lower_case=lower_case)
    words = normalise(text, options)
    assert normalise(" ".join(words), options) == words
    for word in words:
        assert word
        assert unicodedata.is_normalized("NFC", word)
        assert all(char in "-'" or unicodedata.category(char)[0] in "LMN" for char in word)
        if lower_case:
            assert word == word.lower()
        if numbers:
            assert not any(char.isdecimal() for char in word)


def test_an_unknown_number_language_is_one_line() -> None:
    with pytest.raises(ConfigError, match="numbers: num2words has no such language"):
        parse_options(TextOptions, '{"numbers": "xx"}')
