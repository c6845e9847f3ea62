"""Check what no other tool checks: sizes of files and functions, first lines, and names that say nothing."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
MOST_PARAMETERS = 6
EMPTY_NAMES = frozenset({"util", "utils", "common", "helper", "helpers", "base", "manager", "types", "misc"})
SKIPPED_FOLDERS = frozenset({"var", "build", "dist", "node_modules"})

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def python_files(root: Path) -> Iterator[Path]:
    """All Python files below `root`, without hidden, built and run-time folders."""
    for path in sorted(root.rglob("*.py")):
        folders = path.relative_to(root).parts[:-1]
        if not any(part.startswith(".") or part in SKIPPED_FOLDERS for part in folders):
            yield path


def faults_of_name(path: Path) -> Iterator[str]:
    """Names that would collect whatever has no other home."""
    for part in (*path.parts[:-1], path.stem):
        if part in EMPTY_NAMES:
            yield f"{path}: the name {part!r} says nothing; put the code with the idea that it serves"


def faults_of_text(path: Path, text: str) -> Iterator[str]:
    """A file that is too long, has no first sentence, or holds a function that is too long or takes too much."""
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{path}: expected at most {LONGEST_FILE} lines, got {lines}"
    tree = ast.parse(text, filename=str(path))
    yield from _faults_of_first_line(path, tree)
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            yield from _faults_of_function(path, node)


def _faults_of_first_line(path: Path, tree: ast.Module) -> Iterator[str]:
    sentence = (ast.get_docstring(tree) or "").partition("\n")[0]
    if not sentence:
        yield f"{path}:1: expected a docstring that says what this file is"
    elif not sentence.endswith((".", "?")):
        yield f"{path}:1: expected the docstring's first line to be one sentence, got {sentence!r}"


def _faults_of_function(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    where = f"{path}:{node.lineno}: {node.name}"
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    if length > LONGEST_FUNCTION:
        yield f"{where}: expected at most {LONGEST_FUNCTION} lines, got {length}"
    taken = _parameters(node.args)
    if taken > MOST_PARAMETERS and "tests" not in path.parts:
        yield f"{where}: expected at most {MOST_PARAMETERS} parameters, got {taken}"


def _parameters(arguments: ast.arguments) -> int:
    positional = [*arguments.posonlyargs, *arguments.args]
    bound = bool(positional) and positional[0].arg in ("self", "cls")
    return len(positional) + len(arguments.kwonlyargs) - bound


def faults(root: Path) -> Iterator[str]:
    """Everything wrong below `root`, one line each, with paths relative to it."""
    for path in python_files(root):
        inside = path.relative_to(root)
        yield from faults_of_name(inside)
        yield from faults_of_text(inside, path.read_text(encoding="utf-8"))


def main() -> int:
    """Print the faults of the source tree; 1 if there is any."""
    found = list(faults(Path(__file__).resolve().parent.parent))
    print("\n".join(found) if found else "sizes: all good")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
