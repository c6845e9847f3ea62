"""What the simulated sensors send means to the shipped device profiles exactly what the sensors meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.estate.chirpstack import up_event, up_topic
from demo.estate.frames import frame_of
from demo.estate.garage import build_garage
from demo.estate.senml import CONTENT_CBOR, CONTENT_JSON, pack_of
from demo.estate.sensor import Kind, Moment, Sensor, Utterance
from device_profiles import Envelope, Format, Reading, load_shelf, open_envelope
from wire import Observation, TimeTrust

SHELF = load_shelf()
GARAGE = build_garage()
NOW_MS = 1_790_000_000_123
LORAWAN = [kind for kind in Kind if not kind.speaks_coap]
sensors = st.sampled_from(GARAGE.sensors)


@st.composite
def utterances(draw: st.DrawFn, kinds: list[Kind]) -> Utterance:
    sensor = draw(sensors.filter(lambda one: one.kind in kinds))
    moment = Moment(
        at_s=0.0,
        sensor=sensor,
        occupied=draw(st.booleans()),
        changed=draw(st.booleans()),
        lasted_min=draw(st.integers(0, 5000)),
        temperature_c=draw(st.integers(-20, 60)),
    )
    at_ms = draw(st.integers(NOW_MS, NOW_MS + 10**9))
    return Utterance(moment=moment, number=draw(st.integers(0, 70_000)), at_ms=at_ms)


def meaning(rows: list[Observation], name: str) -> Observation:
    (found,) = (row for row in rows if row.property == name)
    return found


def check_state(rows: list[Observation], said: Utterance) -> None:
    row = meaning(rows, "parking.occupied")
    assert (row.device, row.value, row.at_ms, row.trust) == (
        said.sensor.device,
        int(said.moment.occupied),
        said.at_ms,
        TimeTrust.DEVICE,
    )


@given(utterances(LORAWAN))
def test_a_chirpstack_event_means_what_the_sensor_said(said: Utterance) -> None:
    opened = open_envelope(
        Envelope.CHIRPSTACK_V4, up_topic(said), up_event(said, frame_of(said)), NOW_MS, TimeTrust.SYNCED
    )
    assert opened.hint == said.sensor.kind.profile
    rows = list(SHELF.profile(opened.hint).decode(opened.reading))
    check_state(rows, said)
    for row in rows:
        if row.property == "device.temperature":
            assert row.value == said.moment.temperature_c
        if row.property == "parking.previous_duration":
            minutes = min(said.moment.lasted_min, 660)
            assert 0 <= minutes - float(row.value) / 60 < 60


@given(utterances([Kind.NBIOT_JSON, Kind.NBIOT_CBOR]))
def test_a_senml_pack_means_what_the_sensor_said(said: Utterance) -> None:
    payload, content = pack_of(said)
    form = {CONTENT_JSON: Format.SENML_JSON, CONTENT_CBOR: Format.SENML_CBOR}[content]
    reading = Reading(
        device=said.sensor.device, payload=payload, received_ms=NOW_MS, trust=TimeTrust.SYNCED, format=form
    )
    check_state(list(SHELF.profile(said.sensor.kind.profile).decode(reading)), said)


@pytest.mark.parametrize("kind", Kind)
def test_every_make_has_its_profile_and_its_place_in_the_garage(kind: Kind) -> None:
    assert kind.profile in SHELF.keys()  # noqa: SIM118  # a shelf is no mapping
    assert any(sensor.kind is kind for sensor in GARAGE.sensors)


def test_events_differ_in_their_identity_and_are_repeated_byte_for_byte() -> None:
    sensor: Sensor = next(one for one in GARAGE.sensors if not one.kind.speaks_coap)
    moment = Moment(at_s=0.0, sensor=sensor, occupied=True, changed=True)
    first, second = (Utterance(moment=moment, number=n, at_ms=NOW_MS + n) for n in range(2))

    def event(said: Utterance) -> bytes:
        return up_event(said, frame_of(said))

    def identity(said: Utterance) -> str:
        opened = open_envelope(Envelope.CHIRPSTACK_V4, "", event(said), NOW_MS, TimeTrust.SYNCED)
        return opened.reading.identity

    assert event(first) == event(first)
    assert identity(first) != identity(second)
