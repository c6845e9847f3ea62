"""The garage as `site.toml`, the file that gateway and cloud both read."""

import json
from collections.abc import Iterator

from wire import Bay, Floor, Lot, Place, PlannedTag, SitePlan, Words


def site_toml(plan: SitePlan) -> str:
    """Write a site plan as TOML, a line a bay."""
    lines = ["# Drawn by lilong demo.", f"id = {_text(plan.id)}", f"name = {_words(plan.name)}"]
    if plan.gateway is not None:
        lines.append(f"gateway = {_text(plan.gateway)}")
    lines.append(f"tz = {_text(plan.tz)}")
    for place in plan.areas:
        lines += ["", "[[areas]]", *_place(place)]
    for lot in plan.lots:
        lines += _lot(lot)
    for tag in plan.tags:
        lines += ["", "[[tags]]", *_tag(tag)]
    return "\n".join((*lines, ""))


def _place(place: Place) -> Iterator[str]:
    yield f"id = {_text(place.id)}"
    yield f"level = {_text(place.level.value)}"
    yield f"name = {_words(place.name)}"
    if place.parent is not None:
        yield f"parent = {_text(place.parent)}"


def _lot(lot: Lot) -> Iterator[str]:
    yield from ("", "[[lots]]", f"id = {_text(lot.id)}", f"name = {_words(lot.name)}")
    for floor in lot.floors:
        yield from _floor(floor)


def _floor(floor: Floor) -> Iterator[str]:
    yield from ("", "[[lots.floors]]", f"id = {_text(floor.id)}", f"name = {_words(floor.name)}", "bays = [")
    for bay in floor.bays:
        yield f"  {{ {', '.join(_bay(bay))} }},"
    yield "]"


def _bay(bay: Bay) -> Iterator[str]:
    yield f"id = {_text(bay.id)}"
    if bay.device is not None:
        yield f"device = {_text(bay.device)}"
    if bay.at is not None:
        yield f"at = [{float(bay.at[0])}, {float(bay.at[1])}]"
    if bay.turned:
        yield "turned = true"


def _tag(tag: PlannedTag) -> Iterator[str]:
    yield f"id = {_text(tag.id)}"
    yield f"kind = {_text(tag.kind.value)}"
    yield f"meter = {_text(tag.meter)}"
    yield f"dwelling = {_text(tag.dwelling)}"
    yield f"readers = [{', '.join(map(_text, tag.readers))}]"


def _words(words: Words) -> str:
    return f"{{ zh = {_text(words.zh)}, en = {_text(words.en)} }}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string without control characters is a TOML string
