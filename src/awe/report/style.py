"""How every figure looks: sizes of a two-column page, colours that colour-blind readers can tell apart, and saving."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from awe.files import write_bytes

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

SINGLE_COLUMN_IN = 3.35
DOUBLE_COLUMN_IN = 6.9

# Okabe and Ito's palette, which readers with any kind of colour vision can tell apart
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000", "#8C8C00")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")

_KNOWN = {"form": 5, "meaning": 1, "form_meaning": 0, "contrastive": 3}
_LABELS = {
    "form": "form",
    "meaning": "meaning",
    "form_meaning": "form + meaning",
    "contrastive": "contrastive",
    "downsampled_mfcc": "down-sampled features",
    "mean_mfcc": "mean features",
    "dtw_mfcc": "DTW on features",
}


def label(setting: str) -> str:
    """Return a setting's name for readers."""
    if setting in _LABELS:
        return _LABELS[setting]
    # such as form_meaning_shuffled, a control
    base = max((name for name in _LABELS if setting.startswith(f"{name}_")), key=len, default="")
    rest = setting.removeprefix(f"{base}_").replace("_", " ")
    return f"{_LABELS[base]}, {rest}" if base else rest


def colours(settings: Sequence[str]) -> dict[str, str]:
    """Give every setting its colour: the paper's four always the same, others from what is left."""
    left = iter([place for place in range(len(COLOURS)) if place not in _KNOWN.values()] * len(settings))
    return {setting: COLOURS[_KNOWN[setting] if setting in _KNOWN else next(left)] for setting in settings}


def darker(colour: str) -> tuple[float, float, float]:
    """Return the colour for text, which needs more contrast than a filled shape."""
    import matplotlib as mpl

    red, green, blue = mpl.colors.to_rgb(colour)
    return 0.72 * red, 0.72 * green, 0.72 * blue


@contextmanager
def print_style() -> Iterator[None]:
    """Draw inside this context: small type, embedded TrueType fonts, the same bytes on every run."""
    import matplotlib as mpl

    settings: dict[Any, Any] = {
        "axes.axisbelow": True,
        "axes.labelsize": 8,
        "axes.linewidth": 0.6,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlesize": 9,
        "figure.constrained_layout.use": True,
        "figure.dpi": 100,
        "font.family": "DejaVu Sans",
        "font.size": 8,
        "grid.color": "#DDDDDD",
        "grid.linewidth": 0.5,
        "legend.fontsize": 8,
        "legend.frameon": False,
        "lines.linewidth": 1.4,
        "pdf.fonttype": 42,
        "ps.fonttype": 42,
        "savefig.dpi": 300,
        "svg.fonttype": "none",
        "svg.hashsalt": "awe",
        "xtick.labelsize": 7,
        "xtick.major.width": 0.6,
        "ytick.labelsize": 7,
        "ytick.major.width": 0.6,
    }
    with mpl.rc_context(settings):
        yield


def save(figure: "Figure", stem: Path) -> None:
    """Write `stem`.pdf, .png and .svg without dates, so that equal results give equal files."""
    metadata: dict[str, dict[str, str | None]] = {
        "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": None},
    }
    for kind, of_kind in metadata.items():
        buffer = io.BytesIO()
        figure.savefig(buffer, format=kind, metadata=of_kind)
        write_bytes(buffer.getvalue(), stem.with_name(f"{stem.name}.{kind}"))


def spread(wanted: Sequence[float], distance: float, low: float, high: float) -> "np.ndarray":
    """Move label positions apart until neighbours are `distance` away, as little as possible, within [low, high]."""
    import numpy as np

    order = np.argsort(wanted, kind="stable")
    positions = np.asarray(wanted, dtype=float)[order]
    distance = min(distance, (high - low) / max(1, len(positions) - 1))
    for _ in range(200):
        gaps = np.diff(positions)
        overlap = np.maximum(distance - gaps, 0.0) / 2
        if not overlap.any():
            break
        positions[:-1] -= overlap
        positions[1:] += overlap
        positions = np.clip(positions, low, high)
    placed = np.empty_like(positions)
    placed[order] = positions
    return placed
