"""A fingerprint of the code behind a command, so that editing a module reruns only the stages that use it."""

import ast
import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path

_PACKAGE = Path(__file__).parent
# files that a module reads, and modules that it loads by name
_DATA = {
    "awe.report.alignment_page": "report/alignment_page.css",
    "awe.report.explorer": "report/explorer.html",
    "awe.report.page": "report/page.css",
    "awe.synthesis.prose": "prose/*.txt",
}
_LOADED = {"awe.alignment.takeover": "alignment/formats/*.py"}


def fingerprint(modules: Iterable[str]) -> str:
    """Hash the source of the modules and of all modules of this package that they import, directly or not.

    Comments, docstrings and layout do not count: the syntax tree is hashed.
    """
    pending = [module for module in modules if _file(module)]
    seen: set[str] = set()
    while pending:
        module = pending.pop()
        if module not in seen:
            seen.add(module)
            pending += _imports(module)
    digest = hashlib.sha256("\n".join(f"{module} {_hash(module)}" for module in sorted(seen)).encode())
    return digest.hexdigest()[:16]


def _file(module: str) -> Path | None:
    """Source file of a module of this package; None if there is none."""
    relative = Path(*module.split(".")[1:])
    for path in (
        _PACKAGE / relative.with_suffix(".py") if relative.name else None,
        _PACKAGE / relative / "__init__.py",
    ):
        if path is not None and path.is_file():
            return path
    return None


@functools.cache
def _tree(module: str) -> ast.Module:
    path = _file(module)
    if path is None:
        raise ValueError(f"{module} is no module of this package")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return tree


@functools.cache
def _hash(module: str) -> str:
    digest = hashlib.sha256(ast.dump(_tree(module)).encode())
    for path in sorted(_PACKAGE.glob(_DATA[module])) if module in _DATA else []:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@functools.cache
def _imports(module: str) -> tuple[str, ...]:
    """Names of the modules of this package that a module imports, at its top or inside functions."""
    found: set[str] = set()
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    if module in _LOADED:
        found |= {
            ".".join(("awe", *path.relative_to(_PACKAGE).with_suffix("").parts))
            for path in _PACKAGE.glob(_LOADED[module])
        }
    return tuple(sorted(name for name in found if name.split(".")[0] == "awe" and _file(name)))
