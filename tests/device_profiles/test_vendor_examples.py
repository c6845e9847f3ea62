"""Vendors' own examples, from outside the repository, mean the same to our profiles as to the vendors' decoders."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from msgspec import Struct

from device_profiles import DecodeError, Reading, load_shelf
from tests.device_profiles.corpus import vectors
from wire import DeviceId, Observation, TimeTrust

_SHELF = load_shelf()
_DEVICE: Final = DeviceId("d")
_NOW_MS: Final = 1_700_000_000_000


class Meaning(Struct, frozen=True, kw_only=True):
    """What a vendor's field is to us: a property, perhaps of a part; `scale` vendor's units make one of ours."""

    property: str
    scale: float = 1
    part: str = ""


def _to(name: str, scale: float = 1, part: str = "") -> Meaning:
    return Meaning(property=name, scale=scale, part=part)


# The vendor's words for states; numbers stay what they are.
_WORDS: Final[Mapping[object, int]] = {
    **dict.fromkeys(("open", "leak", "on", "trigger", "occupied", "tilt", "threshold_alarm", "alarm"), 1),
    **dict.fromkeys(("close", "normal", "off", "idle", "vacant", "closed"), 0),
}
_AIR = {"temperature": _to("air.temperature"), "humidity": _to("air.humidity"), "co2": _to("air.co2")}
_MILESIGHT = {**_AIR, "battery": _to("device.battery_percent"), "pressure": _to("air.pressure")}
_LEAK = {**_MILESIGHT, "leakage_status": _to("water.leak")}
_BIN = {
    "battery": _to("device.battery_percent"),
    "temperature": _to("device.temperature"),
    "distance": _to("waste.distance", 1000),
    "position": _to("waste.tipped"),
    "distance_alarm": _to("waste.full"),
}
_COUNTED = {
    **_MILESIGHT,
    "total_in": _to("people.in"),
    "total_out": _to("people.out"),
    "period_in": _to("people.in_period"),
    "period_out": _to("people.out_period"),
}
_LINES = {
    f"line_{line}_{name}": _to(ours, part=f"line{line}")
    for line in range(1, 5)
    for name, ours in {
        "total_in": "people.in",
        "total_out": "people.out",
        "period_in": "people.in_period",
        "period_out": "people.out_period",
    }.items()
}
_REGIONS = {f"region_{n}_count": _to("people.present", part=f"region{n}") for n in range(1, 17)}
_SOCKET = {
    "voltage": _to("electricity.voltage_a"),
    "active_power": _to("electricity.power"),
    "power_factor": _to("electricity.power_factor", 100),
    "power_consumption": _to("electricity.index", 1000),
    "current": _to("electricity.current_a", 1000),
    "socket_status": _to("output.on"),
}
_ELSYS = {
    **_AIR,
    "vdd": _to("device.battery_v", 1000),
    "light": _to("air.illuminance"),
    "motion": _to("motion.period_count"),
    "externalTemperature": _to("probe.temperature"),
    "analog1": _to("input.value", 1000, "analog1"),
    "pressure": _to("air.pressure"),
    "digital": _to("input.on", part="digital1"),
    "pulseAbs": _to("meter.pulses", part="pulse1"),
    "distance": _to("distance", 1000),
    "soundPeak": _to("air.noise_max"),
    "soundAvg": _to("air.noise_leq"),
    "waterleak": _to("input.value", part="leak"),
}
_ELSYS_MODELS = (
    *("elt-2", "elt-lite", "elt-2-hp", "elt-ultrasonic", "ems", "ems-lite", "ems-desk", "ems-door"),
    *("ers", "ers-co2", "ers-co2-lite", "ers-eye", "ers-lite", "ers-sound", "ers-voc"),
)
_TABS = {
    "battery": _to("device.battery_v"),
    "battery_volt": _to("device.battery_v"),
    "temperatureBoard": _to("device.temperature"),
    "humidity": _to("air.humidity"),
    "temperature": _to("air.temperature"),
}
_MERRY = {**_TABS, "humi": _to("air.humidity"), "co2_ppm": _to("air.co2")}

# The vendor's name of a device → our profile, and what its fields are.
_OURS: Final[Mapping[str, tuple[str, Mapping[str, Meaning]]]] = {
    "milesight-em300-th": ("air_milesight_em300_th", _MILESIGHT),
    "em300-th": ("air_milesight_em300_th", _MILESIGHT),
    "am102": ("air_milesight_am103", _MILESIGHT),
    "am102l": ("air_milesight_am103", _MILESIGHT),
    "am103": ("air_milesight_am103", _MILESIGHT),
    "am103l": ("air_milesight_am103", _MILESIGHT),
    "am107": (
        "air_milesight_am107",
        {**_MILESIGHT, "illumination": _to("air.illuminance"), "tvoc": _to("air.tvoc")},
    ),
    "gs301": ("air_milesight_gs301", {**_MILESIGHT, "nh3": _to("air.nh3"), "h2s": _to("air.h2s")}),
    "ws302": (
        "noise_milesight_ws302",
        {
            "battery": _to("device.battery_percent"),
            "LAF": _to("air.noise"),
            "LAeq": _to("air.noise_leq"),
            "LAFmax": _to("air.noise_max"),
        },
    ),
    "wts506": (
        "air_milesight_wts506",
        {
            **_MILESIGHT,
            "wind_direction": _to("air.wind_direction"),
            "wind_speed": _to("air.wind_speed"),
            "rainfall_total": _to("air.rain"),
        },
    ),
    **dict.fromkeys(("em400-tld", "em400-mud", "em400-udl"), ("waste_milesight_em400", _BIN)),
    **dict.fromkeys(
        ("milesight-em300-sld-zld", "em300-sld", "em300-zld", "em300-mld"),
        ("leak_milesight_em300_sld", _LEAK),
    ),
    "ws303": ("leak_milesight_ws303", _LEAK),
    "em300-mcs": ("door_milesight_em300_mcs", {**_MILESIGHT, "magnet_status": _to("door.open")}),
    "vs370": (
        "care_milesight_vs370",
        {"battery": _to("device.battery_percent"), "occupancy": _to("care.presence")},
    ),
    "vs121": (
        "people_milesight_vs121",
        {
            **_REGIONS,
            "people_count_all": _to("people.present"),
            "people_in": _to("people.in_period"),
            "people_out": _to("people.out_period"),
            "firmware_version": _to("device.firmware"),
        },
    ),
    **dict.fromkeys(("vs133", "vs135"), ("people_milesight_vs133", {**_LINES, **_REGIONS})),
    **dict.fromkeys(("vs350", "vs351"), ("people_milesight_vs350", _COUNTED)),
    **dict.fromkeys(("ws513", "ws515", "ws523", "ws525"), ("plug_milesight_ws523", _SOCKET)),
    "gs524n": (
        "fire_milesight_gs524n",
        {"battery": _to("device.battery_percent"), "temperature": _to("air.temperature")},
    ),
    "em310-tilt": (
        "manhole_milesight_em310_tilt",
        {f"angle_{axis}": _to("device.tilt", part=axis) for axis in "xyz"},
    ),
    **dict.fromkeys(
        [
            "elt-2",
            "elt-lite",
            "elt-2-hp",
            "elt-ultrasonic",
            "ems",
            "ems-lite",
            "ems-desk",
            "ems-door",
            "ers",
            "ers-co2",
            "ers-co2-lite",
            "ers-eye",
            "ers-lite",
            "ers-sound",
            "ers-voc",
        ],
        ("air_elsys_ers", _ELSYS),
    ),
    "tbdw100": ("door_browan_tbdw100", {**_TABS, "status": _to("door.open")}),
    "tbwl100": ("leak_browan_tbwl100", {**_TABS, "status": _to("water.leak")}),
    **dict.fromkeys(
        ("tbhh100", "tbhv110", "tabs-tbhh100-temperature-humidity-sensor"), ("air_browan_tbhh100", _TABS)
    ),
    "tbsl100": ("noise_browan_tbsl100", {**_TABS, "decibel": _to("air.noise")}),
    "tbms100": (
        "motion_browan_tbms100",
        {**_TABS, "status": _to("motion.detected"), "count": _to("motion.count")},
    ),
    # Its decoder there reads two of the counter's three bytes, and the times in another order.
    "tabs-tbms100-desk-occupancy-sensor": (
        "motion_browan_tbms100",
        {
            "battery_volt": _to("device.battery_v"),
            "temperature": _to("device.temperature"),
            "mot_motionst": _to("motion.detected"),
        },
    ),
    "tbpb100": ("care_browan_tbpb100", {**_TABS, "status": _to("care.sos")}),
    "merryiot-dw10": (
        "door_merryiot_dw10",
        {
            **_MERRY,
            "open": _to("door.open"),
            "tamper": _to("device.tamper"),
            "count": _to("door.openings"),
        },
    ),
    "merryiot-cd10": ("air_merryiot_cd10", _MERRY),
    "wilsen-sonic-level": (
        "waste_pepperl_fuchs_wilsen",
        {
            "battery_vol": _to("device.battery_v"),
            "fillinglvl": _to("waste.fill_level"),
            "temp": _to("air.temperature"),
            "proxx": _to("waste.distance", 100),
        },
    ),
    "t0006923-edoctor": ("care_tektelic_edoctor", {"battery": _to("device.battery_percent")}),
}
_EXAMPLES: Final = 100
_FACTS: Final = 300
"""So many examples and facts at least are of devices that we have; fewer would mean that this test has come loose."""


def test_vendors_examples_mean_the_same_to_us() -> None:
    agreed, compared, wrong = 0, 0, []
    for row in _rows():
        key, fields = _OURS[_named(row)]
        reading = Reading(
            device=_DEVICE,
            payload=bytes.fromhex(row["bytes"]),
            received_ms=_NOW_MS,
            trust=TimeTrust.SYNCED,
            port=row["fPort"],
        )
        try:
            told = list(_SHELF.profile(key).decode(reading))
        except DecodeError as error:
            if not row["expected"].get("errors"):
                wrong.append(f"{row['id']}: {error}")
            agreed += bool(row["expected"].get("errors"))
            continue
        facts = list(_facts(row["expected"].get("data", {}), fields))
        missing = [fact for fact in facts if not _told(fact, told)]
        wrong += [f"{row['id']}: expected {fact}, got {told}" for fact in missing]
        compared += len(facts)
        agreed += not missing
    assert wrong == []
    assert agreed >= _EXAMPLES
    assert compared >= _FACTS


Fact = tuple[Meaning, float | str, int]


def _rows() -> Iterator[dict[str, Any]]:
    rows = vectors("lorawan_examples.jsonl")
    mine = [row for row in rows if row["kind"] == "decodeUplink" and _named(row) in _OURS]
    if not mine:
        pytest.skip("no example of a device that we have")
    yield from mine


def _named(row: Mapping[str, Any]) -> str:
    return next((name for name in row["devices"] if name in _OURS), "")


def _facts(told: Mapping[str, Any], fields: Mapping[str, Meaning], at_ms: int = _NOW_MS) -> Iterator[Fact]:
    """Give each fact that a vendor's example states and that has a property of ours."""
    for name, value in told.items():
        if name == "history":
            for turn in value:
                yield from _facts(turn, fields, turn["timestamp"] * 1000)
        elif name in fields:
            yield fields[name], _WORDS.get(value, value), at_ms


def _told(fact: Fact, told: list[Observation]) -> bool:
    meaning, value, at_ms = fact
    device = f"{_DEVICE}/{meaning.part}" if meaning.part else _DEVICE
    return any(
        row.device == device
        and row.property == meaning.property
        and row.at_ms == at_ms
        and _same(row.value, value, meaning.scale)
        for row in told
    )


def _same(ours: float | str, theirs: float | str, scale: float) -> bool:
    if isinstance(ours, str) or isinstance(theirs, str):
        return ours == theirs
    return abs(ours * scale - theirs) <= 0.005 + abs(theirs) * 1e-9  # some of them round to two places
