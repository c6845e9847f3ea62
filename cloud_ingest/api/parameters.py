"""The parameters of a request: described by a struct, read from the address, every fault named at once."""

import functools
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

from cloud_ingest.api.problems import Fault, echoed, invalid
from wire import MOST_ID_BYTES

P = TypeVar("P", bound=Struct)
_WHOLE: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)

Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MOST_ID_BYTES,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="an id of 1 to 64 characters",
    ),
]
AreaName = Annotated[Name, Meta(description="the id of an area, of 1 to 64 characters", examples=["310104"])]
MetricName = Annotated[
    Name, Meta(description="the id of a property of /v1/metrics", examples=["device.temperature"])
]
Cursor = Annotated[
    str,
    Meta(
        min_length=8,
        max_length=128,
        pattern=r"^[A-Za-z0-9_-]{8,128}$",
        description="the `next` of the page before, unchanged and with the same other parameters",
    ),
]
Limit = Annotated[
    int, Meta(ge=1, le=1000, description="a whole number from 1 to 1000, the most rows of a page")
]
MomentAsked = Annotated[
    datetime,
    Meta(
        tz=True,
        description="an RFC 3339 time with its offset, such as 2026-01-31T08:00:00Z or 2026-01-31T16:00:00%2B08:00",
    ),
]
Moment = Annotated[datetime, Meta(tz=True)]
"""A time in an answer: RFC 3339, UTC."""


class Parameter(Struct, frozen=True, kw_only=True):
    """One parameter: where it stands (`path` or `query`), its JSON schema, and what is expected in words."""

    name: str
    place: str
    required: bool
    schema: dict[str, Any]  # a JSON schema has no narrower type
    expected: str


@functools.cache
def parameters_of(kind: type[Struct], path: str = "") -> tuple[Parameter, ...]:
    """Describe a struct's fields as parameters; those named in the path as `{name}` stand there."""
    (reference,), components = msgspec.json.schema_components(
        [kind], ref_template="#/components/schemas/{name}"
    )
    described = components[reference["$ref"].rpartition("/")[2]]
    return tuple(
        Parameter(
            name=name,
            place="path" if f"{{{name}}}" in path else "query",
            required=name in described.get("required", ()),
            schema=_flat(schema, components),
            expected=_expected(_flat(schema, components)),
        )
        for name, schema in described["properties"].items()
    )


def read_parameters(kind: type[P], query: Iterable[tuple[str, str]], path: Mapping[str, str]) -> P:
    """Read the parameters from the address.

    Raises:
        ProblemError: a parameter is unknown, missing, given twice or wrong; names every one.
    """
    known = {parameter.name: parameter for parameter in parameters_of(kind)}
    kinds = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    faults: list[Fault] = []
    values: dict[str, object] = {}
    for name, text in [*path.items(), *query]:
        if name not in known:
            expected = f"one of {', '.join(known)}" if known else "no parameters"
            faults.append(Fault(parameter=echoed(name), expected=expected, got=echoed(text)))
        elif name in values:
            faults.append(Fault(parameter=name, expected="it once", got=echoed(text)))
        else:
            values[name] = _convert(known[name], text, kinds[name], faults)
    missing = [one for one in known.values() if one.required and one.name not in values]
    faults += [Fault(parameter=one.name, expected=one.expected) for one in missing]
    if faults:
        raise invalid(*faults)
    return msgspec.convert(values, kind)


def _convert(parameter: Parameter, text: str, kind: Any, faults: list[Fault]) -> object:
    whole = parameter.schema.get("type") == "integer" and _WHOLE.fullmatch(text)
    try:
        return msgspec.convert(int(text) if whole else text, kind)
    except msgspec.ValidationError:
        faults.append(Fault(parameter=parameter.name, expected=parameter.expected, got=echoed(text)))
        return None


def _expected(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return f"one of {', '.join(str(value) for value in schema['enum'])}"
    return str(schema.get("description", schema.get("type", "a value")))


def _flat(schema: Mapping[str, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    """Write a closed set out where it is used, and leave out null: what is not asked for is left out of an address."""
    if "$ref" in schema:
        inner = components[schema["$ref"].rpartition("/")[2]]
        return {key: value for key, value in inner.items() if key != "title"}
    if "anyOf" not in schema:
        return dict(schema)
    (part,) = (part for part in schema["anyOf"] if part.get("type") != "null")
    return _flat(part, components)
