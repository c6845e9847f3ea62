"""What the decoders of other makers than Milesight call the facts that our profiles give."""

from math import inf
from typing import Final

from tests.device_profiles.vendor_table import Decoders, Meaning, counted, to

_TABS = {"battery": to("device.battery_v"), "temperatureBoard": to("device.temperature")}
_MERRY = {"battery_volt": to("device.battery_v"), "temperature": to("air.temperature")}
_NETVOX = {"Volt": to("device.battery_v")}
_SHT = {
    "TempC_SHT": to("air.temperature"),
    "Hum_SHT": to("air.humidity"),
    "TempC_DS": to("probe.temperature"),
}
_LHT65N = {**_SHT, "BatV": to("device.battery_v"), "ILL_lx": to("air.illuminance")}
_DOOR_AND_LEAK = {
    "BAT_V": to("device.battery_v"),
    "DOOR_OPEN_STATUS": to("door.open"),
    "DOOR_OPEN_TIMES": to("door.openings"),
    "WATER_LEAK_STATUS": to("water.leak"),
}
_RELAYS = {
    **{f"AVI{n}_V": to("input.value", part=f"av{n}") for n in (1, 2)},
    **{f"ACI{n}_mA": to("input.value", part=f"ac{n}") for n in (1, 2)},
    **{f"RO{n}_status": to("output.on", part=f"ro{n}", ON=1, OFF=0) for n in (1, 2)},
    **{f"DO{n}_status": to("output.on", part=f"do{n}", L=1, H=0) for n in (1, 2)},
    **{f"DI{n}_status": to("input.on", part=f"di{n}") for n in (1, 2)},
    **{f"Count{n}_times": counted("meter.pulses", part=f"di{n}") for n in (1, 2)},
    "Acount_times": counted("meter.pulses", part="av1"),
}
_ELSYS = {
    "temperature": Meaning(
        property="air.temperature", theirs=(-60, 125)
    ),  # of several the last, though impossible
    "humidity": to("air.humidity"),
    "light": to("air.illuminance"),
    "motion": to("motion.period_count"),
    "co2": to("air.co2"),
    "vdd": to("device.battery_v", 1000),
    "analog1": to("input.value", 1000, "analog1"),
    "analog2": to("input.value", 1000, "analog2"),
    "pulseAbs": counted("meter.pulses", part="pulse1"),
    "pulseAbs2": counted("meter.pulses", part="pulse2"),
    "externalTemperature": to("probe.temperature"),
    "digital": to("input.on", part="digital1"),
    "digital2": to("input.on", part="digital2"),
    "distance": to("distance", 1000),
    "irExternalTemperature": to("surface.temperature"),
    "pressure": to("air.pressure"),
    "soundPeak": to("air.noise_max"),
    "soundAvg": to("air.noise_leq"),
    "tvoc": to("air.tvoc"),
    "waterleak": to("input.value", part="leak"),
}
_NWAVE = {
    "occupied": to("parking.occupied"),
    "battery_voltage": to("device.battery_v"),
    "temperature": to("device.temperature"),
    "previous_state_duration": to("parking.previous_duration", 1 / 60),
}
_PULSE = {
    "bytes.status.lowBattery": to("device.battery_low"),
    **{f"bytes.channels.{n}.tamperAlarm": to("device.tamper", part=part) for n, part in enumerate("ab")},
    **{
        f"bytes.channels.{n}.leakageAlarm": to("water.leak_suspected", part=part)
        for n, part in enumerate("ab")
    },
}

OTHERS: Final = (
    Decoders(
        profile="air_browan_tbhh100",
        files=("ttn: browan/tbhv110.js",),
        fields={"battery": to("device.battery_v"), "humidity": to("air.humidity")},
    ),
    Decoders(
        profile="air_browan_tbhh100",
        files=("chirpstack: browan/codecs/tabs-tbhh100.js",),
        fields={
            "battery_volt": to("device.battery_v"),
            "temperature": to("air.temperature"),
            "humidity": Meaning(property="air.humidity", ours=(0, 63)),
        },
    ),
    Decoders(
        profile="air_decentlab_dl_pm",
        files=("chirpstack: decentlab/codecs/dl-pm.js",),
        fields={
            "battery_voltage.value": to("device.battery_v"),
            "pm1_0_mass_concentration.value": to("air.pm1"),
            "pm2_5_mass_concentration.value": to("air.pm2_5"),
            "pm10_mass_concentration.value": to("air.pm10"),
            "air_temperature.value": to("air.temperature"),
            "air_humidity.value": to("air.humidity"),
            "barometric_pressure.value": to("air.pressure", 100),
        },
    ),
    Decoders(
        profile="air_dragino_lht52",
        files=("ttn: dragino/lht52.js",),
        fields={**_SHT, "Bat_mV": to("device.battery_v", 1000)},
    ),
    Decoders(
        profile="air_dragino_lht65n",
        files=("chirpstack: dragino/codecs/lht65n.js",),
        fields={
            **_LHT65N,
            "Ext_TempC_SHT": to("probe.temperature"),
            "Move_count": to("motion.count"),
            "Exti_pin_level": Meaning(property="motion.detected", words={"Activity": 1, "No activity": 0}),
        },
    ),
    Decoders(
        profile="air_dragino_lht65n",
        files=("ttn: dragino/lht65n.js", "ttn: dragino/lht65.js"),
        fields=_LHT65N,
    ),
    Decoders(
        profile="air_elsys_ers",
        files=("chirpstack: elsys/codecs/elsys.js", "ttn: elsys/elsys.js"),
        fields=_ELSYS,
    ),
    Decoders(
        profile="air_merryiot_cd10",
        files=("chirpstack: browan/codecs/merryiot-cd10.js",),
        fields={**_MERRY, "humidity": to("air.humidity"), "co2_ppm": to("air.co2")},
    ),
    Decoders(
        profile="air_netvox_ra0716",
        files=("ttn: netvox/payload/ra0716.js",),
        fields={
            **_NETVOX,
            "Temp": to("air.temperature"),
            "Humi": to("air.humidity"),
            "PM25": to("air.pm2_5"),
        },
    ),
    Decoders(
        profile="care_browan_tbpb100",
        files=("ttn: browan/tbpb100.js",),
        fields={**_TABS, "status": to("care.sos")},
    ),
    Decoders(
        profile="care_netvox_r312a",
        files=("ttn: netvox/payload/rb02i_r718t_r312a_r312.js",),
        fields={**_NETVOX, "Alarm": to("care.sos")},
    ),
    Decoders(
        profile="care_tektelic_edoctor",
        files=("ttn: tektelic/decoder_edoctor.js",),
        fields={"battery": to("device.battery_percent")},
    ),
    Decoders(
        profile="contact_dragino_lt22222_l",
        files=("chirpstack: dragino/codecs/lt-22222-l.js", "ttn: dragino/lt22222-l.js"),
        fields=_RELAYS,
    ),
    Decoders(
        profile="door_browan_tbdw100",
        files=("ttn: browan/tbdw100.js",),
        fields={**_TABS, "status": to("door.open")},
    ),
    Decoders(
        profile="door_dragino_lds02",
        files=("chirpstack: dragino/codecs/lds02.js", "ttn: dragino/lds02.js"),
        fields=_DOOR_AND_LEAK,
    ),
    Decoders(
        profile="door_dragino_lds03a",
        files=("ttn: dragino/lds03a.js",),
        fields={**_DOOR_AND_LEAK, "BAT": to("device.battery_v")},
    ),
    Decoders(
        profile="door_merryiot_dw10",
        files=("chirpstack: browan/codecs/merryiot-dw10.js",),
        fields={
            **_MERRY,
            "humi": to("air.humidity"),
            "open": to("door.open"),
            "tamper": to("device.tamper"),
            "tilt": to("device.moved"),
            "count": Meaning(property="door.openings", ours=(0, 0xFFFF)),
        },
    ),
    Decoders(
        profile="door_netvox_r311a",
        files=("ttn: netvox/payload/r311a_r718f_r730f.js",),
        fields={**_NETVOX, "OnOff": to("door.open")},
    ),
    Decoders(
        profile="fire_netvox_ra02a",
        files=("ttn: netvox/payload/ra02a.js",),
        fields={
            **_NETVOX,
            "FireAlarm": to("fire.smoke"),
            "HighTempAlarm": to("fire.heat"),
            "Temp": to("air.temperature"),
        },
    ),
    Decoders(
        profile="fire_yobiiq_sd1001",
        files=("chirpstack: yobiiq/codecs/sd1001.js",),
        fields={
            "batteryLevelInPercentage": to("device.battery_percent"),
            "powerEvent": Meaning(
                property="input.on", part="mains", words={"AC Power Off": 0, "AC Power On": 1}
            ),
            "lowBatteryAlarm": to("device.battery_low"),
            "faultAlarm": to("fire.fault"),
            "smokeAlarm": to("fire.smoke"),
            "interconnectAlarm": to("fire.alarm"),
            "testButtonPressed": to("fire.test", Pushed=1, Released=0),
        },
    ),
    Decoders(
        profile="leak_browan_tbwl100",
        files=("ttn: browan/tbwl100.js",),
        fields={
            **_TABS,
            "status": to("water.leak"),
            "temperature": to("air.temperature"),
            "humidity": Meaning(property="air.humidity", theirs=(0, 127)),
        },
    ),
    Decoders(
        profile="leak_dragino_lwl02",
        files=("chirpstack: dragino/codecs/lwl02.js", "ttn: dragino/lwl02.js"),
        fields=_DOOR_AND_LEAK,
    ),
    Decoders(
        profile="leak_netvox_r311w",
        files=("ttn: netvox/payload/r311w.js",),
        fields={**_NETVOX, **{f"WaterLeak_{n}": to("water.leak", part=str(n)) for n in (1, 2)}},
    ),
    Decoders(
        profile="leak_netvox_r718wa",
        files=("ttn: netvox/payload/r311w.js",),
        fields={**_NETVOX, "WaterLeak": to("water.leak")},
    ),
    Decoders(
        profile="level_dragino_ldds75",
        files=("chirpstack: dragino/codecs/ldds75.js",),
        fields={
            "Bat": to("device.battery_v"),
            "Distance": to("distance", 1000),
            "TempC_DS18B20": to("probe.temperature"),
        },
    ),
    Decoders(
        profile="motion_browan_tbms100",
        files=("ttn: browan/tbms100.js",),
        fields={**_TABS, "status": to("motion.detected"), "count": to("motion.count")},
    ),
    Decoders(
        profile="motion_browan_tbms100",
        files=("chirpstack: browan/codecs/tabs-tbms100.js",),
        fields={"battery_volt": to("device.battery_v"), "mot_motionst": to("motion.detected")},
    ),
    Decoders(
        profile="noise_browan_tbsl100",
        files=("ttn: browan/tbsl100.js",),
        fields={**_TABS, "decibel": to("air.noise")},
    ),
    Decoders(
        profile="parking_bosch_tps110",
        files=("ttn: bosch/tpl110-0292.js",),
        fields={"occupied": to("parking.occupied"), "temperature": to("device.temperature")},
    ),
    Decoders(
        profile="parking_nwave_nps310@1.13",
        files=("ttn: nwave/nps310sm.js",),
        fields={"occupied": to("parking.occupied")},
    ),
    Decoders(
        profile="parking_nwave_nps405@2.4",
        files=("ttn: nwave/nps405.js",),
        fields=_NWAVE,
        marks="data.occupied = (bytes[0] & 0x1)",
    ),
    Decoders(
        profile="parking_nwave_nps405@early",
        files=("ttn: nwave/nps405.js",),
        fields={**_NWAVE, "hw_health_status": to("device.fault")},
        marks="data.occupied = (bytes[0] >> 7 & 0x1)",
    ),
    Decoders(
        profile="parking_tekzitel_tekzipark",
        files=("ttn: tekzitel/tekzipark.js",),
        fields={
            "occupied": to("parking.occupied"),
            "Temperature": to("device.temperature"),
            "Fault_Code": to("device.fault"),
        },
    ),
    Decoders(profile="pulse_adeunis_pulse", files=("ttn: adeunis/pulse_lib.js",), fields=_PULSE),
    Decoders(
        profile="pulse_dragino_sw3l",
        files=("ttn: dragino/sw3l.js",),
        fields={
            "Total_pulse": to("meter.pulses"),
            "Alarm": to("water.leak_suspected"),
            "BAT": to("device.battery_v"),
        },
    ),
    Decoders(
        profile="waste_pepperl_fuchs_wilsen",
        files=("ttn: pepperl-fuchs/wilsen.js",),
        fields={
            "proxx": Meaning(property="waste.distance", scale=100, theirs=(0, inf)),
            "fillinglvl": to("waste.fill_level"),
            "temp": to("air.temperature"),
            "battery_vol": to("device.battery_v"),
        },
    ),
)
