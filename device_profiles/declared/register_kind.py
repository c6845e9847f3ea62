"""How the registers of a Modbus field are read."""

from enum import StrEnum


class RegisterKind(StrEnum):
    """What stands in the registers.

    Numbers take 1, 2 or 4 registers by their name; `bcd` four decimal digits a register; `ascii` two characters a
    register; `bit` is one coil or discrete input; `skip` what the device may be asked for and nobody needs.
    """

    UINT16 = "uint16"
    INT16 = "int16"
    UINT32 = "uint32"
    INT32 = "int32"
    UINT64 = "uint64"
    INT64 = "int64"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    BCD = "bcd"
    ASCII = "ascii"
    BIT = "bit"
    SKIP = "skip"
