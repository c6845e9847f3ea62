"""The link format of a registration, as real clients write it and as they should not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_profiles import DecodeError
from device_profiles.protocols.lwm2m import Link, read_links
from tests.device_profiles.made import RELAXED


def test_a_registration_in_the_shape_of_the_standard() -> None:
    text = '</>;rt="oma.lwm2m";ct="110 112",</1/0>,</3/0>;ver=1.2, </3303>;ver="1.1" ,</3303/0>;obs;title="a, \\"b\\"; c"'  # noqa: E501
    assert read_links(text) == [
        Link(target="/", attributes={"rt": "oma.lwm2m", "ct": "110 112"}),
        Link(target="/1/0", attributes={}),
        Link(target="/3/0", attributes={"ver": "1.2"}),
        Link(target="/3303", attributes={"ver": "1.1"}),
        Link(target="/3303/0", attributes={"obs": "", "title": 'a, "b"; c'}),
    ]
    assert read_links("") == []


@pytest.mark.parametrize("text", ["x", "</3/0", "</3/0> </4/0>", "</3/0>;", "</3/0>,x", '</3>;rt="a'])
def test_what_is_no_link_format_is_refused(text: str) -> None:
    with pytest.raises(DecodeError, match="expected links"):
        read_links(text)


@given(st.text(alphabet='</>;,="\\ a1', max_size=60))
@RELAXED
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_links(text)
    except DecodeError:
        return
