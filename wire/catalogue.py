"""The catalogue of properties: every name that an observation may carry."""

from collections.abc import Mapping
from types import MappingProxyType

from wire.errors import WireError
from wire.ids import PropertyName, Stream
from wire.property import Form, Kind, Property, Sensitivity
from wire.words import Words

_STATE, _GAUGE, _COUNTER, _EVENT = Kind.STATE, Kind.GAUGE, Kind.COUNTER, Kind.EVENT
_TRUTH, _NUMBER, _TEXT = Form.TRUTH, Form.NUMBER, Form.TEXT


def _row(name: str, titles: str, kind: Kind, form: Form, unit: str = "", lwm2m: str = "") -> Property:
    """Make one entry; `titles` are its Chinese and its English words."""
    zh, en = titles.split(" | ")
    return Property(
        name=PropertyName(name),
        title=Words(zh=zh, en=en),
        kind=kind,
        form=form,
        unit=unit,
        lwm2m=lwm2m,
        sensitivity=Sensitivity.PUBLIC if name in _PUBLIC else Sensitivity.COMMUNITY,
        stream=_STREAMS.get(name, Stream.TELEMETRY),
    )


_PUBLIC = frozenset({"parking.occupied", "parking.bay", "air.temperature", "air.humidity"})
_STREAMS = {
    "parking.occupied": Stream.STATE,
    "parking.bay": Stream.STATE,
    "parking.forbidden": Stream.STATE,
    "device.tamper": Stream.ALARM,
    "event": Stream.STATE,
    "alarm": Stream.ALARM,
}

# A table: one property a line.
# fmt: off
_ROWS = (
    _row("parking.occupied", "车位被占用 | bay occupied, as the sensor says", _STATE, _TRUTH, "/", "3431/1"),
    _row("parking.bay", "车位状态 | bay state as decided: free, occupied or unknown", _STATE, _TEXT),
    _row("parking.duration", "停车时长 | time since the last change", _GAUGE, _NUMBER, "s", "3431/2"),
    _row("parking.duration_today", "当日停车时长 | occupied time of the day", _GAUGE, _NUMBER, "s", "3431/3"),
    _row("parking.forbidden", "违规停车 | forbidden parking detected", _STATE, _TRUTH, "/", "3431/4"),
    _row("parking.count", "计数 | vehicles counted by the sensor", _COUNTER, _NUMBER, "count"),
    _row("parking.certainty", "检测可信度 | how sure the sensor is of its state", _GAUGE, _NUMBER, "%"),
    _row("parking.previous_duration", "上一状态时长 | duration of the state before the change", _GAUGE, _NUMBER, "s"),
    _row("parking.changes", "状态变化次数 | changes of state since installation", _COUNTER, _NUMBER, "count"),
    _row("parking.occupied_time", "累计占用时长 | time occupied since installation", _COUNTER, _NUMBER, "s"),
    _row("magnetic.x", "磁场 X | magnetic flux density, X", _GAUGE, _NUMBER, "T", "3314/5702"),
    _row("magnetic.y", "磁场 Y | magnetic flux density, Y", _GAUGE, _NUMBER, "T", "3314/5703"),
    _row("magnetic.z", "磁场 Z | magnetic flux density, Z", _GAUGE, _NUMBER, "T", "3314/5704"),
    _row("magnetic.raw_x", "磁场原始值 X | magnetometer X, uncalibrated", _GAUGE, _NUMBER, "count"),
    _row("magnetic.raw_y", "磁场原始值 Y | magnetometer Y, uncalibrated", _GAUGE, _NUMBER, "count"),
    _row("magnetic.raw_z", "磁场原始值 Z | magnetometer Z, uncalibrated", _GAUGE, _NUMBER, "count"),
    _row("device.temperature", "设备温度 | temperature inside the device", _GAUGE, _NUMBER, "Cel", "3303/5700"),
    _row("device.battery_v", "电池电压 | battery voltage", _GAUGE, _NUMBER, "V", "3316/5700"),
    _row("device.battery_percent", "电池电量 | battery level", _GAUGE, _NUMBER, "%EL", "3/9"),
    _row("device.battery_low", "电池低 | battery needs replacing", _STATE, _TRUTH, "/"),
    _row("device.heartbeat", "心跳 | the device says that it lives", _EVENT, _TRUTH, "/"),
    _row("device.started", "设备重启 | the device started again", _EVENT, _TEXT),
    _row("device.fault", "设备故障 | fault that the device reports, as its code", _STATE, _NUMBER),
    _row("device.tamper", "防拆 | tampering detected", _EVENT, _TRUTH, "/"),
    _row("device.firmware", "固件版本 | firmware version", _STATE, _TEXT, "", "3/3"),
    _row("device.uptime", "运行时间 | time since the device started", _GAUGE, _NUMBER, "s"),
    _row("device.notice", "设备提示 | notice that the device gives, as the code of its manual", _EVENT, _NUMBER),
    _row("link.rssi", "信号强度 | received signal strength", _GAUGE, _NUMBER, "dBm", "4/2"),
    _row("link.snr", "信噪比 | signal to noise ratio", _GAUGE, _NUMBER, "dB", "4/11"),
    _row("air.temperature", "气温 | air temperature", _GAUGE, _NUMBER, "Cel", "3303/5700"),
    _row("air.humidity", "湿度 | relative humidity", _GAUGE, _NUMBER, "%RH", "3304/5700"),
    _row("event", "事件 | a rule fired or cleared, as JSON", _EVENT, _TEXT),
    _row("alarm", "告警 | an alarm rule fired or cleared, as JSON", _EVENT, _TEXT),
)
# fmt: on

CATALOGUE: Mapping[PropertyName, Property] = MappingProxyType({row.name: row for row in _ROWS})
"""Every property by its name."""


def property_named(name: str) -> Property:
    """Return the catalogue's property of this name.

    Raises:
        WireError: the catalogue has no such name.
    """
    found = CATALOGUE.get(PropertyName(name))
    if found is None:
        raise WireError(f"expected a property of the catalogue, got {name!r}")
    return found
