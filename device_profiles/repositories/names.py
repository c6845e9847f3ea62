"""The names that vendors give to what their devices measure, and the catalogue's properties that they mean."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct


class Truth(Struct, frozen=True, kw_only=True):
    """A property that is true or false, and the words in which vendors say it; `plain`: 1 and true mean true too."""

    property: str
    true: tuple[str, ...]
    false: tuple[str, ...]
    plain: bool = True


# The name without case and without what stands between its words; a point between digits is a p (pm2_5 -> pm2p5).
NUMBERS: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(
        ("temperature", "temp", "airtemperature", "airtemp", "ambienttemperature", "temperaturec", "tempc",
         "tempcsht", "roomtemperature", "currenttemperature", "indoortemperature", "environmenttemperature"),
        ("air.temperature", "Cel"),
    ),
    **dict.fromkeys(
        ("humidity", "humi", "hum", "humsht", "relativehumidity", "airhumidity", "airrelativehumidity", "rh"),
        ("air.humidity", "%"),
    ),
    **dict.fromkeys(
        ("internaltemperature", "boardtemperature", "temperatureboard", "devicetemperature", "chiptemperature",
         "mcutemperature", "batterytemperature"),
        ("device.temperature", "Cel"),
    ),
    **dict.fromkeys(
        ("externaltemperature", "probetemperature", "tempprobe", "tempds18b20", "tempcds18b20", "tempcds",
         "temperatureprobe", "temperatureexternal"),
        ("probe.temperature", "Cel"),
    ),
    **dict.fromkeys(("watertemperature", "watertemp"), ("water.temperature", "Cel")),
    **dict.fromkeys(("soiltemperature", "soiltemp", "tempsoil"), ("soil.temperature", "Cel")),
    **dict.fromkeys(("soilmoisture", "soilhumidity", "watersoil"), ("soil.moisture", "%")),
    **dict.fromkeys(("surfacetemperature",), ("surface.temperature", "Cel")),
    **dict.fromkeys(("flowtemperature", "supplytemperature", "forwardtemperature"), ("heat.supply_temperature", "Cel")),
    **dict.fromkeys(("returntemperature",), ("heat.return_temperature", "Cel")),
    **dict.fromkeys(("co2", "co2ppm", "co2concentration", "aircarbondioxide"), ("air.co2", "ppm")),
    **dict.fromkeys(("pm2p5", "pm25"), ("air.pm2_5", "ug/m3")),
    "pm10": ("air.pm10", "ug/m3"),
    **dict.fromkeys(("pm1p0", "pm1"), ("air.pm1", "ug/m3")),
    **dict.fromkeys(
        ("illuminance", "illumination", "lux", "lightlux", "illum", "lightintensity"), ("air.illuminance", "lx")
    ),
    **dict.fromkeys(("laeq", "leq", "soundleq"), ("air.noise_leq", "dB")),
    **dict.fromkeys(("lamax", "lafmax", "soundpeak"), ("air.noise_max", "dB")),
    **dict.fromkeys(("soundlevel", "sound", "noise", "noiselevel"), ("air.noise", "dB")),
    **dict.fromkeys(("winddirection",), ("air.wind_direction", "deg")),
    **dict.fromkeys(
        ("batterypercent", "batterypercentage", "batterylevelpercent", "batterylevelpercentage", "batpercent"),
        ("device.battery_percent", "%"),
    ),
    **dict.fromkeys(("filllevel", "fillrate", "filllevelpercent", "fillpercentage"), ("waste.fill_level", "%")),
    **dict.fromkeys(("pulse", "pulses", "pulsecount", "pulsecounter"), ("meter.pulses", "count")),
    **dict.fromkeys(("powerfactor",), ("electricity.power_factor", "/")),
    **dict.fromkeys(("distancemm",), ("distance", "mm")),
    **dict.fromkeys(("distancecm",), ("distance", "cm")),
    "heartrate": ("care.heart_rate", "beat/min"),
}  # fmt: skip
"""Names that mean one thing in one unit wherever they stand."""

WITH_UNIT: Final[Mapping[str, str]] = {
    **{name: property_name for name, (property_name, _) in NUMBERS.items()},
    **dict.fromkeys(("distance",), "distance"),
    **dict.fromkeys(("waterlevel", "depth", "liquidlevel", "waterdepth"), "water.level"),
    **dict.fromkeys(("barometricpressure", "airpressure", "atmosphericpressure", "barometer"), "air.pressure"),
    **dict.fromkeys(("waterpressure", "pipepressure"), "water.pressure"),
    "tvoc": "air.tvoc",
    **dict.fromkeys(("hcho", "ch2o", "formaldehyde"), "air.hcho"),
    "h2s": "air.h2s",
    "nh3": "air.nh3",
    "o3": "air.o3",
    "co": "air.co",
    "windspeed": "air.wind_speed",
    **dict.fromkeys(("power", "activepower", "totalactivepower"), "electricity.power"),
    "reactivepower": "electricity.power_reactive",
    "apparentpower": "electricity.power_apparent",
    **dict.fromkeys(
        ("activeenergy", "totalactiveenergy", "totalenergy", "powerconsumption", "powersum"), "electricity.index"
    ),
    **dict.fromkeys(("voltagea", "phaseavoltage", "voltagel1"), "electricity.voltage_a"),
    **dict.fromkeys(("voltageb", "phasebvoltage", "voltagel2"), "electricity.voltage_b"),
    **dict.fromkeys(("voltagec", "phasecvoltage", "voltagel3"), "electricity.voltage_c"),
    **dict.fromkeys(("currenta", "phaseacurrent", "currentl1"), "electricity.current_a"),
    **dict.fromkeys(("currentb", "phasebcurrent", "currentl2"), "electricity.current_b"),
    **dict.fromkeys(("currentc", "phaseccurrent", "currentl3"), "electricity.current_c"),
    "frequency": "electricity.frequency",
    **dict.fromkeys(("waterflow", "flowrate"), "water.flow"),
    "uptime": "device.uptime",
}  # fmt: skip
"""Names that mean one thing, in a unit that the repository must say."""

BATTERY: Final = frozenset(
    ("battery", "bat", "batt", "batterylevel", "batlevel", "batterystatus", "batv", "batteryvoltage", "vbat", "vbatt",
     "batvoltage", "batteryv", "supplyvoltage", "voltbattery", "batteryvolt", "voltagebattery")
)  # fmt: skip
"""Names of the battery: volts, millivolts or percent, as the numbers tell."""

TRUTHS: Final[Mapping[str, Truth]] = {
    **dict.fromkeys(
        ("leak", "leakage", "waterleak", "waterleakage", "leakagestatus", "waterleakstatus", "leaking", "leakstatus",
         "waterleakagestatus", "leakdetected", "waterdetected"),
        Truth(
            property="water.leak",
            true=("leak", "leaking", "Leak", "LEAK", "leaked", "alarm", "yes"),
            false=("normal", "no leak", "noleak", "No Leak", "NORMAL", "ok", "dry", "no"),
        ),
    ),
    **dict.fromkeys(
        ("dooropen", "dooropenstatus", "isopen", "windowopen"),
        Truth(property="door.open", true=("open", "opened", "OPEN"), false=("close", "closed", "CLOSED")),
    ),
    **dict.fromkeys(
        ("door", "doorstatus", "doorstate", "magnetstatus", "magnet", "reed", "reedstate", "contact", "contactstate",
         "windowstatus"),
        Truth(
            property="door.open", true=("open", "opened", "OPEN"), false=("close", "closed", "CLOSED"), plain=False
        ),
    ),
    **dict.fromkeys(
        ("smoke", "smokealarm", "smokestatus", "smokedetected"),
        Truth(
            property="fire.smoke",
            true=("smoke", "alarm", "smoke alarm", "smoke_alarm"),
            false=("normal", "none", "no smoke"),
        ),
    ),
    **dict.fromkeys(
        ("lowbattery", "batterylow", "lowbat", "alarmbattery", "batterylowalarm"),
        Truth(property="device.battery_low", true=("low", "yes", "alarm"), false=("normal", "ok", "no")),
    ),
    **dict.fromkeys(
        ("tamper", "tamperstatus", "tamperalarm", "tamperdetected"),
        Truth(
            property="device.tamper",
            true=("uninstalled", "tamper", "tampered", "alarm", "triggered"),
            false=("installed", "normal", "untampered", "ok"),
        ),
    ),
    **dict.fromkeys(
        ("occupied", "occupancy", "occupancystatus", "presence", "pir", "pirstatus"),
        Truth(
            property="care.presence",
            true=("occupied", "trigger", "present", "motion"),
            false=("vacant", "idle", "absent", "normal", "unoccupied", "no motion"),
        ),
    ),
    **dict.fromkeys(
        ("parking", "parkingstatus", "parkingoccupied", "carstatus", "parked"),
        Truth(property="parking.occupied", true=("occupied", "parked"), false=("free", "vacant", "empty")),
    ),
    **dict.fromkeys(
        ("sos", "panic", "sosalarm"), Truth(property="care.sos", true=("alarm", "sos", "pressed"), false=("normal",))
    ),
}  # fmt: skip
"""Names of what is true or false."""

TEXTS: Final[Mapping[str, str]] = dict.fromkeys(("firmwareversion", "fwversion"), "device.firmware")
"""Names of what is said in words."""

UNITS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("°C", "℃", "C", "degC", "° C"), "Cel"),
    **dict.fromkeys(("°F", "℉", "F"), "degF"),
    **dict.fromkeys(("%", "%RH", "%r.h.", "%rh", "% RH"), "%"),
    **dict.fromkeys(("lx", "lux", "Lux"), "lx"),
    **dict.fromkeys(("µg/m³", "μg/m³", "ug/m3", "µg/m3", "ug/m³"), "ug/m3"),
    **dict.fromkeys(("mg/m³", "mg/m3"), "mg/m3"),
    **dict.fromkeys(("dB", "dBA", "dB(A)"), "dB"),
    **dict.fromkeys(("kvarh", "kVArh", "kVarh"), "kvarh"),
    **dict.fromkeys(("m³", "m3"), "m3"),
    **dict.fromkeys(("L", "l"), "l"),
    **dict.fromkeys(("°", "deg"), "deg"),
    **{unit: unit for unit in ("ppm", "ppb", "V", "mV", "A", "mA", "W", "kW", "kWh", "Wh", "var", "kvar", "VA")},
    **{unit: unit for unit in ("kVA", "hPa", "kPa", "Pa", "bar", "m", "cm", "mm", "s", "min", "h", "d", "m/s")},
    **{unit: unit for unit in ("km/h", "Hz", "kg")},
}  # fmt: skip
"""Units as repositories write them, and as profiles do."""

NORMAL: Final[Mapping[str, tuple[str, str]]] = {
    "air.temperature": ("air.temperature", "Cel"),
    "air.relativeHumidity": ("air.humidity", "%"),
    "air.pressure": ("air.pressure", "hPa"),
    "air.co2": ("air.co2", "ppm"),
    "air.lightIntensity": ("air.illuminance", "lx"),
    "wind.speed": ("air.wind_speed", "m/s"),
    "wind.direction": ("air.wind_direction", "deg"),
    "soil.moisture": ("soil.moisture", "%"),
    "soil.temperature": ("soil.temperature", "Cel"),
    "water.temperature": ("water.temperature", "Cel"),
    "battery": ("device.battery_v", "V"),
}
"""The paths of The Things Stack's normalized payload: its specification gives their units."""

ELSEWHERE: Final = (
    "history",
    "threshold",
    "config",
    "calibration",
    "setting",
    "hysteresis",
    "min",
    "max",
    "average",
    "avg",
    "interval",
    "change",
    "previous",
    "log",
)
"""Words in a path that say: not a measurement of now."""

KINDS: Final[Mapping[str, str]] = {
    "parking.": "parking",
    "waste.": "waste",
    "electricity.": "meter",
    "heat.": "meter",
    "meter.": "meter",
    "water.leak": "leak",
    "fire.": "fire",
    "door.": "door",
    "care.sos": "button",
    "soil.": "soil",
    "water.": "water",
    "distance": "level",
    "air.co2": "air",
    "air.pm": "air",
    "air.tvoc": "air",
    "air.hcho": "air",
    "care.": "presence",
    "air.noise": "noise",
    "air.": "climate",
    "probe.": "climate",
}
"""What a kind of device is called by what it measures; the first that fits is taken."""
