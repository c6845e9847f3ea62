"""The rules of RFC 8428 that a receiver checks, and its own examples."""

import json

import cbor2
import pytest

from device_profiles import DecodeError, Format
from device_profiles.protocols.senml import Dialect, Record, guess_format, read_pack, resolve


def _resolved(text: str) -> list[Record]:
    return resolve(read_pack(text.encode(), Format.SENML_JSON, Dialect.RFC8428))


# RFC 8428, 5.1.3: the example of a moving sensor, shortened.
def test_base_fields_are_joined_in() -> None:
    records = _resolved(
        '[{"bn":"urn:dev:ow:10e2073a01080063","bt":1320067464,"bu":"%RH","v":20},'
        '{"u":"lon","v":24.30621},{"t":60,"v":20.3},{"u":"%EL","t":150,"v":98}]'
    )
    assert [(record.unit, record.seconds, record.value) for record in records] == [
        ("%RH", 1320067464.0, 20),
        ("lon", 1320067464.0, 24.30621),
        ("%RH", 1320067524.0, 20.3),
        ("%EL", 1320067614.0, 98),
    ]
    assert {record.name for record in records} == {"urn:dev:ow:10e2073a01080063"}


def test_base_value_base_sum_and_texts() -> None:
    assert [record.value for record in _resolved('[{"bn":"a","bv":10,"v":5},{"v":-2.5},{"n":"b"}]')] == [
        15,
        7.5,
        10,
    ]
    assert [record.sum for record in _resolved('[{"bn":"a","bs":10,"s":5},{"s":1}]')] == [15, 11]
    assert [
        record.value
        for record in _resolved('[{"n":"a","vs":"x"},{"n":"b","vd":"3q2-7w"},{"n":"c","vb":false}]')
    ] == [
        "x",
        b"\xde\xad\xbe\xef",
        False,
    ]


def test_a_record_may_hold_base_fields_alone() -> None:
    (record,) = _resolved('[{"bn":"/3431/0/","bt":1700000000},{"n":"1","vb":true}]')
    assert (record.name, record.seconds, record.value) == ("/3431/0/1", 1700000000.0, True)


def test_labels_nobody_knows_are_passed_over() -> None:
    assert _resolved('[{"n":"a","v":1,"foo":1}]')[0].value == 1
    assert resolve(read_pack(cbor2.dumps([{0: "a", 2: 1, 99: 1}]), Format.SENML_CBOR))[0].value == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "expected a SenML pack as JSON"),
        ("null", "expected a SenML pack as JSON"),
        ("[] []", "expected a SenML pack as JSON"),
        ("\ufeff[]", "expected a SenML pack as JSON"),
        ("[" * 100_000, "expected a SenML pack as JSON"),
        ('[{"n":"a","v":NaN}]', "expected a finite number, got NaN"),
        ('[{"n":"a","v":-Infinity}]', "expected a finite number, got -Infinity"),
        ('[{"n":"a","v":1e400}]', "expected a finite number as v"),
        ('[{"bn":"a","bt":1e308,"t":1e308,"v":1}]', "expected a finite number as t with its base"),
        ('[{"n":"a","v":1,"v":2}]', "expected each label once"),
        ('[{"bver":0,"n":"a","v":1}]', "whole number above 0 as bver"),
        ('[{"bver":-1,"n":"a","v":1}]', "whole number above 0 as bver"),
        ('[{"bver":"10","n":"a","v":1}]', "whole number above 0 as bver"),
        ('[{"bver":true,"n":"a","v":1}]', "whole number above 0 as bver"),
        (
            '[{"n":"a","v":1},{"bver":5,"n":"a","v":1}]',
            "record 2: expected one version in a pack, got 10 and 5",
        ),
        ('[{"n":"a","v":1,"x_":1}]', "must be understood"),
        ('[{"n":"a","v":1,"_":1}]', "must be understood"),
        ('[{"bn":"a","bv":"1","v":1}]', "expected a finite number as bv"),
        ('[{"bn":"a","bs":[],"v":1}]', "expected a finite number as bs"),
        ('[{"bn":1,"v":1}]', "expected a text as bn"),
        ('[{"bn":"a","bu":false,"v":1}]', "expected a text as bu"),
        ('[{"n":"a","v":1,"ut":"1"}]', "expected a finite number as ut"),
        ('[{"n":"a","s":"1"}]', "expected a finite number as s"),
        ('[{"n":"a","s":true}]', "expected a finite number as s"),
        ('[{"n":"a","vs":"x","vb":null}]', "expected one value, got vs and vb"),
        ('[{"n":"a","vb":"true"}]', "expected a truth as vb"),
        ('[{"n":"a","vs":null}]', "expected a text as vs"),
        ('[{"n":"a","vs":"\\ud800"}]', "expected a text as vs"),
        ('[{"n":"a","vd":"3q2+7w"}]', "expected base64url"),
        ('[{"n":"a","vd":"3q2-7w=="}]', "expected base64url without padding"),
        ('[{"n":"a","vd":"3q2-7"}]', "expected base64url"),
        ('[{"n":"","v":1}]', "expected a name"),
        ('[{"n":"_a","v":1}]', "expected a name"),
        ('[{"n":":a","v":1}]', "expected a name"),
        ('[{"n":".a","v":1}]', "expected a name"),
        ('[{"n":"\u6c34","v":1}]', "expected a name"),
        ('[{"n":"a\\n","v":1}]', "expected a name"),
        ('[{"bn":"-","n":"a","v":1}]', "expected a name"),
        ("[1]", "expected a SenML pack as JSON"),
        ("[", "expected a SenML pack as JSON"),
        ('[{"n":"a","v":1,"x_":1}]', "must be understood but is not, got 'x_'"),
        ('[{"n":"a"}]', "expected a value or a sum for 'a'"),
        ("[{}]", "expected a name"),
        ('[{"v":1}]', "expected a name of 1 to 255 .*, got ''"),
        ('[{"n":"-a","v":1}]', "expected a name"),
        ('[{"n":"/a","v":1}]', "expected a name"),
        ('[{"n":"a b","v":1}]', "expected a name"),
        (f'[{{"n":"{"a" * 256}","v":1}}]', "expected a name"),
        ('[{"n":1,"v":1}]', "expected a text as n"),
        ('[{"n":"a","v":1,"vb":true}]', "expected one value, got v and vb"),
        ('[{"n":"a","v":"1"}]', "expected a finite number as v"),
        ('[{"n":"a","v":true}]', "expected a finite number as v"),
        ('[{"n":"a","v":null}]', "expected a finite number as v"),
        ('[{"n":"a","vb":1}]', "expected a truth as vb"),
        ('[{"n":"a","vs":1}]', "expected a text as vs"),
        ('[{"n":"a","vd":"*"}]', "expected base64url without padding as vd"),
        ('[{"n":"a","vd":7}]', "expected base64url without padding as vd"),
        ('[{"n":"a","v":1,"t":"now"}]', "expected a finite number as t"),
        ('[{"n":"a","v":1,"u":1}]', "expected a text as u"),
        ('[{"bver":11,"n":"a","v":1}]', "up to version 10, got 11"),
        ('[{"bver":1.5,"n":"a","v":1}]', "whole number above 0 as bver"),
        ('[{"bver":10,"n":"a","v":1},{"bver":5,"n":"a","v":1}]', "record 2: expected one version"),
        (f'[{{"n":"a","v":{10**400}}}]', "expected a finite number as v"),
    ],
)
def test_what_breaks_a_rule_is_refused(text: str, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        _resolved(text)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "expected a SenML pack as CBOR"),
        (cbor2.dumps([{0: "a", 2: 1}])[:-1], "expected a SenML pack as CBOR"),
        (cbor2.dumps([{0: "a", 2: 1}]) + b"\x00", "got more bytes behind it"),
        (cbor2.dumps({0: "a", 2: 1}), "an array of maps, got dict"),
        (cbor2.dumps([1]), "an array of maps"),
        (cbor2.dumps([{True: 1}]), "numbers or texts as SenML labels"),
        (bytes.fromhex("81a3006161020102 02".replace(" ", "")), "Duplicate map key"),
        (cbor2.dumps([{0: "a", "n": "b", 2: 1}]), "got one as number and as text"),
        (cbor2.dumps([{0: "a", 8: "3q2-7w"}]), "expected a byte string as vd"),
        (cbor2.dumps([{0: "a", 3: b"x"}]), "expected a text as vs"),
        (cbor2.dumps([{0: b"a", 2: 1}]), "expected a text as n"),
        (cbor2.dumps([{0: "a", 2: None}]), "expected a finite number as v"),
        (cbor2.dumps([{0: "a", 2: cbor2.undefined}]), "expected a finite number as v"),
        (cbor2.dumps([{0: "a", 4: 1}]), "expected a truth as vb"),
        (cbor2.dumps([{-1: 10.0, 0: "a", 2: 1}]), "whole number above 0 as bver"),
        (cbor2.dumps([{0: "a", 2: 1, "x_": 1}]), "must be understood"),
        (bytes.fromhex("81a2006161 02c1187b".replace(" ", "")), "expected a finite number as v"),
        (bytes.fromhex("81a2006161 02c4821b7fffffffffffffff03".replace(" ", "")), "decimal fraction"),
        (b"\x81" * 100_000, "expected a SenML pack as CBOR"),
        (bytes.fromhex("81a1005b00000000ffffffff"), "expected a SenML pack as CBOR"),
        (cbor2.dumps([{0: "a", 2: float("nan")}]), "expected a finite number as v"),
    ],
)
def test_cbor_that_is_no_pack_is_refused(raw: bytes, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        resolve(read_pack(raw, Format.SENML_CBOR))


def test_all_ways_to_write_a_number_in_cbor() -> None:
    """Half, single and double floats, decimal fractions (tag 4), big floats (tag 5), big integers (tag 2)."""
    for number, value in (
        ("f93e00", 1.5),
        ("fa3fc00000", 1.5),
        ("fb3ff8000000000000", 1.5),
        ("c48220 0f", 1.5),
        ("c58220 03", 1.5),
        ("c24a 01000000000000000000".replace(" ", ""), 2.0**72),
        ("1bffffffffffffffff", 2.0**64),
        ("38ff", -256),
    ):
        raw = bytes.fromhex("81a2006161 02".replace(" ", "") + number.replace(" ", ""))
        (record,) = resolve(read_pack(raw, Format.SENML_CBOR))
        assert record.value == value
        assert isinstance(record.value, float) == isinstance(value, float)


def test_arrays_maps_and_texts_of_indefinite_length() -> None:
    (record,) = resolve(read_pack(bytes.fromhex("9fbf007f61616162ff0201ffff"), Format.SENML_CBOR))
    assert (record.name, record.value) == ("ab", 1)


def test_a_stream_is_read_as_far_as_it_came() -> None:
    rows = '{"bn":"a","bt":1700000000,"v":1},{"t":1,"v":2}'
    for text in (f"[{rows}", f"[{rows},\n", f"[{rows}]\n"):
        assert [r.value for r in resolve(read_pack(text.encode(), Format.SENSML_JSON))] == [1, 2]
    for raw in ("9fa20061610201", "9fa20061610201ff", "81a20061610201"):
        assert len(resolve(read_pack(bytes.fromhex(raw), Format.SENSML_CBOR))) == 1
    with pytest.raises(DecodeError):
        read_pack(b'[{"n":"a","v"', Format.SENSML_JSON)


def test_the_empty_pack_the_older_version_and_the_update_time() -> None:
    assert _resolved("[]") == []
    assert resolve(read_pack(b"\x80", Format.SENML_CBOR)) == []
    (record,) = _resolved('[{"bver":5,"n":"a","v":1,"ut":60}]')
    assert (record.version, record.update_s) == (5, 60.0)


def test_only_lwm2m_may_begin_a_name_with_a_slash() -> None:
    pack = read_pack(b'[{"bn":"/3431/0/","n":"1","vb":true}]', Format.SENML_JSON)
    assert resolve(pack, Dialect.LWM2M)[0].name == "/3431/0/1"
    with pytest.raises(DecodeError, match="expected a name"):
        resolve(pack, Dialect.RFC8428)


def test_lwm2m_pads_base64_and_has_a_field_for_links() -> None:
    raw = b'[{"bn":"/6/0/","n":"4","vd":"IAAAAP8="},{"n":"5","vlo":"3:0"},{"n":"6","vs":"x","vlo":"3:0"}]'
    values = [record.value for record in resolve(read_pack(raw, Format.SENML_JSON))]
    assert values == [bytes.fromhex("20000000ff"), "3:0", "x"]


@pytest.mark.parametrize("text", ["IAAAAP8==", "IAAA===", "=", "IA=AAP8="])
def test_lwm2m_pads_rightly(text: str) -> None:
    with pytest.raises(DecodeError, match="expected base64url"):
        read_pack(f'[{{"n":"4","vd":"{text}"}}]'.encode(), Format.SENML_JSON)


def test_a_number_beyond_64_bits_is_a_double() -> None:
    (record,) = _resolved(f'[{{"n":"a","v":{2**70}}}]')
    assert record.value == 2.0**70


def test_the_form_is_guessed_by_the_first_byte() -> None:
    pack = [{"n": "a", "v": 1}]
    assert guess_format(b" \n" + json.dumps(pack).encode()) is Format.SENML_JSON
    assert guess_format(cbor2.dumps(pack)) is Format.SENML_CBOR
