"""Says what is wrong with a configuration file: which table and key, what was expected, what came."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, Final, get_origin, get_type_hints

_UNKNOWN: Final = re.compile(r"Object contains unknown field `(?P<key>[^`]+)`(?: - at `\$(?P<path>[^`]*)`)?")
_AT: Final = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?")
_STEP: Final = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+|\.\.\.)\]")
_LONGEST_VALUE: Final = 80


def complain(problem: str, kind: type, tables: object) -> str:
    """Return msgspec's `problem` with a file's `tables`, read as `kind`, in the words of whoever wrote the file."""
    unknown = _UNKNOWN.fullmatch(problem)
    if unknown:
        return _unknown(unknown["key"], unknown["path"] or "", kind)
    found = _AT.fullmatch(problem)
    path, what = (found["path"] or "", found["what"]) if found else ("", problem)
    if what.startswith("Object missing required field"):
        misspelt = sorted(_keys_in(tables, path) - _keys_of(kind, path))
        if misspelt:  # the missing key stands there, only written otherwise
            return f"{_unknown(misspelt[0], path, kind)} ({what[0].lower()}{what[1:]})"
    table, _, key = path.rpartition(".")
    return f"{_table(table)}{f': key {key!r}' if key else ''}: {what}{_more(what, path, kind, tables)}"


def _unknown(key: str, path: str, kind: type) -> str:
    return f"{_table(path)}: unknown key {key!r}; known keys: {', '.join(sorted(_keys_of(kind, path)))}"


def _table(path: str) -> str:
    inner = path.lstrip(".")
    return f"table [{inner}]" if inner else "top level"


def _more(what: str, path: str, kind: type, tables: object) -> str:
    """What msgspec leaves out: the value that came, and the ones that would do."""
    if what.startswith("Invalid enum value"):
        wanted = _at(kind, path)
        choices = [str(one.value) for one in wanted] if _is_enum(wanted) else []
        return f"; expected one of {', '.join(choices)}" if choices else ""
    if ", got " in what or not what.startswith("Expected"):
        return ""
    came = repr(_value_at(tables, path))
    return f", got {came}" if len(came) <= _LONGEST_VALUE else ""


def _value_at(tables: object, path: str) -> object:
    for name, number in _STEP.findall(path):
        if isinstance(tables, Mapping) and name in tables:
            tables = tables[name]
        elif isinstance(tables, list) and number.isdigit():
            tables = tables[int(number)]
        else:
            return None
    return tables


def _keys_in(tables: object, path: str) -> set[str]:
    found = _value_at(tables, path)
    return {str(key) for key in found} if isinstance(found, Mapping) else set()


def _keys_of(kind: Any, path: str) -> set[str]:
    return set(getattr(_at(kind, path), "__struct_encode_fields__", ()))


def _at(kind: Any, path: str) -> Any:  # a type taken apart at run time has no better type
    """Return the type at a path such as `.mqtt.tls` or `.lots[...]`."""
    for name, _ in _STEP.findall(path):
        hints = get_type_hints(kind) if name else {}
        kind = _struct_of(hints.get(name, kind) if name else _inner(kind))
    return kind


def _inner(kind: Any) -> Any:
    arguments = [a for a in getattr(kind, "__args__", ()) if a is not Ellipsis]
    return arguments[-1] if arguments else kind


def _struct_of(kind: Any) -> Any:
    """Look through `X | None` and `Annotated`, keeping containers for the next step."""
    if get_origin(kind) is Annotated:
        return _struct_of(kind.__origin__)
    choices = [a for a in getattr(kind, "__args__", ()) if hasattr(a, "__struct_fields__")]
    union = type(kind).__name__ in {"UnionType", "_UnionGenericAlias"}
    return choices[0] if union and choices else kind


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)
