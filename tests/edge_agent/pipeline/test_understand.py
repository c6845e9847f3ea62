"""Whatever is heard becomes rows, or a quarantine entry that says why not."""

from collections.abc import Sequence

import msgspec
import pytest

from device_profiles import DecodeError, Profile, Reading
from edge_agent.pipeline import Registry
from edge_agent.pipeline.understand import understand
from edge_agent.sources import Heard, Refused
from wire import DeviceId, Observation, PropertyName, Stream, TimeTrust, Value, Words

DEVICE = DeviceId("70b3d57ed0000001")


def profile(key: str, *rows: tuple[str, Value]) -> Profile:
    def decode(reading: Reading) -> Sequence[Observation]:
        if reading.payload == b"bad":
            raise DecodeError("expected 2 bytes, got 3")
        return [
            Observation(
                device=reading.device, property=PropertyName(name), value=value, at_ms=reading.taken_ms
            )
            for name, value in rows
        ]

    return Profile(key=key, title=Words(zh="", en=""), heartbeat_s=60, silent_after_s=180, decode=decode)


GOOD = profile("good", ("parking.occupied", 1), ("device.battery_v", 3.6))
REGISTRY = Registry(
    profiles={
        "good": GOOD,
        "endless": profile("endless", ("device.battery_v", float("inf"))),
        "strange": profile("strange", ("parking.ocupied", 1)),
    },
    devices={DeviceId("special"): "endless"},
)


def heard(
    device: str = DEVICE, route: str = "good", payload: bytes = b"ok", identity: str = "", kind: str = ""
) -> Heard:
    reading = Reading(
        device=DeviceId(device),
        payload=payload,
        received_ms=5,
        trust=TimeTrust.SYNCED,
        identity=identity,
        port=3,
    )
    return Heard(
        source="mqtt", reading=reading, profile=route, settle=lambda _: None, where="a/b/up", kind=kind
    )


def test_a_good_reading_becomes_rows_in_their_streams() -> None:
    meant = understand(heard(), REGISTRY)
    assert [(stream, row.property) for stream, row in meant.rows] == [
        (Stream.STATE, "parking.occupied"),
        (Stream.TELEMETRY, "device.battery_v"),
    ]
    assert meant.profile is GOOD
    assert meant.quarantined is None


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (heard(payload=b"bad"), "good: expected 2 bytes, got 3"),
        (heard(route=""), r"no profile for device '70b3d57ed0000001'"),
        (heard(route="unknown"), "no profile for device"),
        (heard(route="", kind="TPS 110"), "calls 'TPS 110'; add that name to by_name of the source"),
        (heard(device="special"), "expected a finite number for device.battery_v, got inf"),
        (heard(route="strange"), "expected a property of the catalogue, got 'parking.ocupied'"),
    ],
)
def test_what_is_not_understood_is_quarantined_with_its_reason(item: Heard, reason: str) -> None:
    meant = understand(item, REGISTRY)
    assert meant.rows == ()
    assert meant.quarantined is not None
    assert reason in meant.quarantined.reason
    assert (meant.quarantined.payload, meant.quarantined.device) == (
        item.reading.payload,
        item.reading.device,
    )
    assert meant.quarantined.where == "a/b/up"


def test_a_devices_own_entry_overrides_its_route() -> None:
    assert understand(heard(device="special", route="good"), REGISTRY).quarantined is not None


def test_what_could_not_even_become_a_reading_is_quarantined() -> None:
    item = Refused(
        source="mqtt",
        where="a/b",
        payload=b"\xff",
        reason="expected JSON",
        received_ms=7,
        trust=TimeTrust.SYNCED,
        settle=lambda _: None,
    )
    meant = understand(item, REGISTRY)
    assert meant.quarantined is not None
    assert (meant.quarantined.where, meant.quarantined.reason) == ("a/b", "expected JSON")


def test_the_same_identity_of_two_devices_is_two_identities() -> None:
    one, two = understand(heard("a", identity="7"), REGISTRY), understand(heard("b", identity="7"), REGISTRY)
    assert one.identity
    assert one.identity != two.identity
    assert understand(heard(), REGISTRY).identity == b""


def test_private_bytes_are_not_kept() -> None:
    private = Registry(
        profiles={"room": msgspec.structs.replace(GOOD, key="room", private=True), "good": GOOD}, devices={}
    )
    meant = understand(heard(route="room", payload=b"bad"), private)
    assert meant.quarantined is not None
    assert meant.quarantined.payload == b""
    assert meant.quarantined.cut
    assert "3 private bytes not kept" in meant.quarantined.reason
    assert private.private(DEVICE, "room")
    assert not private.private(DEVICE, "good")
