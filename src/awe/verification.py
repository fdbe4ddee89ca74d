"""Whether an experiment's folder still holds what its provenance says."""

from pathlib import Path

from awe.errors import TableError
from awe.provenance import hashes, inputs, read_record


def differences(results: Path) -> list[str]:
    """Recompute all hashes of `provenance.json`; one line for each file that is changed, missing or unknown.

    Raises:
        TableError: if there is no provenance to compare with.

    """
    return changed_files(results) + _changed_inputs(results)


def changed_files(results: Path) -> list[str]:
    """Compare the files of the folder alone, whatever its provenance says of files elsewhere."""
    recorded, found = read_record(results)["files"], hashes(results)
    lines = []
    for name in sorted(recorded.keys() | found.keys()):
        if name not in found:
            lines.append(f"{name}: missing; make it again with: snakemake {results / name}")
        elif name not in recorded:
            lines.append(
                f"{name}: not in provenance.json; it is of another configuration, was made later, or by somebody else"
            )
        elif recorded[name] != found[name]:
            lines.append(
                f"{name}: changed since provenance.json was written; delete it, then: snakemake {results / name}"
            )
    return lines


def _changed_inputs(results: Path) -> list[str]:
    """Compare the corpora outside the folder."""
    record = read_record(results)
    if not record.get("inputs"):
        return []
    try:
        recorded_inputs = dict(record["inputs"])
        found = inputs(record["config"], results)
    except FileNotFoundError as error:
        return [f"{error.filename}: a recording of the corpus is missing; give data_root as it was"]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise TableError(f"{results / 'provenance.json'}: no provenance record; delete it and run again") from None
    return [
        f"{language}: recordings of the corpus changed since provenance.json was written"
        for language, recorded in recorded_inputs.items()
        if found.get(language) != recorded
    ]
