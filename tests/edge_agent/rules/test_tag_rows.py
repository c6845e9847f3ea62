"""Of what readers say of tags only news of known tags goes on; a stranger's number goes nowhere."""

from device_profiles import Reading
from edge_agent.clock import ClockTrust, SystemClock
from edge_agent.pipeline import Understanding
from edge_agent.rules import BayRule, Judge, TagRule, TagRuleSettings
from edge_agent.sources import Heard
from wire import (
    CATALOGUE,
    DeviceId,
    Observation,
    PlaceId,
    PlannedTag,
    PropertyName,
    Stream,
    TagKind,
    TimeTrust,
    tag_device,
)

EPC, TID, STRANGER = "30" * 12, "e2" * 12, "44" * 12
READER = DeviceId("reader-1")


def plan(digits: str) -> PlannedTag:
    return PlannedTag(
        id=digits,
        kind=TagKind.SEAL,
        meter=DeviceId("meter-7"),
        dwelling=PlaceId("3-1-502"),
        readers=(READER,),
    )


def rows(digits: str, **told: float | str) -> list[tuple[Stream, Observation]]:
    names = {"tag.seen": "reader-1/1"} | {f"tag.{name}": value for name, value in told.items()}
    return [
        (
            CATALOGUE[PropertyName(name)].stream,
            Observation(
                device=tag_device(digits),
                property=PropertyName(name),
                value=value,
                at_ms=1,
                trust=TimeTrust.SYNCED,
            ),
        )
        for name, value in names.items()
    ]


def judge(*planned: PlannedTag, **settings: float) -> Judge:
    chosen = TagRuleSettings(**settings)  # type: ignore[arg-type]
    return Judge(BayRule({}), SystemClock(ClockTrust.ALWAYS), tags=TagRule(planned, chosen))


def heard(judge: Judge, found: list[tuple[Stream, Observation]]) -> dict[str, list[object]]:
    """Return what is kept of a reading, by property."""
    reading = Reading(device=READER, payload=b"", received_ms=1, trust=TimeTrust.SYNCED)
    item = Heard(source="test", reading=reading, profile="", settle=lambda _: None)
    entry = judge.heard(item, Understanding(identity=b"x", rows=found))
    kept: dict[str, list[object]] = {"facts": list(entry.facts), "identity": [entry.identity]}
    for stream, row in entry.rows:
        assert stream is CATALOGUE[row.property].stream
        kept.setdefault(row.property, []).append((row.device, row.value))
    return kept


def test_a_first_sighting_is_kept_with_its_decision_and_its_fact() -> None:
    kept = heard(judge(plan(EPC)), rows(EPC, rssi=-60.0))
    device = tag_device(EPC)
    assert kept["tag.seen"] == [(device, "reader-1/1")]
    assert kept["tag.rssi"] == [(device, -60.0)]
    assert kept["tag.presence"] == [(device, "present")]
    assert kept["facts"] == [device]
    assert kept["identity"] == [b"x"]


def test_the_next_sightings_leave_nothing_behind_not_even_that_they_were_heard() -> None:
    judged = judge(plan(EPC))
    heard(judged, rows(EPC))
    assert heard(judged, rows(EPC) + rows(EPC, rssi=-50.0)) == {"facts": [], "identity": [b""]}
    assert judged.counts["tags_folded"] == 2


def test_a_stranger_goes_nowhere() -> None:
    judged = judge(plan(EPC))
    kept = heard(judged, rows(STRANGER, uri="urn:epc:id:sgtin:1") + rows(EPC) + rows(STRANGER))
    assert STRANGER not in repr(kept)
    assert kept["tag.seen"] == [(tag_device(EPC), "reader-1/1")]
    assert judged.counts["tags_strange"] == 2


def test_a_tag_may_be_known_by_the_number_of_its_chip() -> None:
    kept = heard(judge(plan(TID)), rows(EPC, tid=TID, rssi=-60.0))
    assert kept["tag.rssi"] == [(tag_device(TID), -60.0)]
    assert kept["tag.presence"] == [(tag_device(TID), "present")]


def test_rows_of_other_devices_pass() -> None:
    other = Observation(device=READER, property=PropertyName("device.heartbeat"), value=1, at_ms=1)
    kept = heard(judge(plan(EPC)), [(Stream.TELEMETRY, other), *rows(STRANGER)])
    assert kept["device.heartbeat"] == [(READER, 1)]


def test_tampering_breaks_the_seal() -> None:
    judged = judge(plan(EPC), tamper_sightings=1)
    kept = heard(judged, rows(EPC, tampered=1))
    assert kept["seal.broken"] == [(tag_device(EPC), 1)]
    assert len(kept["alarm"]) == 1


def test_what_was_not_kept_is_decided_again() -> None:
    judged = judge(plan(EPC))
    heard(judged, rows(EPC))
    judged.undo()
    assert heard(judged, rows(EPC))["tag.presence"] == [(tag_device(EPC), "present")]
    judged.committed()
    judged.undo()
    assert "tag.presence" not in heard(judged, rows(EPC))


def test_facts_come_back_after_a_restart() -> None:
    judged = judge(plan(EPC), tamper_sightings=1)
    reading = Reading(device=READER, payload=b"", received_ms=1, trust=TimeTrust.SYNCED)
    item = Heard(source="test", reading=reading, profile="", settle=lambda _: None)
    entry = judged.heard(item, Understanding(rows=rows(EPC, tampered=1)))
    again = judge(plan(EPC), tamper_sightings=1)
    again.recall({name: text for name, text in entry.facts.items() if text is not None})
    kept = heard(again, rows(EPC, tampered=1))
    assert "seal.broken" not in kept, "it was broken before the restart"
    assert kept["tag.seen"], "the first sighting after a start is written down"


def test_the_word_that_a_reader_is_lost_is_no_sign_of_its_life() -> None:
    judged = judge(plan(EPC))
    reading = Reading(device=READER, payload=b"", received_ms=1, trust=TimeTrust.SYNCED)
    item = Heard(source="test", reading=reading, profile="", settle=lambda _: None)
    for lost, watched in ((1, 0), (0, 1)):
        row = Observation(device=READER, property=PropertyName("device.link_lost"), value=lost, at_ms=1)
        judged.heard(item, Understanding(rows=[(Stream.TELEMETRY, row)]))
        readers = judged._tags.rule._readers
        assert readers.silent([READER]) is not bool(watched)
