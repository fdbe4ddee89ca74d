"""Filter the aligned words into tokens and split them by speaker."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--options", required=True, help="JSON of TokenOptions")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--alignment", type=Path, required=True)
    parser.add_argument("--utterances", type=Path, required=True)
    parser.add_argument("--lexicon", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--data-root", type=Path, required=True, help="folder of speaker lists, if any")
    parser.add_argument("--output", type=Path, required=True, help="table tokens")
    parser.add_argument("--rejects", type=Path, required=True)


def run(arguments: argparse.Namespace) -> None:
    """Write the tables `tokens` and `rejects`."""
    from awe.options import parse_options
    from awe.progress import say
    from awe.tables import read_table, write_table
    from awe.tokens.candidates import join_candidates
    from awe.tokens.options import SPLITS, TokenOptions
    from awe.tokens.select import check_scorable, count_queries, select_tokens

    options = parse_options(TokenOptions, arguments.options)
    candidates = join_candidates(
        read_table("alignment", arguments.alignment),
        read_table("utterances", arguments.utterances),
        read_table("lexicon", arguments.lexicon),
    )
    words_with_vector = read_table("vectors", arguments.vectors)["word"].tolist()
    speakers = {split: _speakers(getattr(options.speakers, split), arguments.data_root) for split in SPLITS}
    tokens, rejects = select_tokens(candidates, words_with_vector, speakers, options, arguments.seed)
    queries = count_queries(tokens)
    for split in SPLITS:
        wanted, got = getattr(options.sizes, split), int((tokens["split"] == split).sum())
        short = f", fewer than the {wanted} wanted" if wanted and got < wanted else ""
        say(f"{split}: {got} tokens, {queries[split]} of them of words that occur again in it{short}")
    check_scorable(tokens)
    write_table(rejects, "rejects", arguments.rejects)
    write_table(tokens, "tokens", arguments.output)


def _speakers(value: int | list[str] | str, data_root: Path) -> int | list[str]:
    """Read a list of speakers from its file, one a line, if the value is a file name."""
    from awe.errors import ConfigError

    if not isinstance(value, str):
        return value
    try:
        lines = (data_root / value).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"tokens.speakers: {data_root / value} cannot be read ({error})") from None
    return [line.strip() for line in lines if line.strip()]
