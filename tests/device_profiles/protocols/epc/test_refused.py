"""What is no EPC is refused, and the refusal says why."""

import pytest

from device_profiles import DecodeError
from device_profiles.protocols.epc import (
    gs1_key,
    read_element_string,
    read_identity,
    read_plus,
    read_tag_hex,
    read_tag_uri,
    tag_of,
)


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("", "expected a URI like urn:epc:id"),
        ("urn:epcid:sgtin:0614141.112345.1", "expected a URI like urn:epc:id"),
        ("URN:EPC:ID:SGTIN:0614141.112345.1", "expected a URI like"),
        ("urn:epc:id:sg:0614141.112345.1", "expected an EPC scheme after urn:epc:id:, got 'sg'"),
        ("urn:epc:id:lgtin:0614141.112345.1", "got 'lgtin'"),
        ("urn:epc:class:sgtin:0614141.112345.1", "expected an EPC scheme after urn:epc:class:"),
        ("urn:epc:id:sgtin:06141.41112345.1", "company prefix: expected 6 to 12 characters, got 5"),
        ("urn:epc:id:sgtin:0614141234567.1.1", "expected 6 to 12 characters, got 13"),
        ("urn:epc:id:sgtin:0614141.12345.1", "expected 13 digits in company prefix and reference, got 12"),
        ("urn:epc:id:sgtin:061414a.112345.1", "got 'a' at place 7"),
        ("urn:epc:id:sgtin:0614141.112345.", "serial number: expected 1 to 20 characters, got 0"),
        ("urn:epc:id:sgtin:0614141.112345.123456789012345678901", "got 21"),
        ("urn:epc:id:sgtin:0614141.112345", "expected 3 parts, got 2"),
        ("urn:epc:id:sgtin:0614141.112345.a/b", "expected '/' written as %2F"),
        ("urn:epc:id:sgtin:0614141.112345.a%23b", "got '#' at place 2"),
        ("urn:epc:id:sgtin:0614141.112345.a%41b", "%41 stands for 'A', which is not to be escaped"),
        ("urn:epc:id:sgtin:0614141.112345.a%4", "expected two hexadecimal digits after %"),
        ("urn:epc:id:sgtin:0614141.112345.a b", "got ' ' at place 2"),
        ("urn:epc:id:sgtin:٠٦١٤١٤١.112345.1", "at place 1"),
        ("urn:epc:id:cpi:0614141.123456.01", "a number without leading zeros, got '01'"),
        ("urn:epc:id:cpi:0614141.abc.1", "part reference: expected cpi characters, got 'a'"),
        ("urn:epc:id:gid:268435456.1.1", "expected at most 268435455"),
        ("urn:epc:id:gid:1..1", "object class: expected 1 to 12 characters, got 0"),
        ("urn:epc:id:usdod:2S1I4.1", "got 'I' at place 4"),
        ("urn:epc:id:adi:2S194..%23", "expected '#' only before a serial number"),
        ("urn:epc:id:adi:2S194..1%232", "expected '#' only before a serial number"),
        ("urn:epc:id:bic:CSQA3054383", "equipment category: expected equipment characters, got 'A'"),
        ("urn:epc:id:bic:CSQU30543831", "expected 7 characters, got 8"),
        ("urn:epc:id:imovn:917618", "expected 7 characters, got 6"),
        ("urn:epc:id:itip:0614141.012345.1.02.987", "piece: expected 2 characters, got 1"),
        ("urn:epc:id:giai:0614141.012345678901234567890123", "expected at most 30 characters"),
    ],
)
def test_a_uri(uri: str, says: str) -> None:
    with pytest.raises(DecodeError, match=says.replace("(", r"\(").replace("+", r"\+")):
        read_identity(uri)


def test_a_uri_of_another_scheme() -> None:
    with pytest.raises(DecodeError, match="expected a URI of scheme gsrn, got one of gsrnp"):
        read_identity("urn:epc:id:gsrnp:0614141.1234567890", "gsrn")


@pytest.mark.parametrize(
    ("digits", "says"),
    [
        ("", "expected hexadecimal digits"),
        ("30 6", "expected hexadecimal digits"),
        ("3", "header: expected 8 more bits, got 4"),
        ("E2801160200060A4D0D30B5C", "expected the header of an EPC, got E2"),
        ("3066C4409047E140075BCD", "sgtin-96: expected 96 bits, got 88"),
        ("307EC4409047E140075BCD15", "expected a partition of 0 to 6, got 7"),
        ("307BFFFFFFFFFFFFFFFFFFFF", "expected a number of at most 6 digits, got 1048575"),
        ("3066C4409047E140075BCD150001", "expected 16 zero bits at the end, got 0000000000000001"),
        ("311BA1B300CE0A6A83000001", "expected 24 reserved bits that are zero, got 0x1"),
        ("3F76451FD612640000000007", "expected a numeric string that begins with 1, got 7"),
        (
            "3666C4409047E159B2C2BF100000000000000000000000000004",
            "expected 10 zero bits at the end, got 0000000100",
        ),
        ("3666C4409047E159B2C2BF100000000000000000000000100000", "expected zeros after the end of a text"),
        (
            "3666C4409047E140000000000000000000000000000000000000",
            "serial number: expected 1 to 20 characters",
        ),
        ("3B0E0CF5E76C9047759AD00373DC7602E7", "adi-var: text: expected 6 more bits"),
    ],
)
def test_bits(digits: str, says: str) -> None:
    with pytest.raises(DecodeError, match=says):
        read_tag_hex(digits)


@pytest.mark.parametrize(
    ("uri", "coding", "filter_value", "says"),
    [
        (
            "sgtin:0614141.112345.0123",
            "sgtin-96",
            1,
            "sgtin-96: expected a number without leading zeros, got '0123'",
        ),
        ("sgtin:0614141.112345.a", "sgtin-96", 1, "got 'a'"),
        (
            "sgtin:0614141.112345.274877906944",
            "sgtin-96",
            1,
            "expected what fits into 38 bits, got 274877906944",
        ),
        ("sgtin:0614141.112345.1", "sgtin-96", 8, "expected a filter value below 8, got 8"),
        ("sgtin:0614141.112345.1", "sscc-96", 0, "expected an identity of scheme sscc"),
        ("sgtin:0614141.112345.1", "sgtin-97", 0, "expected a binary coding such as sgtin-96"),
        ("giai:0614141.012", "giai-96", 0, "giai-96: expected a number without leading zeros"),
        ("gdti:0614141.12345.A", "gdti-113", 0, "expected digits only, got 'A'"),
        ("cpi:0614141.1234567890.0", "cpi-96", 0, "expected"),
        ("pgln:0614141.89012", "pgln-96", 0, "expected a binary coding"),
    ],
)
def test_what_a_coding_cannot_hold(uri: str, coding: str, filter_value: int, says: str) -> None:
    with pytest.raises(DecodeError, match=says):
        tag_of(read_identity(f"urn:epc:id:{uri}"), coding, filter_value)


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("urn:epc:id:sgtin:0614141.112345.1", "expected a URI like urn:epc:tag:"),
        ("urn:epc:tag:sgtin-96:", "expected a URI like"),
        ("urn:epc:tag:sgtin-96:x.0614141.112345.1", "expected a filter value first, got 'x'"),
        ("urn:epc:tag:sgtin-96:01.0614141.112345.1", "expected a filter value first"),
        ("urn:epc:tag:sgtin-96:1.0614141.112345", "expected 3 parts, got 2"),
        ("urn:epc:tag:imovn-96:0.9176187", "expected a binary coding"),
    ],
)
def test_a_tag_uri(uri: str, says: str) -> None:
    with pytest.raises(DecodeError, match=says):
        read_tag_uri(uri)


@pytest.mark.parametrize(
    ("element", "digits", "says"),
    [
        ("(01)09521141123455(21)1", 7, "expected check digit 4, got 5"),
        ("(01)0952114112345(21)1", 7, "expected an element string of a GS1 key"),
        ("(01)09521141123454", 7, "expected an element string of a GS1 key with its serial number"),
        ("(00)19521141234567890", 7, "expected 18 digits, got 17"),
        ("(00)195211412345678900x", 7, "expected nothing behind the key, got 'x'"),
        ("(8003)952114112345432a", 7, "expected '0' before the key"),
        ("(8010)95211415PQ7", 7, r"expected \(8011\) behind the key"),
        ("(414)9521141123454(21)1", 7, r"expected \(254\) behind the key"),
        ("(99)1", 7, "expected an element string"),
        ("(00)195211412345678900", 13, "expected a company prefix of 6 to 12 digits, got 13"),
    ],
)
def test_an_element_string(element: str, digits: int, says: str) -> None:
    with pytest.raises(DecodeError, match=says):
        read_element_string(element, digits)


@pytest.mark.parametrize("length", [8, 12, 13, 11])
def test_a_gtin_that_is_no_shorter_one(length: int) -> None:
    with pytest.raises(DecodeError, match="GTIN"):
        gs1_key(read_identity("urn:epc:id:sgtin:5019265.123588.1"), length)


def test_a_scheme_without_key() -> None:
    with pytest.raises(DecodeError, match="expected a scheme of a GS1 key"):
        gs1_key(read_identity("urn:epc:id:cpi:0614141.123456.0"))


@pytest.mark.parametrize(
    ("digits", "says"),
    [
        ("F73795211411234548566CB0AFC4", "sgtin\\+: expected check digit 3"),
        ("F737952114112345A8566CB0AFC4", "expected 14 decimal digits, got 7952114112345A"),
        ("F7379521141123453E566CB0AFC4", "expected an encoding indicator of 0 to 5, got 7"),
        ("F7379521141123453800", "expected a length of 1 to 20, got 0"),
        ("F90095201234567891235001", "zero bits at the end"),
        ("FB3FFFDE795211411234538566CB0AFC", "expected a date type of 0 to 6, got 15"),
        ("FB3400007952114112345385", "expected a date, got year 0, month 0, day 0"),
        ("FA3952C0", "expected a digit, F at the end or E before a text, got C"),
        ("30", "expected the header of a coding of TDS 2"),
        ("F737952114", "expected 4 more bits"),
    ],
)
def test_bits_of_tds_2(digits: str, says: str) -> None:
    with pytest.raises(DecodeError, match=says):
        read_plus(bytes.fromhex(digits))
