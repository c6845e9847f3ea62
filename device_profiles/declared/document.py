"""What a profile.toml may say, table by table; a misspelt key is an error."""

from enum import StrEnum

from msgspec import Struct

from device_profiles.declared.register_kind import RegisterKind
from device_profiles.protocols.lwm2m import Type
from wire import Words

Number = int | float
Constant = bool | int | float | str


class Kind(StrEnum):
    """How a field's bytes are read.

    `uint` and `int` are 1 to 8 bytes; `bcd` two decimal digits a byte; `float` IEEE 754 of 2, 4 or 8 bytes; `ascii`
    text; `hex` bytes as hexadecimal text; `dotted` one decimal number a byte, joined by dots (a version), `dotted_hex`
    the same with hexadecimal numbers; `time` seconds by the device's clock, with `offset` since 1970 (UTC): the time of
    everything in its frame, turn or tag; `skip` bytes whose meaning nobody needs.
    """

    UINT = "uint"
    INT = "int"
    BCD = "bcd"
    FLOAT = "float"
    ASCII = "ascii"
    HEX = "hex"
    DOTTED = "dotted"
    DOTTED_HEX = "dotted_hex"
    TIME = "time"
    SKIP = "skip"


class Order(StrEnum):
    """Which byte of a number comes first."""

    BIG = "big"
    LITTLE = "little"


class Unfit(StrEnum):
    """What becomes of a value that the profile does not expect: the whole reading is refused, or this value dropped.

    At an unknown tag a reading may also `stop`: what was understood counts, and `device.unread` says what was not.
    """

    REFUSE = "refuse"
    DROP = "drop"
    STOP = "stop"


class When(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"is_": "is"}):
    """A condition on the raw value of an earlier named field."""

    field: str
    is_: tuple[int, ...] | int

    @property
    def values(self) -> tuple[int, ...]:
        """The raw values under which the condition holds."""
        return self.is_ if isinstance(self.is_, tuple) else (self.is_,)


class Field(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bytes of a frame: where they are, how they are read, and which property of the catalogue they become.

    `at` counts bytes from 0; left out, the field follows the one before it. `width` 0 means: to the end.
    The value is raw × `scale` + `offset` in `unit`, and travels in the catalogue's unit. `steps` are pieces
    [from raw, value there, value a raw step]. `absent` are raw values that mean "not measured". With `part` the value
    belongs to the device "<device>/<part>": one of several inputs of one device.
    """

    kind: Kind = Kind.UINT
    at: int | None = None
    width: int = 1
    order: Order | None = None
    bit: int | None = None
    bits: tuple[int, int] | None = None
    name: str = ""
    property: str = ""
    scale: Number = 1
    offset: Number = 0
    unit: str = ""
    steps: tuple[tuple[int, Number, Number], ...] = ()
    invert: bool = False
    enum: dict[str, Constant] = {}
    otherwise: Unfit = Unfit.REFUSE
    absent: tuple[int, ...] = ()
    range: tuple[Number, Number] | None = None
    outside: Unfit = Unfit.REFUSE
    when: When | None = None
    part: str = ""


class Repeat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields that come several times, up to `count`: a number, the name of a field, or "end".

    Each turn is `every_s` older than the one before it; with `each_device` turn n belongs to device "<device>/<n>".
    """

    field: tuple[Field, ...]
    count: int | str = "end"
    at: int | None = None
    every_s: Number = 0
    each_device: bool = False


class More(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"is_": "is"}):
    """Fields that follow a tag's own only where a byte of those, at this place, has one of these values."""

    at: int
    is_: int | tuple[int, ...]
    field: tuple[Field, ...]

    @property
    def values(self) -> tuple[int, ...]:
        """The values under which the fields follow."""
        return self.is_ if isinstance(self.is_, tuple) else (self.is_,)


class Tag(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What follows a tag, or several, of such a run; of several `more` the first that holds; `part` as in a field."""

    tag: int | tuple[int, ...]
    field: tuple[Field, ...] = ()
    set: dict[str, Constant] = {}
    part: str = ""
    more: More | tuple[More, ...] = ()

    @property
    def tags(self) -> tuple[int, ...]:
        """The tags behind which the fields come."""
        return self.tag if isinstance(self.tag, tuple) else (self.tag,)


class Tlv(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tag, length, value to the end of the frame; with `length_width` 0 the fields of a tag say how long it is."""

    tag: tuple[Tag, ...] = ()
    at: int | None = None
    tag_width: int = 1
    length_width: int = 1
    order: Order | None = None
    unknown: Unfit = Unfit.REFUSE


class Check(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A checksum: its kind, where it stands and which bytes it covers; places below 0 count from the end."""

    kind: str
    at: int
    start: int = 0
    end: int | None = None
    order: Order | None = None


class First(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first byte of a frame, under a mask."""

    value: int
    mask: int = 0xFF


class Having(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"is_": "is"}):
    """A byte by which a frame is told from others: at this place, under a mask, it is one of these values."""

    at: int
    is_: int | tuple[int, ...]
    mask: int = 0xFF

    @property
    def values(self) -> tuple[int, ...]:
        """The values that the masked byte may have."""
        return self.is_ if isinstance(self.is_, tuple) else (self.is_,)


class Frame(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of frame, chosen by port, length, first and other bytes; the first that fits is taken.

    `length` is the number of bytes, or [least, most]; left out, what the fields take. A field that would lie beyond
    a shorter frame is left out. `set` are constants that the frame says by itself.
    """

    name: str
    port: int | tuple[int, ...] | None = None
    first: First | None = None
    having: tuple[Having, ...] = ()
    length: int | tuple[int, int] | None = None
    order: Order | None = None
    check: Check | None = None
    set: dict[str, Constant] = {}
    field: tuple[Field, ...] = ()
    repeat: Repeat | None = None
    tlv: Tlv | None = None
    note: str = ""

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports on which the frame comes; empty where any will do."""
        if self.port is None:
            return ()
        return self.port if isinstance(self.port, tuple) else (self.port,)


class Named(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The property that a SenML name or an LwM2M resource stands for, and the unit where the device gives none.

    `type` is the resource's, as the LwM2M registry names types, where the resource is not one that we know.
    """

    property: str
    unit: str = ""
    type: Type | None = None


class Instances(StrEnum):
    """What several instances of one LwM2M object are: one device, or beside the first a device each."""

    ONE = "one"
    DEVICES = "devices"


class SenmlNames(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What names mean beside those that are known: "object/resource", "object/instance/resource" or any word.

    What stands in `drop` means nothing. With `instances` as devices, instance 2 of an object is device "<id>/2".
    """

    names: dict[str, Named] = {}
    drop: tuple[str, ...] = ()
    instances: Instances = Instances.ONE
    unknown: Unfit = Unfit.REFUSE


class Register(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registers, or one bit, of a block, as a `Field`: `register` is the first, counted from 0 as on the line.

    `registers` is the number of those of `bcd`, `ascii` and `skip`. `words` and `bytes` say which of them comes first.
    """

    kind: RegisterKind | None = None
    register: int | None = None
    registers: int = 1
    words: Order | None = None
    bytes: Order | None = None
    part: str = ""
    bit: int | None = None
    bits: tuple[int, int] | None = None
    name: str = ""
    property: str = ""
    scale: Number = 1
    offset: Number = 0
    unit: str = ""
    steps: tuple[tuple[int, Number, Number], ...] = ()
    invert: bool = False
    enum: dict[str, Constant] = {}
    otherwise: Unfit = Unfit.REFUSE
    absent: tuple[int, ...] = ()
    range: tuple[Number, Number] | None = None
    outside: Unfit = Unfit.REFUSE
    when: When | None = None


class RegisterBlock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one question reads: `function` 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers."""

    name: str
    function: int
    start: int
    count: int
    field: tuple[Register, ...]


class Registers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The register map of a Modbus device: blocks that are read in turn."""

    block: tuple[RegisterBlock, ...]
    words: Order = Order.BIG
    bytes: Order = Order.BIG


Path = str | tuple[str | int, ...]


class JavascriptField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field of what a vendor's codec gives, and the property of the catalogue that it becomes.

    `path` leads to it from `data`: names and places in lists joined by dots, or a list where a name has a dot of its
    own. The value is number × `scale` + `offset` in `unit`; `enum` gives the value for what the codec says in words or
    numbers. `absent` is what it says where nothing was measured, beside null. Of several fields of one property the
    first that is there is taken.
    """

    path: Path
    property: str
    unit: str = ""
    scale: Number = 1
    offset: Number = 0
    invert: bool = False
    enum: dict[str, Constant] = {}
    otherwise: Unfit = Unfit.REFUSE
    absent: tuple[Constant, ...] = ()
    range: tuple[Number, Number] | None = None
    outside: Unfit = Unfit.REFUSE


class Javascript(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A vendor's codec beside the profile.toml, run as it is.

    `entry` is the function, or "uplink" for the first of decodeUplink, Decode and Decoder. With `normalize` the codec's
    normalizeUplink is asked too, and `field` is about its answer. Readings on other than `ports` are refused. `unknown`
    says what becomes of fields that stand neither in `field` nor below a path of `ignored`.
    """

    field: tuple[JavascriptField, ...]
    file: str = "codec.js"
    entry: str = "uplink"
    normalize: bool = False
    ports: tuple[int, ...] = ()
    unknown: Unfit = Unfit.DROP
    ignored: tuple[Path, ...] = ()


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One observation that a test expects; what is left out is not compared."""

    property: str
    value: Constant
    device: str | None = None
    at_ms: int | None = None


class Trial(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reading and what it must give: `gives` (each property once), `rows`, or the words of the error in `refused`.

    The bytes are `hex`, or `text` as UTF-8. `source` says where the example comes from. `key` is the key, in
    hexadecimal digits, that an encrypted example was published with.
    """

    source: str = ""
    hex: str = ""
    text: str = ""
    key: str = ""
    port: int | None = None
    path: str = ""
    format: str = "bytes"
    gives: dict[str, Constant] = {}
    rows: tuple[Row, ...] = ()
    refused: str = ""


class Steps(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sentences for people, each in both languages."""

    zh: tuple[str, ...]
    en: tuple[str, ...]


class Family(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What devices of one maker share: frames, and tags for the one frame among them that has a tag-length-value run.

    The group `every` of the tags belongs to each device, the others to those that name them in `uses`. The steps of
    `provisioning` are theirs who say none themselves.
    """

    sources: tuple[str, ...]
    frame: tuple[Frame, ...]
    provisioning: Steps | None = None
    tags: dict[str, tuple[Tag, ...]] = {}


class Document(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole profile.toml; the fields of `head` start every frame.

    `family` names a file of shared frames, which stand behind the profile's own; `uses` are groups of the family's
    tags, and `tag` the profile's own beside them.
    `provisioning` are the steps by which a technician sets the device up, `limits` what it is known not to do.
    """

    key: str
    title: Words
    heartbeat_s: Number
    silent_after_s: Number
    sources: tuple[str, ...]
    tests: tuple[Trial, ...] = ()
    order: Order = Order.BIG
    link: bool = False
    private: bool = False
    provisioning: Steps | None = None
    limits: Steps | None = None
    family: str = ""
    uses: tuple[str, ...] = ()
    tag: tuple[Tag, ...] = ()
    head: tuple[Field, ...] = ()
    frame: tuple[Frame, ...] = ()
    senml: SenmlNames | None = None
    modbus: Registers | None = None
    javascript: Javascript | None = None
