"""docs/troubleshooting.md has every error message of the package and every reason of a reject, and no others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from awe.tables import REASONS
from chain import ROOT

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
HOLE = "\0"  # where a message has a value
ELSEWHERE = {"Snakemake", "The machine", "SLURM"}  # sections with messages of other programs
# mistakes in the package's own code, which no user's input can bring about
OF_PROGRAMMERS = [
    *("awe.tables.REASONS; add it there", "has no placeholder for its checksum", "is no module of this package"),
    *("NT-Xent needs a partner", "a triplet loss needs a positive", "embeddings but labels of shape"),
    *("must be absolute, MFA fails on relative paths", "must not start with the root's path"),
    "must not be in the dictionary's folder",
]
# what pydantic says
OF_LIBRARIES = ["<key>: Input should be ... (got ...)"]


def text_of(node: ast.expr) -> str:
    """The text of an expression, with holes for values."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(map(text_of, node.values))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return text_of(node.left) + text_of(node.right)
    return HOLE


def sources() -> Iterator[tuple[Path, ast.AST]]:
    for path in sorted((ROOT / "src" / "awe").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield path, node


def raised() -> Iterator[tuple[str, str]]:
    """Where an exception is raised, and its message."""
    for path, node in sources():
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name = ast.unparse(node.exc.func).rpartition(".")[2]
            # these two carry a reason of a reject, which has a row of its own
            if name.endswith("Error") and name not in {"AudioError", "RefusedError", "_RejectedError"}:
                message = " ".join(map(text_of, node.exc.args))
                if re.search(r"\w{3}", message.replace(HOLE, "")):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", message


def rows(*, others: bool) -> Iterator[str]:
    """The messages in the first column, of this package or of other programs."""
    section = ""
    for line in PAGE.splitlines():
        section = line.removeprefix("## ") if line.startswith("## ") else section
        cells = line.split(" | ")
        if line.startswith("| ") and (section in ELSEWHERE) == others:
            yield from re.findall(r"`([^`]+)`", cells[0])


def pattern(phrase: str) -> re.Pattern[str]:
    """The phrase with anything in the place of `<...>` and `...`, such as a value or a quotation mark."""
    parts = re.split(r"<[^<>]*>|\.\.\.", phrase)
    return re.compile(".*".join(re.escape(part) for part in parts), re.DOTALL)


def test_every_message_has_a_remedy() -> None:
    patterns = [pattern(phrase) for phrase in rows(others=False)]
    assert all(len(one.pattern.replace(".*", "")) > 7 for one in patterns), "a phrase that would fit anything"
    missing = [
        f"{place}: {message.replace(HOLE, '<...>')}"
        for place, message in raised()
        if not any(one.search(message) for one in patterns) and not any(part in message for part in OF_PROGRAMMERS)
    ]
    assert missing == [], "docs/troubleshooting.md lacks these messages"


def test_every_reason_has_a_row() -> None:
    section = PAGE.partition("## Items left out")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(\w+_\w+)`(?=[^|\n]* \| )", section)) >= REASONS


def test_every_row_is_a_message_of_the_package() -> None:
    texts = [text_of(node) for _, node in sources() if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp)]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "workflow" / "rules").glob("*.smk")]
    gone = [
        phrase
        for phrase in rows(others=False)
        if phrase not in OF_LIBRARIES and phrase not in REASONS and not any(map(pattern(phrase).search, texts))
    ]
    assert gone == [], "docs/troubleshooting.md has messages that the package does not have"
