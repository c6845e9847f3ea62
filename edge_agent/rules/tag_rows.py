"""Turns what a reading says of tags into sightings, and keeps only the rows that say something new of a known tag.

A tag that the site plan does not know is somebody's clothes, parcel or pet: its number is neither stored nor sent.
"""

from collections.abc import Iterator, Sequence

from edge_agent.rules.tag_fact import TagDecision, TagSighting
from edge_agent.rules.tags import TagRule
from wire import DeviceId, Observation, PropertyName, Stream, is_tag, tag_device

SEEN = PropertyName("tag.seen")
TID = PropertyName("tag.tid")
TAMPERED = PropertyName("tag.tampered")
LINK_LOST = PropertyName("device.link_lost")
Row = tuple[Stream, Observation]


class TagRows:
    """Asks the rule about each sighting in a reading's rows."""

    def __init__(self, rule: TagRule) -> None:
        """Take the rule."""
        self.rule = rule

    def heard(
        self, reader: DeviceId, rows: Sequence[Row], now_ms: int
    ) -> tuple[list[Row], list[TagDecision]]:
        """Return the rows to keep, those of other devices among them, and what the sightings decide."""
        decisions = [] if _lost(reader, rows) else self.rule.reader_heard(reader, now_ms)
        kept = [row for row in rows if not is_tag(row[1].device)]
        for sighting in _sightings([row for row in rows if is_tag(row[1].device)]):
            device = self._named(sighting)
            verdict = self.rule.sighted(device, _sighting(reader, sighting, now_ms))
            decisions += verdict.decisions
            if verdict.kept:
                kept += [(stream, _as(row, device)) for stream, row in sighting]
        return kept, decisions

    def _named(self, sighting: Sequence[Row]) -> DeviceId:
        """Return the name by which the plan knows the tag: its chip's number or what its memory says."""
        for _, row in sighting:
            if row.property == TID and self.rule.knows(tag_device(str(row.value))):
                return tag_device(str(row.value))
        return sighting[0][1].device


def _lost(reader: DeviceId, rows: Sequence[Row]) -> bool:
    """Say whether this is the word, of somebody else, that the reader cannot be reached."""
    return any(row.device == reader and row.property == LINK_LOST and row.value for _, row in rows)


def _sightings(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Cut rows into sightings: each begins with `tag.seen`, or where another tag begins."""
    found: list[Row] = []
    for row in rows:
        if found and (row[1].property == SEEN or row[1].device != found[0][1].device):
            yield found
            found = []
        found.append(row)
    if found:
        yield found


def _sighting(reader: DeviceId, rows: Sequence[Row], now_ms: int) -> TagSighting:
    told = [bool(row.value) for _, row in rows if row.property == TAMPERED]
    return TagSighting(reader=reader, now_ms=now_ms, tampered=told[-1] if told else None)


def _as(row: Observation, device: DeviceId) -> Observation:
    if row.device == device:
        return row
    return Observation(
        device=device, property=row.property, value=row.value, at_ms=row.at_ms, trust=row.trust
    )
