"""No bytes whatever make a profile or an envelope raise anything but DecodeError."""

import math

import cbor2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from device_profiles import DecodeError, Envelope, Format, load_shelf, open_envelope
from tests.device_profiles.made import NOW_MS, RELAXED, reading
from wire import CATALOGUE, Form, Observation, TimeTrust

_SHELF = load_shelf()
_NAMES = st.sampled_from(
    ["3431/0/1", "/3431/0/2", "3303/0/5700", "a:3/0/7", "parking.occupied", "x", "", "-", "3431/0/5"]
)
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=5),
    st.just([]),
)
_LABELS = st.sampled_from(
    ["bn", "bt", "bu", "bv", "bs", "bver", "n", "u", "v", "vs", "vb", "vd", "s", "t", "ut", "a_", "z"]
)
_RECORDS = st.lists(st.dictionaries(_LABELS, st.one_of(_NAMES, _VALUES), max_size=6), max_size=4)
_NUMBERED = st.lists(st.dictionaries(st.integers(-7, 9), st.one_of(_NAMES, _VALUES), max_size=6), max_size=4)
_PACKS = st.one_of(_RECORDS, _NUMBERED)


def _sound(row: Observation) -> bool:
    form = CATALOGUE[row.property].form
    if form is Form.TEXT:
        return isinstance(row.value, str)
    if isinstance(row.value, int):
        return row.value in (0, 1) if form is Form.TRUTH else -(2**63) <= row.value < 2**63
    return form is Form.NUMBER and isinstance(row.value, float) and math.isfinite(row.value)


@pytest.mark.parametrize("key", _SHELF.keys())
@given(
    payload=st.binary(max_size=40),
    port=st.one_of(st.none(), st.integers(0, 12)),
    form=st.sampled_from(Format),
    path=st.sampled_from(["", "/3431", "/3/0", "/3408/0/3", "/3421/1", "/3303/0/5700", "x"]),
)
@example(payload=b"", port=1, form=Format.BYTES, path="")
@example(payload=b"\xff" * 300, port=10, form=Format.BYTES, path="")
@example(payload=b"[" * 3000, port=None, form=Format.SENML_JSON, path="")
@example(payload=b"\x81" * 3000, port=None, form=Format.SENML_CBOR, path="")
@example(payload=bytes.fromhex("10 00 ff ff") * 20_000, port=None, form=Format.LWM2M_TLV, path="/3431")
@RELAXED
def test_a_profile_understands_or_refuses(
    key: str, payload: bytes, port: int | None, form: Format, path: str
) -> None:
    try:
        rows = _SHELF.profile(key).decode(replace(reading(payload, port, form), path=path))
    except DecodeError:
        return
    assert all(_sound(row) for row in rows)


@given(_PACKS)
@example([{"bt": 1e308, "n": "3431/0/1", "t": 1e308, "vb": True}])
@example([{"n": "3431/0/2", "bv": 1e308, "v": 1e308}])
@example([{"n": "3/0/7", "v": 2**62, "bv": 2**62}])
@example([{"n": "3431/0/2", "u": "min", "v": 2**62}])
@RELAXED
def test_a_pack_is_understood_or_refused(pack: object) -> None:
    try:
        rows = _SHELF.profile("parking_lwm2m_3431").decode(
            reading(cbor2.dumps(pack), None, Format.SENML_CBOR)
        )
    except DecodeError:
        return
    assert rows
    assert all(_sound(row) for row in rows)


@given(envelope=st.sampled_from(Envelope), topic=st.text(max_size=20), raw=st.binary(max_size=60))
@example(envelope=Envelope.TTN_V3, topic="", raw=b'{"end_device_ids":{},"uplink_message":{}}')
@example(envelope=Envelope.CHIRPSTACK_V4, topic="", raw=b'{"deviceInfo":null}')
@RELAXED
def test_an_envelope_opens_or_is_refused(envelope: Envelope, topic: str, raw: bytes) -> None:
    try:
        opened = open_envelope(envelope, topic, raw, NOW_MS, TimeTrust.SYNCED)
    except DecodeError:
        return
    assert opened.reading.device
