"""GB/T 26875.3: how fire transmission devices report alarms, faults and operations to a centre."""

from device_profiles.protocols.gbt26875.decode import Kind, Object, read_objects
from device_profiles.protocols.gbt26875.observations import observations
from device_profiles.protocols.gbt26875.unit import (
    Command,
    Unit,
    answer_to,
    local_time,
    read_unit,
    read_units,
    write_unit,
)
from device_profiles.protocols.gbt26875.words import (
    ANALOGUES,
    COMPONENT_STATES,
    COMPONENTS,
    DEVICE_OPERATIONS,
    DEVICE_STATES,
    OPERATIONS,
    SYSTEM_STATES,
    SYSTEMS,
    component_words,
    system_words,
    words_of,
)

__all__ = [
    "ANALOGUES",
    "COMPONENTS",
    "COMPONENT_STATES",
    "DEVICE_OPERATIONS",
    "DEVICE_STATES",
    "OPERATIONS",
    "SYSTEMS",
    "SYSTEM_STATES",
    "Command",
    "Kind",
    "Object",
    "Unit",
    "answer_to",
    "component_words",
    "local_time",
    "observations",
    "read_objects",
    "read_unit",
    "read_units",
    "system_words",
    "words_of",
    "write_unit",
]
