"""The bounds that settings of many tables share; outside them a file is refused with its table and key."""

from typing import Annotated

from msgspec import Meta

_YEAR_S = 366 * 86_400

Port = Annotated[int, Meta(ge=1, le=65_535)]
"""A port that somebody else listens on."""
OwnPort = Annotated[int, Meta(ge=0, le=65_535)]
"""A port to listen on; 0 takes any free one."""
Seconds = Annotated[float, Meta(gt=0, le=_YEAR_S)]
SecondsOrNone = Annotated[float, Meta(ge=0, le=_YEAR_S)]
"""Seconds; 0 has a meaning of its own."""
Days = Annotated[int, Meta(ge=1, le=36_600)]
Some = Annotated[int, Meta(ge=1, le=1_000_000_000)]
"""A number of things, at least one."""
Text = Annotated[str, Meta(min_length=1)]
"""A text that says something."""
