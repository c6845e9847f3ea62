"""What a codec gives is copied by clear rules, whatever the codec did to its world."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_profiles import DecodeError
from device_profiles.javascript import Entry, Runner
from tests.device_profiles.javascript.conftest import WriteCodec
from tests.device_profiles.javascript.hostile import TOO_MUCH, codec
from tests.device_profiles.made import RELAXED

GIVEN = {"bytes": [1], "fPort": 1}


@pytest.mark.parametrize(
    ("expression", "came"),
    [
        ("NaN", None),
        ("Infinity", None),
        ("-Infinity", None),
        ("-0", 0),
        ("1e21", 1e21),
        ("0.1 + 0.2", 0.30000000000000004),
        ("9007199254740993n", "9007199254740993"),
        ("-12n", -12),
        ("null", None),
        ("[undefined, function () {}, Symbol('a'), 1]", [None, None, None, 1]),
        ("{ a: undefined, b: function () {}, c: Symbol('a'), d: 1 }", {"d": 1}),
        ("new Date(0)", "1970-01-01T00:00:00.000Z"),
        ("new Date(NaN)", None),
        ("new Number(5)", 5),
        ("new String('five')", "five"),
        ("new Boolean(false)", False),
        ("new Uint8Array([1, 2])", [1, 2]),
        ("new Float32Array([0.5])", [0.5]),
        ("new DataView(new ArrayBuffer(8))", {}),
        ("new Map([[1, 2]])", {}),
        ("Promise.resolve(1)", {}),
        (
            "Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true }, hidden: { value: 3 } })",
            {"own": 2},
        ),
        ('JSON.parse(\'{"__proto__": {"a": 1}, "b": 2}\')', {"__proto__": {"a": 1}, "b": 2}),
        ("{ toJSON: function () { return 'poison'; }, a: 1 }", {"a": 1}),
        ("[1, , 3]", [1, None, 3]),
        ("'\\ud800'", "\ufffd"),
        ("'里弄'", "里弄"),
        ("Object.assign([1], { extra: 2 })", [1]),
        ("new Proxy({ a: 1 }, {})", {"a": 1}),
    ],
)
def test_values(runner: Runner, script: WriteCodec, expression: str, came: object) -> None:
    made = script(codec(f"return {{ data: {{ value: {expression} }} }};"))
    data = runner.run(made, Entry.UPLINK, GIVEN, 0)["data"]
    assert data == {"value": came}
    assert isinstance(data, dict)
    assert type(data["value"]) is type(came)


@pytest.mark.parametrize("body", TOO_MUCH.values(), ids=TOO_MUCH)
def test_what_cannot_be_taken_is_refused(runner: Runner, script: WriteCodec, body: str) -> None:
    with pytest.raises(DecodeError, match=r"expected|threw"):
        runner.run(script(codec(body)), Entry.UPLINK, GIVEN, 0)
    assert "ended" not in runner.counts()


POISON = (
    "Object.prototype.toJSON = function () { return 'poison'; };",
    "Array.prototype.toJSON = function () { return 'poison'; };",
    "String.prototype.toJSON = Number.prototype.toJSON = function () { return 'poison'; };",
    "Object.defineProperty(Array.prototype, 0, { set: function () { throw 1; }, get: function () { return 9; } });",
    "Object.defineProperty(Object.prototype, 'a', { set: function () { throw 1; }, configurable: true });",
    "JSON.stringify = function () { return '{\"data\": 7}'; }; JSON.parse = function () { return {}; };",
    "Object.keys = function () { return ['z']; }; Array.isArray = function () { return true; };",
    "Reflect.apply = 5; Function.prototype.call = 5; Function.prototype.apply = 5;",
    "Array.prototype[Symbol.iterator] = function () { throw 1; }; Array.prototype.join = 5;",
    "globalThis.Object = globalThis.Reflect = globalThis.Date = undefined;",
    "Object.setPrototypeOf(Array.prototype, { toJSON: function () { return 'poison'; } });",
    "Set.prototype.has = 5; Date = 5; Math = 5;",
)


@pytest.mark.parametrize("poison", POISON)
@pytest.mark.parametrize("inside", [True, False])
def test_a_poisoned_world_changes_no_answer(
    runner: Runner, script: WriteCodec, poison: str, inside: bool
) -> None:
    body = "return { data: { a: [1, { b: 'two' }] } };"
    source = codec(poison + body) if inside else poison + codec(body)
    made = script(source)
    for _ in range(3):
        assert runner.run(made, Entry.UPLINK, GIVEN, 0) == {"data": {"a": [1, {"b": "two"}]}}
    clean = script(codec("var s = JSON.stringify([1, 'a', {}]); return { data: { s: s } };"), "clean.js")
    assert runner.run(clean, Entry.UPLINK, GIVEN, 0) == {"data": {"s": '[1,"a",{}]'}}


@pytest.mark.parametrize(
    "body",
    [
        "calls = (typeof calls === 'undefined' ? 0 : calls) + 1; return { data: { calls: calls } };",
        "Math.calls = (Math.calls || 0) + 1; return { data: { calls: Math.calls } };",
        "Object.prototype.calls = (({}).calls || 0) + 1; return { data: { calls: ({}).calls } };",
        "console.calls = (console.calls || 0) + 1; return { data: { calls: console.calls } };",
        "Array.calls = (Array.calls || 0) + 1; return { data: { calls: Array.calls } };",
        "decodeUplink.calls = (decodeUplink.calls || 0) + 1; return { data: { calls: decodeUplink.calls } };",
        (
            "var g = globalThis; if (!g.calls) Object.defineProperty(g, 'calls', { value: { n: 0 } });"
            " return { data: { calls: ++g.calls.n } };"
        ),
        (
            "Array.prototype.push = Array.prototype.push.calls ? 5 : Object.assign(function () {}, { calls: 1 });"
            " return { data: { calls: Array.prototype.push.calls } };"
        ),
        (
            "Array.prototype.map.calls = (Array.prototype.map.calls || 0) + 1;"
            " return { data: { calls: Array.prototype.map.calls || 1 } };"
        ),
    ],
)
def test_no_call_knows_of_the_call_before(runner: Runner, script: WriteCodec, body: str) -> None:
    made = script("var top = 0; " + codec("if (++top !== 1) throw top; " + body))
    for _ in range(4):
        assert runner.run(made, Entry.UPLINK, GIVEN, 0) == {"data": {"calls": 1}}


def test_variables_outside_functions_start_anew(runner: Runner, script: WriteCodec) -> None:
    made = script("var seen = []; let n = 0; " + codec("seen.push(++n); return { data: { seen: seen } };"))
    for _ in range(3):
        assert runner.run(made, Entry.UPLINK, GIVEN, 0) == {"data": {"seen": [1]}}


def test_no_codec_knows_of_another(runner: Runner, script: WriteCodec) -> None:
    first = script(
        codec("globalThis.secret = 1; Object.prototype.leak = 2; return { data: {} };"), "first.js"
    )
    second = script(codec("return { data: [typeof secret, ({}).leak === undefined] };"), "second.js")
    for _ in range(2):
        runner.run(first, Entry.UPLINK, GIVEN, 0)
        assert runner.run(second, Entry.UPLINK, GIVEN, 0) == {"data": ["undefined", True]}


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@RELAXED
@given(thing=_PLAIN)
def test_json_comes_back_as_it_went(runner: Runner, script: WriteCodec, thing: object) -> None:
    echo = script(codec("return { data: input.variables };"))
    assert runner.run(echo, Entry.UPLINK, {"bytes": [], "variables": thing}, 0)["data"] == thing
