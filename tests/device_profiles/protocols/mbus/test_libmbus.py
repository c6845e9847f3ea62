"""Every test frame of a libmbus checkout says what libmbus says of it; LILONG_LIBMBUS names the checkout."""

import os
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from device_profiles import DecodeError
from device_profiles.conformance import Setting
from device_profiles.conformance.forms import mbus as form
from device_profiles.protocols.mbus import read_telegram


def _frames(folder: str) -> list[Path]:
    checkout = os.environ.get("LILONG_LIBMBUS")
    if checkout is None:
        pytest.skip("no libmbus checkout; LILONG_LIBMBUS names one")
    found = sorted((Path(checkout) / "test" / folder).glob("*.hex"))
    assert found
    return found


def _expected(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    root = ET.parse(path).getroot()  # noqa: S314  # the checkout is the tester's own
    slave = root.find("SlaveInformation")
    return {
        "slave": {} if slave is None else {one.tag: one.text or "" for one in slave},
        "records": [{one.tag: one.text or "" for one in record} for record in root.findall("DataRecord")],
    }


def _row(path: Path) -> dict[str, Any]:
    return {
        "protocol": "mbus",
        "bytes": bytes.fromhex(path.read_text(encoding="ascii")).hex(),
        "expected": _expected(path.with_suffix(".xml")),
        "expected_normalized": _expected(path.with_suffix(".norm.xml")),
    }


def test_every_good_frame_agrees_in_every_value() -> None:
    wrong = {}
    frames = _frames("test-frames")
    for path in frames:
        vector = form.vector(_row(path), Setting())
        problem = vector.compare(vector.decode())
        if problem is not None:
            wrong[path.name] = problem
    assert not wrong
    assert len(frames) >= 76


def test_every_broken_frame_is_refused_or_reports_an_error() -> None:
    for path in _frames("error-frames"):
        try:
            telegram = read_telegram(bytes.fromhex(path.read_text(encoding="ascii")))
        except DecodeError:
            continue
        assert telegram.error, path.name
