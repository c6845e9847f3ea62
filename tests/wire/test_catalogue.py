"""The catalogue names each property once, in both languages, and agrees with the LwM2M registry."""

import json
import re

import pytest

from tests.shared import shared
from wire import CATALOGUE, Form, Kind, WireError, property_named

SENML_UNITS = frozenset(
    "m kg g s A K cd mol Hz rad sr N Pa J W C V F Ohm S Wb T H Cel lm lx Bq Gy Sv kat m2 m3 l m/s m/s2 m3/s l/s W/m2 "
    "cd/m2 bit bit/s lat lon pH dB dBW Bspl count / % %RH %EL EL 1/s 1/min beat/min beats S/m B VA VAs var vars J/m "
    "kg/m3 deg NTU "
    # secondary units of RFC 8798
    "ms min h MHz kW kVA kvar Ah Wh kWh varh kvarh kVAh Wh/km KiB GB Mbit/s B/s MB/s mV mA dBm ug/m3 mm/h m/h ppm "
    "/100 /1000 hPa mm cm km km/h ppb mg/l".split()
)


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_property_is_complete(name: str) -> None:
    entry = property_named(name)
    assert re.fullmatch(r"[a-z]+(\.[a-z0-9_]+)?", name)
    assert entry.title.zh
    assert entry.title.en
    assert entry.unit == "" or entry.unit in SENML_UNITS
    assert not (entry.form is Form.TEXT and entry.kind in (Kind.GAUGE, Kind.COUNTER))


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(WireError, match=r"catalogue, got 'parking\.ocupied'"):
        property_named("parking.ocupied")


def test_lwm2m_ids_are_in_the_registry() -> None:
    """Facts: OMA's registry, as a table beside the project."""
    known = set()
    for line in shared("corpus/lwm2m_objects.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        known |= {f"{entry['id']}/{resource['id']}" for resource in entry["resources"]}
    missing = {name: p.lwm2m for name, p in CATALOGUE.items() if p.lwm2m and p.lwm2m not in known}
    assert missing == {}
