"""Without an envelope the topic names the device."""

import pytest

from device_profiles import DecodeError, Envelope, open_envelope
from tests.device_profiles.made import NOW_MS
from wire import TimeTrust


@pytest.mark.parametrize(
    ("topic", "template", "device"),
    [
        ("parking/bay-7/up", "parking/+/up", "bay-7"),
        ("parking/b1/bay-7/up", "parking/b1/+/#", "bay-7"),
        ("site/4/bay-7", "site/4/+", "bay-7"),
        ("a/b/c", "+/+/c", "a"),
        ("bay-7", "+", "bay-7"),
    ],
)
def test_the_first_plus_is_the_device(topic: str, template: str, device: str) -> None:
    reading = open_envelope(Envelope.RAW, topic, b"\x01", NOW_MS, TimeTrust.SYNCED, template).reading
    assert (reading.device, reading.payload, reading.identity, reading.at_ms) == (device, b"\x01", "", None)


def test_without_a_template_the_topic_is_the_device() -> None:
    assert open_envelope(Envelope.RAW, "bay-7", b"", NOW_MS, TimeTrust.SYNCED).reading.device == "bay-7"


@pytest.mark.parametrize(
    ("topic", "template"),
    [
        ("parking/up", "parking/+/up"),
        ("parking/bay-7/up/more", "parking/+/up"),
        ("parking//up", "parking/+/up"),
        ("garage/bay-7/up", "parking/+/up"),
        ("parking/bay-7", "parking/#"),
        ("", "+"),
    ],
)
def test_a_topic_that_does_not_fit_is_refused(topic: str, template: str) -> None:
    with pytest.raises(DecodeError, match="expected a topic like"):
        open_envelope(Envelope.RAW, topic, b"", NOW_MS, TimeTrust.SYNCED, template)
