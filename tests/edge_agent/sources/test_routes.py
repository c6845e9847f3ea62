"""Topics to readings: what routes accept, refuse, and never crash on."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chassis import Arrival, ConfigError
from device_profiles import DecodeError, Envelope, Format
from edge_agent.sources.routes import Route, plan_names, plan_routes, understand_arrival
from edge_agent.sources.settings import RouteSettings, Written
from tests.edge_agent.sources.listening import NOW_MS, shelf
from wire import TimeTrust

LEVEL = st.text(string.ascii_lowercase + "é车", max_size=3)
TOPIC = st.lists(LEVEL, min_size=1, max_size=4).map("/".join).filter(bool)


def route(topic: str, **more: object) -> Route:
    (planned,) = plan_routes([RouteSettings(topic=topic, **more)], shelf("p"), table="t")  # type: ignore[arg-type]
    return planned


def arrival(topic: str, payload: bytes = b"x") -> Arrival:
    return Arrival(topic=topic, payload=payload, mid=1, qos=1, again=False, retained=False)


def read(planned: Route, topic: str, payload: bytes) -> tuple[str, bytes, Format]:
    reading = understand_arrival(planned, arrival(topic, payload), NOW_MS, TimeTrust.SYNCED).reading
    return reading.device, reading.payload, reading.format


@pytest.mark.parametrize(
    ("topic", "hears", "ignores"),
    [
        ("a/{device}/up", ["a/1/up", "a//up"], ["a/1", "a/1/up/x", "b/1/up"]),
        ("{device}/#", ["1", "1/a", "1/a/b"], ["$SYS", "$SYS/a"]),
        ("a/+/{device}", ["a/b/c"], ["a/b", "a/b/c/d"]),
        ("$share/x/{device}", ["$share/x/1"], ["share/x/1"]),
    ],
)
def test_a_route_hears_what_its_filter_says(topic: str, hears: list[str], ignores: list[str]) -> None:
    planned = route(topic)
    assert [planned.matches(one) for one in hears] == [True] * len(hears)
    assert [planned.matches(one) for one in ignores] == [False] * len(ignores)


def test_what_is_subscribed_has_no_braces() -> None:
    assert route("a/+/{device}/#").filter == "a/+/+/#"


@pytest.mark.parametrize(
    ("written", "payload", "bytes_", "form"),
    [
        (Written.BYTES, b"\x01\xff", b"\x01\xff", Format.BYTES),
        (Written.HEX, b" 0x01ff\n", b"\x01\xff", Format.BYTES),
        (Written.HEX, b"01 FF", b"\x01\xff", Format.BYTES),
        (Written.HEX, b'"0X01:FF"', b"\x01\xff", Format.BYTES),
        (Written.BASE64, b"Af8", b"\x01\xff", Format.BYTES),
        (Written.BASE64, b"-_8=", b"\xfb\xff", Format.BYTES),
        (Written.BASE64, b"Af8=\n", b"\x01\xff", Format.BYTES),
        (Written.SENML_JSON, b"[]", b"[]", Format.SENML_JSON),
        (Written.SENML_CBOR, b"\x80", b"\x80", Format.SENML_CBOR),
        (Written.BYTES, b"", b"", Format.BYTES),
    ],
)
def test_the_payloads_writing_is_undone(
    written: Written, payload: bytes, bytes_: bytes, form: Format
) -> None:
    assert read(route("a/{device}", format=written), "a/7", payload) == ("7", bytes_, form)


@pytest.mark.parametrize(
    ("planned", "topic", "port"),
    [
        (route("lora/{device}/{port}"), "lora/1/3", 3),
        (route("lora/{port}/{device}", format=Written.HEX), "lora/255/1", 255),
        (route("lora/{device}", port=2), "lora/1", 2),
        (route("lora/{device}"), "lora/1", None),
    ],
)
def test_a_port_comes_from_the_topic_or_the_route(planned: Route, topic: str, port: int | None) -> None:
    understood = understand_arrival(planned, arrival(topic, b"01"), NOW_MS, TimeTrust.SYNCED)
    assert (understood.reading.device, understood.reading.port) == ("1", port)


@pytest.mark.parametrize("level", ["256", "-1", "up", "", "\N{ARABIC-INDIC DIGIT ONE}"])
def test_a_level_that_is_no_port_is_refused(level: str) -> None:
    with pytest.raises(DecodeError, match="expected a port from 0 to 255"):
        read(route("lora/{device}/{port}"), f"lora/1/{level}", b"01")


def test_an_eui_in_a_topic_is_the_one_of_the_site_plan() -> None:
    assert read(route("a/{device}"), "a/0004A30B001C3F5E", b"x")[0] == "0004a30b001c3f5e"


def test_a_route_may_name_its_only_device() -> None:
    assert read(route("pump/temperature", device="pump-1"), "pump/temperature", b"x")[0] == "pump-1"


@pytest.mark.parametrize(
    ("topic", "payload", "written", "says"),
    [
        ("a/", b"x", Written.BYTES, "device id"),
        ("a/\x07", b"x", Written.BYTES, "device id"),
        ("a/ 1", b"x", Written.BYTES, "device id"),
        ("a/" + "1" * 129, b"x", Written.BYTES, "device id"),
        ("a/1", b"0g", Written.HEX, "expected hexadecimal digits, got '0g'"),
        ("a/1", b"012", Written.HEX, "expected pairs of hexadecimal digits, got 3 digits"),
        ("a/1", b"\xff", Written.HEX, "written as hex"),
        ("a/1", b"Af8AA", Written.BASE64, "expected base64, got 'Af8AA'"),
        ("a/1", b"x" * 65_537, Written.BYTES, "at most 65536 bytes"),
    ],
)
def test_what_is_no_reading_is_refused_with_a_reason(
    topic: str, payload: bytes, written: Written, says: str
) -> None:
    with pytest.raises(DecodeError, match=says):
        read(route("a/{device}", format=written), topic, payload)


def test_a_network_servers_envelope_is_bounded_too() -> None:
    with pytest.raises(DecodeError, match="at most"):
        read(route("a/+", envelope=Envelope.TTN_V3), "a/1", b" " * 65_537)


@given(TOPIC, st.binary(max_size=200), st.sampled_from(Written), st.sampled_from(Envelope))
@example("a/1", b"[" * 5000, Written.SENML_JSON, Envelope.RAW)
@example("a/1", b"\x81" * 5000, Written.SENML_CBOR, Envelope.RAW)
@example("a/1", b"[" * 60_000, Written.BYTES, Envelope.CHIRPSTACK_V4)
@example("a/1", b'{"deviceInfo":{"devEui":"\\ud800"}}', Written.BYTES, Envelope.CHIRPSTACK_V4)
def test_nothing_but_a_reading_or_a_reason_comes_out(
    topic: str, payload: bytes, written: Written, envelope: Envelope
) -> None:
    raw = envelope is Envelope.RAW
    planned = route(
        "+/{device}/#" if raw else "#", envelope=envelope, format=written if raw else Written.BYTES
    )
    if planned.matches(topic):
        level = topic.split("/")
        try:
            device, _, _ = read(planned, topic if len(level) > 1 else f"{topic}/x", payload)
        except DecodeError:
            return
        assert device


def test_a_senml_pack_that_says_its_times_is_itself() -> None:
    timed, timeless = b'[{"bn":"a","bt":1.6e9,"n":"x","v":1}]', b'[{"n":"x","v":1}]'
    relative = b'[{"n":"x","v":1,"t":-5}]'
    planned = route("a/{device}", format=Written.SENML_JSON)

    def identity(payload: bytes) -> str:
        return understand_arrival(planned, arrival("a/1", payload), NOW_MS, TimeTrust.SYNCED).reading.identity

    assert identity(timed).startswith("senml:")
    assert identity(timed) == identity(timed)
    assert identity(timed) != identity(timed.replace(b'"v":1', b'"v":2'))
    assert identity(timeless) == identity(relative) == identity(b"[]") == identity(b"nonsense") == ""


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"topic": ""}, "topic filter"),
        ({"topic": "a/b+/{device}"}, "topic filter"),
        ({"topic": "a/#/{device}"}, "topic filter"),
        ({"topic": "a/x{device}"}, "topic filter"),
        ({"topic": "a/{devcie}"}, "topic filter"),
        ({"topic": "a/\0/{device}"}, "topic filter"),
        ({"topic": "a/+"}, "names the device"),
        ({"topic": "{device}/{device}"}, "names the device"),
        ({"topic": "{device}", "device": "1"}, "names the device"),
        ({"topic": "{device}/{port}/{port}"}, "at most one level {port}"),
        ({"topic": "{device}/{port}", "port": 1}, "at most one level {port}"),
        ({"topic": "{device}", "envelope": Envelope.TTN_V3}, "leave out"),
        ({"topic": "+", "port": 1, "envelope": Envelope.TTN_V3}, "leave out"),
        ({"topic": "{port}", "envelope": Envelope.CHIRPSTACK_V4}, "leave out"),
        ({"topic": "+", "device": "1", "envelope": Envelope.TTN_V3}, "leave out"),
        ({"topic": "+", "envelope": Envelope.TTN_V3, "format": Written.HEX}, "format is for raw"),
    ],
)
def test_routes_that_cannot_work_are_refused(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        plan_routes([RouteSettings(**wrong)], shelf(), table="t")  # type: ignore[arg-type]


def test_no_route_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least one route"):
        plan_routes([], shelf(), table="t")


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("a/{device}", "b/{device}", False),
        ("a/{device}", "a/{device}/up", False),
        ("a/{device}", "+/{device}", True),
        ("a/{device}", "{device}/b", True),
        ("a/#", "a", True),
        ("a/#", "b/#", False),
        ("a/+/c", "a/b/+", True),
        ("#", "x/y", True),
    ],
)
def test_routes_that_overlap_are_refused(one: str, other: str, meet: bool) -> None:
    def settings(topic: str) -> RouteSettings:
        return RouteSettings(topic=topic, device="" if "{" in topic else "1")

    pairs = [(one, other), (other, one)]
    for first, second in pairs:
        if meet:
            with pytest.raises(ConfigError, match="overlap"):
                plan_routes([settings(first), settings(second)], shelf(), table="t")
        else:
            assert len(plan_routes([settings(first), settings(second)], shelf(), table="t")) == 2


@given(TOPIC, st.lists(st.sampled_from(["a", "b", "+"]), min_size=1, max_size=3), st.booleans())
def test_two_routes_that_hear_the_same_topic_overlap(topic: str, levels: list[str], open_end: bool) -> None:
    """The check must never miss an overlap: the broker would deliver twice."""
    first = "/".join([*levels, *(["#"] if open_end else [])])
    heard = route(first, device="1").matches(topic)
    if heard and "+" not in topic and "#" not in topic:
        with pytest.raises(ConfigError, match="overlap"):
            plan_routes(
                [RouteSettings(topic=first, device="1"), RouteSettings(topic=topic, device="1")],
                shelf(),
                table="t",
            )


def test_profiles_are_looked_up_when_planning() -> None:
    with pytest.raises(ConfigError, match=r"topic '{device}': key 'profile': .*'q'"):
        plan_routes([RouteSettings(topic="{device}", profile="q")], shelf("p"), table="t")
    assert route("{device}", profile="p").profile == "p"
    (versioned,) = plan_routes([RouteSettings(topic="{device}", profile="p")], shelf("p@6.0"), table="t")
    assert versioned.profile == "p@6.0"
    assert plan_names({"Bosch TPS110": "p"}, shelf("p@6.0"), table="t") == {"Bosch TPS110": "p@6.0"}
    with pytest.raises(ConfigError, match=r"table \[t.by_name\]: key 'Bosch TPS110': .*'q'"):
        plan_names({"Bosch TPS110": "q"}, shelf("p"), table="t")
