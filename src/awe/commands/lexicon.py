"""Pronounce every word type with eSpeak NG."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--options", required=True, help="JSON of LexiconOptions")
    parser.add_argument("--text", default="{}", help="JSON of TextOptions, for the dictionary's words")
    parser.add_argument("--utterances", type=Path, required=True)
    parser.add_argument("--data-root", type=Path, required=True, help="folder of the user's dictionary, if any")
    parser.add_argument("--output", type=Path, required=True, help="table lexicon")
    parser.add_argument("--rejects", type=Path, required=True)
    parser.add_argument("--inventory", type=Path, required=True, help="CSV of the phones")
    parser.add_argument("--remarks", type=Path, required=True, help="CSV of words that deserve a look")
    parser.add_argument("--versions", type=Path, required=True, help="JSON naming the version of eSpeak NG")


def run(arguments: argparse.Namespace) -> None:
    """Write the lexicon, its rejects, its inventory of phones, remarks on words, and eSpeak's version."""
    import pyarrow.compute as pc

    from awe.files import write_json, write_text
    from awe.lexicon.dictionary import read_dictionary
    from awe.lexicon.espeak_g2p import transcribe, version
    from awe.lexicon.options import LexiconOptions
    from awe.lexicon.pronunciations import build_lexicon, inventory, letter_names
    from awe.lexicon.remarks import remarks
    from awe.options import parse_options
    from awe.progress import say
    from awe.tables import read_arrow, table_from, write_table
    from awe.text import TextOptions

    options = parse_options(LexiconOptions, arguments.options)
    spoken = read_arrow("utterances", arguments.utterances)["words"]
    words = sorted(pc.unique(pc.list_flatten(spoken)).to_pylist())
    dictionary = {}
    if options.dictionary:
        text_options = parse_options(TextOptions, arguments.text)
        dictionary = read_dictionary(arguments.data_root / options.dictionary, text_options)
        say(f"{len(set(words) & set(dictionary))} of {len(words)} word types are in {options.dictionary}")
    raw = transcribe(words, options.voice, options.keep_stress)
    letters = sorted({letter.lower() for word in words for letter in word if letter.isalpha()})
    names = letter_names(letters, transcribe(letters, options.voice, options.keep_stress, letters_by_name=True))
    lexicon, rejects = build_lexicon(words, raw, options.foreign_words, dictionary, names, options.spelt_words)
    with_capital = transcribe([word.capitalize() for word in words], options.voice, options.keep_stress)
    found = remarks(lexicon, letter_names(words, with_capital))
    write_table(table_from("rejects", rejects), "rejects", arguments.rejects)
    write_text(inventory(lexicon).to_csv(index=False), arguments.inventory)
    write_text(found.to_csv(index=False), arguments.remarks)
    counts = ", ".join(f"{count} {remark}" for remark, count in found["remark"].value_counts().items())
    say(f"{len(lexicon)} word types, {len(rejects)} rejected; to look at: {counts or 'none'}")
    write_json({"espeak-ng": version(), "voice": options.voice}, arguments.versions)
    write_table(lexicon, "lexicon", arguments.output)
