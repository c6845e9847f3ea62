"""Writing settings as TOML."""

import json
from collections.abc import Iterator, Mapping, Sequence

Setting = bool | int | float | str | Sequence["Setting"] | Mapping[str, "Setting"]
Table = Mapping[str, Setting]


def to_toml(table: Table) -> str:
    """Write a table: plain values first, then tables, then tables that come several times."""
    return "\n".join((*_lines(table, ""), ""))


def changed(table: Table, changes: Table) -> Table:
    """Return the table with some settings replaced; tables inside are changed in the same way."""
    result = dict(table)
    for name, value in changes.items():
        before = result.get(name)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        result[name] = changed(before, value) if both else value  # type: ignore[arg-type]  # both are tables here
    return result


def _lines(table: Table, path: str) -> Iterator[str]:
    inner = {name: value for name, value in table.items() if isinstance(value, Mapping)}
    several = {name: value for name, value in table.items() if _is_tables(value)}
    for name, value in table.items():
        if name not in inner and name not in several:
            yield f"{name} = {_value(value)}"
    for name, value in inner.items():
        yield from ("", f"[{path}{name}]", *_lines(value, f"{path}{name}."))
    for name, values in several.items():
        for value in values:  # type: ignore[union-attr]  # `_is_tables` has looked
            yield from ("", f"[[{path}{name}]]", *_lines(value, f"{path}{name}."))  # type: ignore[arg-type]


def _is_tables(value: Setting) -> bool:
    several = isinstance(value, Sequence) and not isinstance(value, str)
    return several and bool(value) and all(isinstance(one, Mapping) for one in value)  # type: ignore[union-attr]


def _value(value: Setting) -> str:
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML string
    if isinstance(value, Sequence):
        return f"[{', '.join(_value(one) for one in value)}]"
    return repr(value)
