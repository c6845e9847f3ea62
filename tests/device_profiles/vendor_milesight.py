"""What Milesight's decoders call the facts that our profiles give."""

import re
from typing import Final

from tests.device_profiles.vendor_table import Decoders, Meaning, counted, to


def _milesight(*models: str) -> tuple[str, ...]:
    """Return the paths of Milesight's decoders; a series is the letters that a model begins with."""
    return tuple(f"milesight: {re.split('[0-9]', one)[0]}-series/{one}/{one}-decoder.js" for one in models)


_CHARGE = {"battery": to("device.battery_percent")}
_AIR = {"temperature": to("air.temperature"), "humidity": to("air.humidity")}
_CLIMATE = {**_CHARGE, **_AIR}
_ROOM = {
    **_CLIMATE,
    "co2": to("air.co2"),
    "pressure": to("air.pressure"),
    "pir": to("motion.detected"),
}
_AMBIENT = {
    **_ROOM,
    "pm2_5": to("air.pm2_5"),
    "pm10": to("air.pm10"),
    "hcho": to("air.hcho", 0.001),
    "o3": to("air.o3"),
}
_BIN = {
    **_CHARGE,
    "temperature": to("device.temperature"),
    "distance": to("waste.distance", 1000),
    "position": to("waste.tipped"),
    "distance_alarm": to("waste.full"),
}
_PEOPLE = {"total_in": "people.in", "total_out": "people.out"}
_PERIOD = {"period_in": "people.in_period", "period_out": "people.out_period"}
_SOCKET = {
    "voltage": to("electricity.voltage_a"),
    "active_power": to("electricity.power"),
    "power_factor": to("electricity.power_factor", 100),
    "power_consumption": to("electricity.index", 1000),
    "current": to("electricity.current_a", 1000),
    "socket_status": to("output.on"),
    "temperature": to("device.temperature"),
}
_TERMINALS = {
    **{f"gpio_input_{n}": to("input.on", part=f"di{n}") for n in range(1, 5)},
    **{f"gpio_counter_{n}": to("meter.pulses", part=f"di{n}") for n in range(1, 5)},
    **{f"gpio_output_{n}": to("output.on", part=f"do{n}") for n in (1, 2)},
    **{f"pt100_{n}": to("probe.temperature", part=f"pt{n}") for n in (1, 2)},
    **{f"adc_{n}": to("input.value", part=f"ma{n}") for n in (1, 2)},
    **{f"adv_{n}": to("input.value", part=f"v{n}") for n in (1, 2)},
}
_NOISE = {
    **{f"L{by}{how}": to("air.noise") for by in "ACZ" for how in "FSI"},
    **{f"L{by}eq": to("air.noise_leq") for by in "ACZ"},
    **{f"L{by}{how}max": to("air.noise_max") for by in "ACZ" for how in "FSI"},
}
_SMOKE = {
    **_CHARGE,
    "temperature": to("air.temperature"),
    "event": Meaning(property="fire.smoke", words={"alarm": 1, "normal": 0}),
}

MILESIGHT: Final = (
    Decoders(
        profile="air_milesight_am103", files=_milesight("am103", "am102", "am103l", "am102l"), fields=_ROOM
    ),
    Decoders(
        profile="air_milesight_am107",
        files=_milesight("am107", "am104"),
        fields={**_ROOM, "illumination": to("air.illuminance"), "tvoc": to("air.tvoc")},
    ),
    Decoders(
        profile="air_milesight_am307",
        files=(*_milesight("am307", "am307l"), "chirpstack: milesight/codecs/am307.js"),
        fields=_ROOM,
    ),
    Decoders(
        profile="air_milesight_am319", files=_milesight("am319-hcho", "am319-o3", "am308"), fields=_AMBIENT
    ),
    Decoders(
        profile="air_milesight_em300_th",
        files=(*_milesight("em300-th"), "chirpstack: milesight/codecs/em300-th.js"),
        fields=_CLIMATE,
    ),
    Decoders(
        profile="air_milesight_gs301",
        files=_milesight("gs301"),
        fields={**_CLIMATE, "nh3": to("air.nh3"), "h2s": to("air.h2s")},
    ),
    Decoders(
        profile="air_milesight_wts506",
        files=_milesight("wts506"),
        fields={
            **_CLIMATE,
            "pressure": to("air.pressure"),
            "wind_direction": to("air.wind_direction"),
            "wind_speed": to("air.wind_speed"),
            "rainfall_total": to("air.rain"),
        },
    ),
    Decoders(
        profile="care_milesight_vs370",
        files=_milesight("vs370"),
        fields={**_CHARGE, "occupancy": to("care.presence")},
    ),
    Decoders(
        profile="care_milesight_ws101",
        files=_milesight("ws101"),
        fields={
            **_CHARGE,
            "button_event.status": Meaning(
                property="device.button",
                words={"short press": "short", "long press": "long", "double press": "double"},
            ),
        },
    ),
    Decoders(profile="contact_milesight_uc300", files=_milesight("uc300"), fields=_TERMINALS),
    Decoders(
        profile="door_milesight_em300_mcs",
        files=(*_milesight("em300-mcs"), "chirpstack: milesight/codecs/em300-mcs.js"),
        fields={**_CLIMATE, "magnet_status": to("door.open")},
    ),
    Decoders(
        profile="door_milesight_ws301",
        files=_milesight("ws301"),
        fields={**_CHARGE, "magnet_status": to("door.open"), "tamper_status": to("device.tamper")},
    ),
    Decoders(profile="fire_milesight_gs524n", files=_milesight("gs524n"), fields=_SMOKE),
    Decoders(
        profile="gas_milesight_gs101",
        files=_milesight("gs101"),
        fields={"gas_status": to("gas.alarm", alarm=1), "valve_status": to("output.on", part="valve")},
    ),
    Decoders(
        profile="leak_milesight_em300_sld",
        files=(
            *_milesight("em300-sld", "em300-zld", "em300-mld"),
            "chirpstack: milesight/codecs/em300-sld-zld.js",
        ),
        fields={**_CLIMATE, "leakage_status": to("water.leak")},
    ),
    Decoders(
        profile="leak_milesight_ws303",
        files=_milesight("ws303"),
        fields={**_CHARGE, "leakage_status": to("water.leak")},
    ),
    Decoders(
        profile="level_milesight_em500_swl",
        files=_milesight("em500-swl"),
        fields={**_CHARGE, "depth": to("water.level", 100)},
    ),
    Decoders(
        profile="manhole_milesight_em310_tilt",
        files=_milesight("em310-tilt"),
        fields={**_CHARGE, **{f"angle_{axis}": to("device.tilt", part=axis) for axis in "xyz"}},
    ),
    Decoders(
        profile="motion_milesight_ws202",
        files=_milesight("ws202"),
        fields={**_CHARGE, "pir": to("motion.detected")},
    ),
    Decoders(profile="noise_milesight_ws302", files=_milesight("ws302"), fields={**_CHARGE, **_NOISE}),
    Decoders(
        profile="people_milesight_vs121",
        files=_milesight("vs121"),
        fields={
            "people_count_all": to("people.present"),
            "people_in": counted("people.in_period"),
            "people_out": counted("people.out_period"),
            "people_total_in": to("people.in"),
            "people_total_out": to("people.out"),
            **{f"region_{n}_count": to("people.present", part=f"region{n}") for n in range(1, 17)},
        },
    ),
    Decoders(
        profile="people_milesight_vs133",
        files=_milesight("vs133", "vs135"),
        fields={
            **{
                f"line_{line}_{name}": to(ours, part=f"line{line}")
                for line in range(1, 5)
                for name, ours in {**_PEOPLE, **_PERIOD}.items()
            },
            **{f"region_{n}_count": to("people.present", part=f"region{n}") for n in range(1, 5)},
            "master_occlusion_alarm": to("device.tamper", alarm_released=0, alarm_triggered=1),
        },
    ),
    Decoders(
        profile="people_milesight_vs350",
        files=_milesight("vs350", "vs351"),
        fields={**_CLIMATE, **{name: to(ours) for name, ours in {**_PEOPLE, **_PERIOD}.items()}},
    ),
    Decoders(
        profile="plug_milesight_ws523", files=_milesight("ws523", "ws525", "ws513", "ws515"), fields=_SOCKET
    ),
    Decoders(
        profile="pulse_milesight_em300_di",
        files=_milesight("em300-di", "em300-di-hall"),
        fields={
            **_CLIMATE,
            "gpio": to("input.on"),
            "pulse": to("meter.pulses"),
            "water": to("input.value"),
        },
    ),
    Decoders(
        profile="waste_milesight_em400", files=_milesight("em400-tld", "em400-mud", "em400-udl"), fields=_BIN
    ),
)
