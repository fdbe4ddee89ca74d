"""Two-dimensional map of held-out speakers' words, one panel a language (the paper's Figure 4)."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from awe.options import Options as BaseOptions

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from awe.report.plan import Plan
    from awe.report.results import Results

TITLE = "Figure 4: the embedding space"


class Options(BaseOptions):
    """Which words are shown, and how."""

    setting: str | None = Field(default=None, description="default: form_meaning, or the first if that was not run")
    words: int = Field(default=16, ge=2, description="word types in each panel")
    pairs: int = Field(default=2, ge=0, description="pairs of one lemma among them")
    min_speakers: int = Field(default=3, ge=1, description="speakers who must say a word")
    perplexity: float = Field(default=30.0, gt=1)
    seed: int = Field(default=1, ge=0)
    arrangement: Literal["column", "row"] = Field(default="column", description="panels one above another, as printed")


def caption(plan: "Plan", options: Options) -> str:
    """Say which tokens are shown, of which setting and seed."""
    from awe.report.style import label

    pairs = (
        f" (among them up to {options.pairs} pairs of one lemma; where lemmas are not known, with a long common beginning)"
        if options.pairs
        else ""
    )
    speakers = "speaker says" if options.min_speakers == 1 else "speakers say"
    return (
        f"t-SNE map of test tokens in the setting {label(_setting(plan, options))} (seed {plan.seeds[0]}), one panel a"
        f" language: {plan.names_of_languages()}. Shown are {options.words} of the most frequent words that at least"
        f" {options.min_speakers} {speakers}, or fewer speakers where there are too few such words{pairs}; every point is"
        " one spoken word, every name stands beside its cluster. Only local distances mean something in such a map."
    )


def draw(results: "Results", options: Options) -> "tuple[Figure, pd.DataFrame]":
    """Map the test tokens of the words that `awe.report.words.choose_words` picks, of the plan's first seed.

    Returns:
        the figure, and a table with columns language, setting, token_id, word, speaker_id, x, y.

    """
    import pandas as pd
    from matplotlib.figure import Figure

    from awe.report.style import DOUBLE_COLUMN_IN, SINGLE_COLUMN_IN

    languages = results.plan.languages
    points = pd.concat([_map_language(results, language, options) for language in languages], ignore_index=True)
    in_column = options.arrangement == "column"
    rows, columns = (len(languages), 1) if in_column else (1, len(languages))
    size = (SINGLE_COLUMN_IN, 2.9 * rows) if in_column else (DOUBLE_COLUMN_IN, DOUBLE_COLUMN_IN / columns)
    width_pt, height_pt = 72 * (size[0] / columns - 0.1), 72 * (size[1] / rows - 0.3)
    figure = Figure(figsize=size)
    panels = figure.subplots(rows, columns, squeeze=False).flat
    for panel, (language, name) in zip(panels, languages.items(), strict=True):
        _draw_panel(panel, points[points["language"] == language], width_pt, height_pt)
        panel.set_title(name)
    return figure, points


def _setting(plan: "Plan", options: Options) -> str:
    return options.setting or ("form_meaning" if "form_meaning" in plan.settings else plan.settings[0])


def _map_language(results: "Results", language: str, options: Options) -> "pd.DataFrame":
    import numpy as np

    from awe.report.projection import project
    from awe.report.words import choose_words

    tokens = results.tokens(language)
    tokens = tokens[tokens["split"] == "test"]
    chosen = choose_words(tokens, results.lemmas(language), options.words, options.pairs, options.min_speakers)
    tokens = tokens[tokens["word"].isin(chosen)].sort_values("token_id")
    setting = _setting(results.plan, options)
    embeddings = results.embeddings(language, setting, results.plan.seeds[0], "test").set_index("token_id")
    vectors = np.stack(list(embeddings.loc[tokens["token_id"], "embedding"]))
    places = project(vectors, options.perplexity, options.seed)
    points = tokens[["token_id", "word", "speaker_id"]].assign(x=places[:, 0], y=places[:, 1])
    points.insert(0, "setting", setting)
    points.insert(0, "language", language)
    return points


def _draw_panel(panel: "Axes", points: "pd.DataFrame", width_pt: float, height_pt: float) -> None:
    """Draw one colour and marker a word, its name beside its cluster; the axes count points of print."""
    import numpy as np
    from matplotlib.patheffects import withStroke

    from awe.report.labels import place_labels
    from awe.report.style import COLOURS, MARKERS, darker

    margin, font_pt = 12.0, 7.0
    xy = points[["x", "y"]].to_numpy()
    low, high = xy.min(axis=0), xy.max(axis=0)
    room = np.array([width_pt, height_pt]) - 2 * margin
    xy = margin + (xy - low) / np.maximum(high - low, 1e-9) * room
    words = sorted(points["word"].unique())
    clusters = [xy[(points["word"] == word).to_numpy()] for word in words]
    sizes = np.array([(0.66 * font_pt * len(word), 1.25 * font_pt) for word in words])
    centres = place_labels(clusters, sizes, width_pt, height_pt)
    for number, (word, cluster, centre) in enumerate(zip(words, clusters, centres, strict=True)):
        colour = COLOURS[number % len(COLOURS)]
        marker = MARKERS[(number // len(COLOURS) + number) % len(MARKERS)]
        panel.scatter(cluster[:, 0], cluster[:, 1], s=8, color=colour, marker=marker, alpha=0.6, linewidths=0)
        panel.text(
            centre[0], centre[1], word, color=darker(colour), fontsize=font_pt, ha="center", va="center",
            path_effects=[withStroke(linewidth=1.5, foreground="white")], zorder=3,
        )  # fmt: skip
    panel.set(xticks=[], yticks=[], xlim=(0, width_pt), ylim=(0, height_pt))
    panel.spines[["top", "right"]].set_visible(True)
