"""What can be observed: a property's name, unit, kind and who may see it."""

from enum import StrEnum

from msgspec import Struct

from wire.ids import PropertyName, Stream
from wire.words import Words


class Kind(StrEnum):
    """How values of a property behave over time, which decides how they may be rolled up."""

    STATE = "state"
    GAUGE = "gauge"
    COUNTER = "counter"
    EVENT = "event"


class Form(StrEnum):
    """What a value looks like; a truth travels and is stored as 0 or 1."""

    TRUTH = "truth"
    NUMBER = "number"
    TEXT = "text"


class Sensitivity(StrEnum):
    """Who may see values: anybody, the community's own staff, or the person concerned alone."""

    PUBLIC = "public"
    COMMUNITY = "community"
    PERSONAL = "personal"


class Property(Struct, frozen=True, kw_only=True):
    """One observable property of the catalogue.

    `unit` is a SenML unit (RFC 8428, RFC 8798), empty where there is none. `lwm2m` is "object/resource" where the
    LwM2M registry has one, else empty.
    """

    name: PropertyName
    title: Words
    kind: Kind
    form: Form = Form.NUMBER
    unit: str = ""
    lwm2m: str = ""
    sensitivity: Sensitivity = Sensitivity.COMMUNITY
    stream: Stream = Stream.TELEMETRY
