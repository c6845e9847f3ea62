"""A site plan holds together: ids once, one chain of areas down to the community."""

import msgspec
import pytest

from wire import (
    Bay,
    BayId,
    DeviceId,
    Floor,
    Level,
    Lot,
    Place,
    PlaceId,
    PlannedTag,
    SitePlan,
    TagKind,
    WireError,
    Words,
    check_plan,
    device_id,
)

NAME = Words(zh="静安七号", en="Jing'an 7")


def place(id: str, level: Level, parent: str | None) -> Place:
    return Place(id=PlaceId(id), level=level, name=NAME, parent=PlaceId(parent) if parent else None)


def bay(id: str, device: str | None = None) -> Bay:
    return Bay(id=BayId(id), device=DeviceId(device) if device else None)


AREAS = (
    place("310000", Level.CITY, None),
    place("310106", Level.DISTRICT, "310000"),
    place("310106-c7", Level.COMMUNITY, "310106"),
)


def plan(*bays: Bay, areas: tuple[Place, ...] = AREAS) -> SitePlan:
    floor = Floor(id=PlaceId("p1-b1"), name=NAME, bays=bays)
    return SitePlan(
        id=PlaceId("c7"), name=NAME, areas=areas, lots=(Lot(id=PlaceId("p1"), name=NAME, floors=(floor,)),)
    )


@pytest.mark.parametrize("name", ["", "x" * 65, "停" * 22, "a\nb", "a\0b"])
def test_an_id_that_no_address_could_carry_is_refused(name: str) -> None:
    with pytest.raises(WireError, match="expected an id of 1 to 64 bytes"):
        check_plan(plan(bay(name)))


def test_an_id_of_64_bytes_is_good() -> None:
    check_plan(plan(bay("x" * 64), bay("停" * 21)))


def test_a_good_plan_is_returned() -> None:
    good = plan(bay("1", "a"), bay("2"), bay("3"))
    assert check_plan(good) == good


@pytest.mark.parametrize(
    "written", ["0004A30B001C3F5E", "00-04-A3-0B-00-1C-3F-5E", "00:04:a3:0b:00:1c:3f:5e"]
)
def test_an_eui_is_known_however_it_is_written(written: str) -> None:
    checked = check_plan(plan(bay("1", written)))
    assert checked.lots[0].floors[0].bays[0].device == "0004a30b001c3f5e"
    with pytest.raises(WireError, match="each device once"):
        check_plan(plan(bay("1", written), bay("2", "0004a30b001c3f5e")))


@pytest.mark.parametrize(
    "other", ["Bay-17", "862900001", "0004A30B001C3F5", "00-04A3-0B-00-1C-3F-5E", "urn:imei:8629"]
)
def test_any_other_id_stays_as_it_is(other: str) -> None:
    assert device_id(other) == other


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (plan(bay("1"), bay("1")), "each bay once, got '1'"),
        (plan(bay("1", "a"), bay("2", "a")), "each device once, got 'a'"),
        (plan(bay("a/b")), "printable text without /, got 'a/b'"),
        (plan(bay("..")), "printable text without /"),
        (plan(Bay(id=BayId("1"), device=DeviceId(""))), "bay '1': expected the id of its device, got ''"),
        (plan(bay("1", "a ")), "bay '1': expected the id of its device, got 'a '"),
        (
            plan(Bay(id=BayId("1"), at=(2, 0)), Bay(id=BayId("2"), at=(2.0, 0.0))),
            r"floor 'p1-b1': bays '1' and '2' both stand at \[2",
        ),
        (plan(areas=AREAS[:2]), "end with the community"),
        (plan(areas=()), "end with the community"),
        (plan(areas=(AREAS[0], AREAS[2])), "below '310000', got parent '310106'"),
        (plan(areas=(*AREAS, place("p1", Level.COMMUNITY, "310106-c7"))), "each place once, got 'p1'"),
    ],
)
def test_a_plan_that_does_not_hold_together_is_refused(bad: SitePlan, says: str) -> None:
    with pytest.raises(WireError, match=says):
        check_plan(bad)


def test_a_misspelt_key_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `devise`"):
        msgspec.convert({"id": "1", "devise": "a"}, Bay)


def tag(
    id: str, dwelling: str = "3-502", readers: tuple[str, ...] = ("reader-1",), meter: str = "m"
) -> PlannedTag:
    return PlannedTag(
        id=id,
        kind=TagKind.SEAL,
        meter=DeviceId(meter),
        dwelling=PlaceId(dwelling),
        readers=tuple(DeviceId(reader) for reader in readers),
    )


def tagged(*tags: PlannedTag) -> SitePlan:
    return msgspec.structs.replace(plan(), tags=tags)


@pytest.mark.parametrize("written", ["E280 1160 2000 60A4", "e2-80-11-60-20-00-60-a4", "E280116020:0060a4"])
def test_a_tag_is_known_however_it_is_written(written: str) -> None:
    (known,) = check_plan(tagged(tag(written, meter="00-04-A3-0B-00-1C-3F-5E"))).tags
    assert (known.id, known.device) == ("e2801160200060a4", "tag:e2801160200060a4")
    assert known.meter == "0004a30b001c3f5e"


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (tagged(tag("e280116020")), "expected 8 to 124 hexadecimal digits in whole words of four, as"),
        (tagged(tag("xyz")), "tag 'xyz': expected 8 to 124 hexadecimal"),
        (tagged(tag("e2801160"), tag("E280 1160")), "each tag once, got 'e2801160'"),
        (tagged(tag("e2801160", dwelling="a/b")), "printable text without /, got 'a/b'"),
        (tagged(tag("e2801160", readers=())), "expected the readers that should see it"),
        (tagged(tag("e2801160", readers=("a", "a"))), "each once, got"),
        (tagged(tag("e2801160", meter="")), "expected the ids of its meter and readers, got ''"),
    ],
)
def test_a_tag_that_does_not_fit_is_refused(bad: SitePlan, says: str) -> None:
    with pytest.raises(WireError, match=says):
        check_plan(bad)


def test_a_site_file_without_tags_stays_good() -> None:
    assert check_plan(plan()).tags == ()
