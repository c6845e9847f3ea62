"""Do frames that others published, with what they say of them, mean the same here?

Each fact is the source's own: what its text or its test states of the frame. The frames are written down as facts.
"""

import pytest

from device_profiles.protocols import cjt188, dlt645

# Where the frames stand: a Java test class of 2017 that prints what each frame means (A), the answers of a Java
# simulator of a meter on a serial line with their values beside them (B), the log of a Node.js gateway (C).
_ELECTRICITY: tuple[tuple[str, str, object, str], ...] = (
    ("A: 000000.26 kWh", "6861010000000068910833333433593333338a16", 0.26, "kWh"),
    ("A: 100.1 V", "686101000000006891063334343534431016", 100.1, "V"),
    ("A: 004.999 A", "6861010000000068910733343535cc7c331616", 4.999, "A"),
    ("A: 00.2512 kW", "68610100000000689107333336354558336b16", 0.2512, "kW"),
    ("A: 00.4331 kvar", "6861010000000068910733333735647633a916", 0.4331, "kvar"),
    ("A: 00.5006 kVA", "68610100000000689107333338353983338c16", 0.5006, "kVA"),
    ("A: 0.501", "686101000000006891063333393534380916", 0.501, ""),
    ("B: credit left 198.56", "681200000010206891083335c33389cb3433c416", 198.56, "CNY"),
    ("B: cover opened 27 times", "68120000001020689107334063365a33337616", 27, ""),
    ("C: voltage", "fefefefe6827596303000168810444e95635f416", 223, "V"),
    ("C: energy", "fefefefe6827596303000168810643c3ac594733c316", 1426.79, "kWh"),
)


@pytest.mark.parametrize(("source", "digits", "value", "unit"), _ELECTRICITY)
def test_values_of_electricity_meters(source: str, digits: str, value: object, unit: str) -> None:
    message = dlt645.decode(bytes.fromhex(digits))
    assert message.item is not None, source
    assert message.content is not None, source
    assert (message.content.values, message.item.unit) == ((value,), unit)


def test_phases_that_a_meter_lacks_are_not_measured() -> None:
    """Source B gives 225.6, -1, -1: FF stands for the phases of a meter that has one."""
    message = dlt645.decode(bytes.fromhex("6812000000102068910a3332343589553232323221 16"))
    assert message.content is not None
    assert message.content.values == (225.6, None, None)


@pytest.mark.parametrize(
    ("digits", "time"),
    [
        ("6812000000102068910834343337344434497216", "2016-01-11"),
        ("6812000000102068910735343337888654df16", "21:53:55"),
        ("681200000010206891093433393833333c4348b116", "2015-10-09T00:00:00"),
    ],
)
def test_times_of_electricity_meters(digits: str, time: str) -> None:
    """Source B: 2016-01-11, a Monday; 21:53:55; frozen on 2015-10-9 at 0:00:00."""
    message = dlt645.decode(bytes.fromhex(digits))
    assert message.content is not None
    assert message.content.times == (time,)


def test_the_first_of_several_frames_is_read() -> None:
    """A C program for smart sockets quotes an answer that its line gave three frames for at once."""
    digits = "6820111221063668810563e9333333db16 6820111221063668c503e901638516 6820110600415668810643c33c3333330016"
    octets = bytes.fromhex(digits)
    assert dlt645.decode(octets).frame.address == "360621121120"
    assert [frame.control for frame in dlt645.read_frames(octets)] == [0x81, 0xC5, 0x81]


def test_a_control_code_of_both_editions_or_none_tells_no_edition() -> None:
    known = [control for control in range(0x20) if dlt645.tells_edition(control)]
    assert [control for control in known if control < 0x11] == [1, 2, 3, 4, 0x0A, 0x0C, 0x0F, 0x10]
    assert not {0x05, 0x08, 0x1F} & set(known)


_HUIZHONG = (
    "fefefe6820fffff130156920812e1f90010000000005604005000500000000170000000035831900002c"
    "1419001519002800000315170503042000084d16"
)
_IN_MWH = (
    "4354524c3a52323031383130303030303031363936fefefe682766904318001111812e1f9000000000000827"
    "0100000800000000170000000035071900002c603600982200660100493514011118200800cb16"
)
_OF_2025 = (
    "682512192418273100812e1f90031174020005882744050500000000170000000035085671002c"
    "7926006426006647071152170309252000052a16"
)


@pytest.mark.parametrize(
    ("digits", "heat", "volume"),
    [
        (_HUIZHONG, (540.6, "kWh"), 19.83),
        (_IN_MWH, (1.27, "MWh"), 19.07),
        (_OF_2025, (54427.88, "kWh"), 7156.08),
    ],
)
def test_heat_meters(digits: str, heat: tuple[float, str], volume: float) -> None:
    """Strings with which parsers of heat meters are tried; that of 2025 comes from a gateway's manual."""
    content = cjt188.decode(bytes.fromhex(digits)).content
    assert content is not None
    assert content.total is not None
    assert content.total.unit is not None
    assert (content.total.value, content.total.unit.name) == heat
    assert content.volume is not None
    assert content.volume.value == volume


def test_a_number_that_begins_like_another_unit_has_no_unit() -> None:
    """A gas meter's answer without units, quoted in an Android program: 17 is its first digits, not kW."""
    octets = bytes.fromhex(
        "aa30420000aa010268300201000616052381161f9001177200000000000000000000120101201635002e1681d655"
    )
    content = cjt188.decode(octets).content
    assert content is not None
    assert content.total is not None
    assert (content.total.raw, content.total.unit, content.total.value) == (7217, None, None)
