"""The rules of RFC 8428 that a receiver checks, and its own examples."""

import json

import cbor2
import pytest

from device_profiles import DecodeError, Format
from device_profiles.senml import Record, guess_format, read_pack, resolve
from tests.device_profiles.corpus import vectors


def _resolved(text: str) -> list[Record]:
    return resolve(read_pack(text.encode(), Format.SENML_JSON))


def test_vectors_of_the_rfc() -> None:
    for vector in vectors("senml_vectors.jsonl"):
        form = Format(vector["format"])
        raw = bytes.fromhex(vector["bytes"]) if "bytes" in vector else vector["raw"].encode()
        if vector.get("must_reject"):
            with pytest.raises(DecodeError):
                resolve(read_pack(raw, form))
            continue
        records = resolve(read_pack(raw, form))
        for record, wanted in zip(records, vector.get("expected_resolved") or [], strict=False):
            assert (record.name, record.unit, record.value) == (wanted["n"], wanted.get("u", ""), wanted["v"])
            assert record.seconds in (None, pytest.approx(wanted["t"]))


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
        ('[{"n":"a","vd":"*"}]', "expected base64url as vd"),
        ('[{"n":"a","vd":7}]', "expected base64url as vd"),
        ('[{"n":"a","v":1,"t":"now"}]', "expected a finite number as t"),
        ('[{"n":"a","v":1,"u":1}]', "expected a text as u"),
        ('[{"bver":11,"n":"a","v":1}]', "up to version 10, got 11"),
        ('[{"bver":1.5,"n":"a","v":1}]', "whole number as bver"),
        ('[{"bver":10,"n":"a","v":1},{"bver":5,"n":"a","v":1}]', "record 2: expected one version"),
        (f'[{{"n":"a","v":{2**70}}}]', "expected a finite number as v"),
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
        (cbor2.dumps([{0: "a", 2: float("nan")}]), "expected a finite number as v"),
    ],
)
def test_cbor_that_is_no_pack_is_refused(raw: bytes, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        resolve(read_pack(raw, Format.SENML_CBOR))


def test_the_form_is_guessed_by_the_first_byte() -> None:
    pack = [{"n": "a", "v": 1}]
    assert guess_format(b" \n" + json.dumps(pack).encode()) is Format.SENML_JSON
    assert guess_format(cbor2.dumps(pack)) is Format.SENML_CBOR
