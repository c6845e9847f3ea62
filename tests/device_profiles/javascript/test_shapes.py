"""The calling conventions of the device repositories, and the world in which codecs find themselves."""

import pytest

from device_profiles import DecodeError
from device_profiles.javascript import Entry, Runner
from tests.device_profiles.javascript.conftest import WriteCodec

GIVEN = {"bytes": [1, 2, 255], "fPort": 85}
AT_MS = 1_700_000_000_123


@pytest.mark.parametrize(
    "source",
    [
        "function decodeUplink(i) { return { data: { sum: i.bytes[0] + i.bytes[1], port: i.fPort } }; }",
        "const decodeUplink = (input) => ({ data: { sum: input.bytes[0] + input.bytes[1], port: input.fPort } });",
        "var Decode = function (fPort, bytes) { return { sum: bytes[0] + bytes[1], port: fPort }; };",
        "function Decoder(bytes, port) { 'use strict'; return { sum: bytes[0] + bytes[1], port: port }; }",
        "module.exports = { decodeUplink: function (i) { return { data: { sum: i.bytes[0] + 2, port: i.fPort } }; } };",
        "exports.decodeUplink = function (i) { return { data: { sum: i.bytes[0] + 2, port: i.fPort } }; };",
        "export function decodeUplink(i) { return { data: { sum: i.bytes[0] + 2, port: i.fPort } }; }",
        "function decodeUplink(i) { return { data: { sum: 3, port: i.fPort } }; }\nexport { decodeUplink };",
        "(function (me) { me.decodeUplink = function (i) { return { data: { sum: 3, port: i.fPort } }; }; })(this);",
        "decodeUplink = function (i) { return { data: { sum: 3, port: i.fPort } }; } // not declared",
        "var module = module || {}; function decodeUplink(i) { return { data: { sum: 3, port: i.fPort } }; }",
        "\ufefffunction decodeUplink(i) { return { data: { sum: 3, port: i.fPort } }; }",
    ],
)
def test_every_way_to_write_an_uplink_decoder(runner: Runner, script: WriteCodec, source: str) -> None:
    assert runner.run(script(source), Entry.UPLINK, GIVEN, AT_MS)["data"] == {"sum": 3, "port": 85}


def test_ts013_goes_before_what_is_older(runner: Runner, script: WriteCodec) -> None:
    both = script(
        "function Decoder() { return { old: 1 }; } function decodeUplink() { return { data: { new: 1 } }; }"
    )
    assert runner.run(both, Entry.UPLINK, GIVEN, AT_MS) == {"data": {"new": 1}}
    assert runner.run(both, Entry.DECODER, GIVEN, AT_MS) == {"data": {"old": 1}}


@pytest.mark.parametrize(
    "source",
    [
        "function encodeDownlink(input) { return { fPort: 2, bytes: [input.data.on ? 1 : 0] }; }",
        "function encodeDownlink(input) { return { fPort: 2, bytes: Uint8Array.of(input.data.on ? 1 : 0) }; }",
    ],
)
def test_downlinks_are_encoded(runner: Runner, script: WriteCodec, source: str) -> None:
    assert runner.run(script(source), Entry.ENCODE, {"data": {"on": True}}, AT_MS) == {
        "fPort": 2,
        "bytes": [1],
    }


def test_older_encoders_give_the_bytes_alone(runner: Runner, script: WriteCodec) -> None:
    v3 = script("function Encode(fPort, obj, variables) { return [fPort, obj.level]; }", "v3.js")
    v2 = script("function Encoder(obj, port) { return [port, obj.level]; }", "v2.js")
    for one in (v3, v2):
        given = {"data": {"level": 7}, "fPort": 9}
        assert runner.run(one, Entry.ENCODE, given, AT_MS) == {"bytes": [9, 7]}


def test_a_missing_function_is_named(runner: Runner, script: WriteCodec) -> None:
    with pytest.raises(DecodeError, match="expected the codec to have a function decodeDownlink"):
        runner.run(script("function decodeUplink() {}"), Entry.DECODE_DOWNLINK, GIVEN, AT_MS)


@pytest.mark.parametrize(
    "source", ["function decodeUplink( {", "}); hello(", "let a; let a;", "import x from 'y';"]
)
def test_what_is_no_codec_cannot_be_loaded(runner: Runner, script: WriteCodec, source: str) -> None:
    with pytest.raises(DecodeError, match=r"cannot be loaded|threw|no script"):
        runner.run(script(source), Entry.UPLINK, GIVEN, AT_MS)


def test_what_a_codec_throws_is_told(runner: Runner, script: WriteCodec) -> None:
    with pytest.raises(DecodeError, match="the codec threw: 19 bytes, please"):
        runner.run(
            script("function decodeUplink() { throw new Error('19 bytes, please'); }"), Entry.UPLINK, GIVEN, 0
        )


def test_the_time_is_the_readings_and_never_the_clock(runner: Runner, script: WriteCodec) -> None:
    source = """
    function decodeUplink(input) {
      class Later extends Date {}
      return { data: {
        now: Date.now(), made: new Date().getTime(), called: Date(), utc: Date.UTC(2020, 0, 1), other: new Date(5),
        parsed: Date.parse("2020-01-01T00:00:00Z"), local: new Date(2020, 0, 1, 12).getTime(),
        is: new Date() instanceof Date,
        same: new Date().constructor === Date, later: new Later().getTime(), given: input.recvTime,
        is_date: input.recvTime instanceof Date, hours: input.recvTime.getHours(), performance: typeof performance,
      } };
    }
    """
    given = {**GIVEN, "recvTime": True}
    found = runner.run(script(source), Entry.UPLINK, given, AT_MS)["data"]
    assert found == {
        "now": AT_MS,
        "made": AT_MS,
        "called": "Tue Nov 14 2023 22:13:20 GMT+0000",
        "utc": 1_577_836_800_000,
        "other": "1970-01-01T00:00:00.005Z",
        "parsed": 1_577_836_800_000,
        "local": 1_577_880_000_000,
        "is": True,
        "same": True,
        "later": AT_MS,
        "given": "2023-11-14T22:13:20.123Z",
        "is_date": True,
        "hours": 22,
        "performance": "undefined",
    }


def test_chance_is_the_same_every_time(runner: Runner, script: WriteCodec) -> None:
    dice = script("function decodeUplink() { return { data: [Math.random(), Math.random()] }; }")
    first = runner.run(dice, Entry.UPLINK, GIVEN, AT_MS)["data"]
    assert runner.run(dice, Entry.UPLINK, GIVEN, AT_MS)["data"] == first
    assert isinstance(first, list)
    assert first[0] != first[1]
    assert all(0 <= one < 1 for one in first)


def test_there_is_a_silent_console_and_nothing_of_a_server(runner: Runner, script: WriteCodec) -> None:
    source = """
    function decodeUplink() {
      console.log("a"); console.error(1, 2); console.table([]);
      return { data: [typeof require, typeof process, typeof Buffer, typeof setTimeout, typeof fetch, typeof Atomics,
        typeof WeakRef, typeof XMLHttpRequest, typeof std, typeof os] };
    }
    """
    assert runner.run(script(source), Entry.UPLINK, GIVEN, AT_MS)["data"] == ["undefined"] * 10
