"""One observed fact: a device, a property, a value and a time that says how far it can be believed."""

from msgspec import Struct

from wire.ids import DeviceId, PropertyName, TimeTrust

Value = float | int | str
"""A number or a text; a truth is 0 or 1. Numbers are finite, whole ones fit 64 signed bits."""


class Observation(Struct, frozen=True, kw_only=True):
    """What a device said about one property at one time.

    `at_ms` is UTC milliseconds, or with `TimeTrust.UNSYNCED` the milliseconds since the gateway booted.
    """

    device: DeviceId
    property: PropertyName
    value: Value
    at_ms: int
    trust: TimeTrust = TimeTrust.SYNCED
