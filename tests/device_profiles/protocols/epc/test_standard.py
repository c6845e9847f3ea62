"""The examples that the Tag Data Standard itself gives: bits, tag URI, element string and key of one identity.

Facts: GS1 EPC Tag Data Standard 2.3, Annex E.3 and sections 7.2 to 7.5.
"""

import pytest

from device_profiles.protocols.epc import (
    element_string,
    gs1_key,
    read_element_string,
    read_identity,
    read_plus,
    read_tag_hex,
    read_tag_uri,
    tag_of,
)

TAGS = [
    ("3066C4409047E140075BCD15", "sgtin-96:3.95060001343.05.123456789", "(01)09506000134352(21)123456789"),
    (
        "3666C4409047E159B2C2BF100000000000000000000000000000",
        "sgtin-198:3.95060001343.05.32a%2Fb",
        "(01)09506000134352(21)32a/b",
    ),
    ("311BA1B300CE0A6A83000000", "sscc-96:0.952012.03456789123", "(00)095201234567891235"),
    ("3276451FD46072000000162E", "sgln-96:3.9521141.12345.5678", "(414)9521141123454(254)5678"),
    (
        "3976451FD46072CD9615F8800000000000000000000000000000",
        "sgln-195:3.9521141.12345.32a%2Fb",
        "(414)9521141123454(254)32a/b",
    ),
    ("3376451FD40C0E400000162E", "grai-96:3.9521141.12345.5678", "(8003)095211411234545678"),
    (
        "3776451FD40C0E59B2C2BF1000000000000000000000",
        "grai-170:3.9521141.12345.32a%2Fb",
        "(8003)0952114112345432a/b",
    ),
    ("3476451FD40000000000162E", "giai-96:3.9521141.5678", "(8004)95211415678"),
    (
        "3876451FD59B2C2BF10000000000000000000000000000000000",
        "giai-202:3.9521141.32a%2Fb",
        "(8004)952114132a/b",
    ),
    ("2D76451FD4499602D2000000", "gsrn-96:3.9521141.1234567890", "(8018)952114112345678906"),
    ("2E76451FD4499602D2000000", "gsrnp-96:3.9521141.1234567890", "(8017)952114112345678906"),
    ("2C76451FD46072000000162E", "gdti-96:3.9521141.12345.5678", "(253)95211411234545678"),
    (
        "3E76451FD7039B061438997367D0C18B266D1AB66EE0",
        "gdti-174:3.9521141.98765.ABCDefgh012345678",
        "(253)9521141987650ABCDefgh012345678",
    ),
    ("3C76451FD400C0E680003039", "cpi-96:3.9521141.98765.12345", "(8010)952114198765(8011)12345"),
    (
        "3D76451FD75411DEF6B4CC00000003039000",
        "cpi-var:3.9521141.5PQ7%2FZ43.12345",
        "(8010)95211415PQ7/Z43(8011)12345",
    ),
    ("3F76451FD612640000019907", "sgcn-96:3.9521141.67890.04711", "(255)952114167890904711"),
    ("3500E86F8000A9E000000586", "gid-96:952056.2718.1414", ""),
    ("2F320434147455900000162E", "usdod-96:3.CAGEY.5678", ""),
    ("3B0E0CF5E76C9047759AD00373DC7602E7200", "adi-var:3.35962.PQ7VZ4.M37GXB92", ""),
    (
        "4076451FD40C0E40820000000F54",
        "itip-110:3.9521141.012345.01.02.981",
        "(8006)095211411234540102(21)981",
    ),
    (
        "4176451FD40C0E4082DBDD8B36600000000000000000000000000000",
        "itip-212:3.9521141.012345.01.02.mw133",
        "(8006)095211411234540102(21)mw133",
    ),
]
PLUS = [
    ("F73795211411234538566CB0AFC4", "(01)79521141123453(21)32a/b", "01/79521141123453/21/32a%2Fb"),
    (
        "FB342CDE795211411234538566CB0AFC4",
        "(01)79521141123453(21)32a/b(17)220630",
        "01/79521141123453/21/32a%2Fb?17=220630",
    ),
    ("F90095201234567891235", "(00)095201234567891235", "00/095201234567891235"),
    ("F2395211411234548566CB0AFC4", "(414)9521141123454(254)32a/b", "414/9521141123454/254/32a%2Fb"),
    ("F13095211411234548566CB0AFC4", "(8003)0952114112345432a/b", "8003/0952114112345432a%2Fb"),
    ("FA3952114132E83C2BF10", "(8004)952114132a/b", "8004/952114132a%2Fb"),
    ("F43952114112345678906", "(8018)952114112345678906", "8018/952114112345678906"),
    ("F53952114112345678906", "(8017)952114112345678906", "8017/952114112345678906"),
    ("F6395211411234540458B8", "(253)95211411234545678", "253/95211411234545678"),
    (
        "F0395211415E87A145BAFB4D19A8C0E4",
        "(8010)95211415PQ7/Z43(8011)12345",
        "8010/95211415PQ7%2FZ43/8011/12345",
    ),
    ("F839521141678909509338", "(255)952114167890904711", "255/952114167890904711"),
    (
        "F3309521141123454010266AE27FDF35",
        "(8006)095211411234540102(21)rif981",
        "8006/095211411234540102/21/rif981",
    ),
]

HOSTED = [
    ("FD3795211411234538566CB0AFC525065F1876F0D996D800", "sgtin++", "(01)79521141123453(21)32a/b"),
    (
        "FC342CDE795211411234538566CB0AFC525065F1876F0D996D80",
        "dsgtin++",
        "(01)79521141123453(21)32a/b(17)220630",
    ),
    ("E9395211411234548566CB0AFC525065F1876F0D996D8000", "sgln++", "(414)9521141123454(254)32a/b"),
    ("EB3095211411234548566CB0AFC525065F1876F0D996D800", "grai++", "(8003)0952114112345432a/b"),
    ("EE3952114132E83C2BF1494197C61DBC3665B600", "giai++", "(8004)952114132a/b"),
    ("E7395211411234567890692832F8C3B786CCB6C0", "gsrn++", "(8018)952114112345678906"),
    ("E8395211411234567890692832F8C3B786CCB6C0", "gsrnp++", "(8017)952114112345678906"),
    ("EA395211411234540458BA4A0CBE30EDE1B32DB0", "gdti++", "(253)95211411234545678"),
    ("E6395211415E87A145BAFB4D19A8C0E64A0CBE30EDE1B32DB000", "cpi++", "(8010)95211415PQ7/Z43(8011)12345"),
    ("EC3952114167890950933C94197C61DBC3665B60", "sgcn++", "(255)952114167890904711"),
    # Printed in the standard with the headers of SSCC+ and ITIP+; table 14-1 gives EF and ED.
    ("EF009520123456789123592832F8C3B786CCB6C0", "sscc++", "(00)095201234567891235"),
    ("ED309521141123454010266AE27FDF3592832F8C3B786CCB6C00", "itip++", "(8006)095211411234540102(21)rif981"),
]


def _whole(digits: str) -> bytes:
    """Fill up to words, as a tag's memory is."""
    return bytes.fromhex(digits + "0" * (-len(digits) % 4))


@pytest.mark.parametrize(
    ("digits", "uri", "element"), TAGS, ids=[uri.partition(":")[0] for _, uri, _ in TAGS]
)
def test_each_binary_coding(digits: str, uri: str, element: str) -> None:
    tag = read_tag_hex(digits)
    assert tag.uri == f"urn:epc:tag:{uri}"
    assert read_tag_uri(tag.uri) == tag
    assert tag.octets == _whole(digits)
    assert read_identity(tag.identity.uri) == tag.identity
    assert tag_of(tag.identity, tag.coding, tag.filter or 0) == tag
    if element:
        assert element_string(tag.identity) == element
        assert read_element_string(element, len(tag.identity.parts[0])) == tag.identity


@pytest.mark.parametrize(("digits", "element", "link"), PLUS, ids=[link.split("/")[0] for _, _, link in PLUS])
def test_each_coding_of_tds_2(digits: str, element: str, link: str) -> None:
    tag = read_plus(_whole(digits))
    assert tag.element_string == element
    assert tag.uri == f"https://id.gs1.org/{link}"


@pytest.mark.parametrize(("digits", "coding", "element"), HOSTED, ids=[coding for _, coding, _ in HOSTED])
def test_each_coding_with_a_host_name(digits: str, coding: str, element: str) -> None:
    tag = read_plus(_whole(digits))
    assert (tag.coding, tag.element_string, tag.more) == (coding, element, True)


@pytest.mark.parametrize(
    ("uri", "element", "key"),
    [
        ("sgtin:9521141.012345.32a%2Fb", "(01)09521141123454(21)32a/b", "09521141123454"),
        ("sgtin:952656789012.0.4711", "(01)09526567890126(21)4711", "09526567890126"),
        ("sgln:952656789012..0", "(414)9526567890126", "9526567890126"),
        ("sgln:952656789012..4711", "(414)9526567890126(254)4711", "9526567890126"),
        ("sscc:952656789012.03456", "(00)095265678901234568", "095265678901234568"),
        ("sscc:9521141.1234567890", "(00)195211412345678900", "195211412345678900"),
        (
            "giai:952656789012.345678901234567890",
            "(8004)952656789012345678901234567890",
            "952656789012345678901234567890",
        ),
        ("grai:9521141.12345.32a%2Fb", "(8003)0952114112345432a/b", "952114112345432a/b"),
    ],
)
def test_element_strings_and_keys(uri: str, element: str, key: str) -> None:
    who = read_identity(f"urn:epc:id:{uri}")
    assert element_string(who) == element
    assert gs1_key(who) == key
    assert read_element_string(element, len(who.parts[0])) == who


def test_a_gtin_8_by_its_shorter_names() -> None:
    who = read_identity("urn:epc:id:sgtin:00000950.01093.Serial")
    assert [gs1_key(who, length) for length in (14, 13, 12, 8)] == [
        "00000095010939",
        "0000095010939",
        "000095010939",
        "95010939",
    ]
