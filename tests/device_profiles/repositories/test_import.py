"""Checkouts of the public repositories become profile folders that hold to their own examples."""

import json
from pathlib import Path

import pytest

from device_profiles import DecodeError, ProfileError, load_shelf
from device_profiles.commands import main
from device_profiles.folder import load_folder
from device_profiles.quality import Level, golden_of, read_quality
from device_profiles.repositories import Imported, NotImported, Status, import_devices, open_repository
from device_profiles.shelf import SHIPPED
from tests.device_profiles.made import reading, told
from tests.device_profiles.repositories.checkouts import chirpstack, milesight, put, ttn


def outcomes(checkout: Path, into: Path, **chosen: str) -> tuple[dict[str, Imported], dict[str, str]]:
    found = list(import_devices(open_repository(checkout), into, **chosen))
    made = {one.key: one for one in found if isinstance(one, Imported)}
    return made, {one.device: one.reason for one in found if isinstance(one, NotImported)}


def test_a_device_of_the_things_network(tmp_path: Path) -> None:
    made, failed = outcomes(ttn(tmp_path / "ttn"), tmp_path / "imported")
    one = made["climate_acme_c1@1.0-ttn"]
    assert one.properties == ["air.temperature", "air.humidity", "device.battery_v"]
    assert one.unread == ["led", "n"]
    assert one.disagreeing == ["What the codec does not say"]
    assert one.names == ["acme/c1", "acme/c1@1.0", "acme/c1@1.1"]
    assert failed == {
        "c2": "the repository has no examples, so nothing tells its fields",
        "c3": "the repository names no codec for it",
        "c5": "no field is recognised; there are: shoe_size",
    }
    folder = tmp_path / "imported" / one.key
    assert (folder / "codec.js").read_bytes() == (tmp_path / "ttn/vendor/acme/c1.js").read_bytes()
    assert (folder / "LICENCE").read_bytes() == (tmp_path / "ttn/LICENSE").read_bytes()
    loaded = load_folder(folder)
    assert loaded.document.sources == (
        "TheThingsNetwork/lorawan-devices at 0123456789ab: vendor/acme/c1.js",
        "licence of codec.js: Apache-2.0",
        "firmware 1.0, 1.1",
    )
    assert told(loaded.profile.decode, bytes([43, 40, 160, 1, 7]), 2) == {
        "air.temperature": 21.5,
        "air.humidity": 40,
        "device.battery_v": 3.6,
    }
    with pytest.raises(DecodeError, match="the codec refuses: unknown port"):
        loaded.profile.decode(reading(b"\1", 9))


def test_what_an_import_cannot_know_is_said_to_be_missing(tmp_path: Path) -> None:
    outcomes(ttn(tmp_path / "ttn"), tmp_path / "imported", device="c1")
    folder = tmp_path / "imported" / "climate_acme_c1@1.0-ttn"
    quality = read_quality(folder)
    assert quality.level is Level.NONE
    assert quality.bronze["sources"] == quality.bronze["golden"] == "done"
    assert quality.bronze["cadence"] != "done"
    assert sorted(golden_of(folder)) == ["001_warm", "002_cold", "003_mild", "005_unknown-port"]
    assert "are guesses" in (folder / "profile.toml").read_text(encoding="utf-8")
    assert main(["check", str(tmp_path / "imported")]) == 0


def test_a_normalized_payload_is_preferred_where_it_says_more(tmp_path: Path) -> None:
    made, _ = outcomes(ttn(tmp_path / "ttn"), tmp_path / "imported", vendor="acme", device="c4")
    assert list(made) == ["climate_acme_c4@1-ttn"]
    loaded = load_folder(made["climate_acme_c4@1-ttn"].folder)
    assert loaded.document.javascript is not None
    assert loaded.document.javascript.normalize
    assert told(loaded.profile.decode, b"\x14\x04", 1) == {"air.temperature": 20, "air.pressure": 1004}


def test_a_device_of_chirpstack(tmp_path: Path) -> None:
    made, failed = outcomes(chirpstack(tmp_path / "cs"), tmp_path / "imported")
    one = made["door_acme_d1@1.0-chirpstack"]
    assert one.names == ["ACME D1 Door"]
    assert one.golden == 1
    assert failed == {"d2": "the repository names no codec for it"}
    decode = load_folder(one.folder).profile.decode
    assert told(decode, b"\1\x96", 42) == {"door.open": 1, "water.level": 1.5}
    assert told(decode, b"\0\x96", 42) == {"door.open": 0, "water.level": 1.5}


def test_a_device_of_milesight(tmp_path: Path) -> None:
    made, failed = outcomes(milesight(tmp_path / "ms"), tmp_path / "imported")
    one = made["leak_milesight_em999@sensordecoders"]
    assert (one.golden, one.unread, failed) == (2, [], {})
    assert (one.folder / "LICENCE").read_text(encoding="utf-8").startswith("GNU GENERAL PUBLIC LICENSE")
    loaded = load_folder(one.folder)
    assert loaded.document.sources[1] == "licence of codec.js: GPL-3.0-only"
    assert loaded.profile.title.en == "Milesight Water Sensor - EM999"
    assert told(loaded.profile.decode, b"\x14\xfa\x64\1", 85) == {
        "air.temperature": 20,
        "distance": 0.25,
        "device.battery_percent": 100,
        "water.leak": 1,
    }
    assert outcomes(tmp_path / "ms", tmp_path / "imported", vendor="acme") == ({}, {})


def test_importing_again_changes_nothing_and_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    checkout, into = ttn(tmp_path / "ttn"), tmp_path / "imported"
    outcomes(checkout, into)
    before = {path: path.read_bytes() for path in into.rglob("*") if path.is_file()}
    made, _ = outcomes(checkout, into)
    assert {one.status for one in made.values()} == {Status.SAME}
    assert {path: path.read_bytes() for path in into.rglob("*") if path.is_file()} == before

    codec = checkout / "vendor/acme/c1-codec.yaml"
    put(checkout, {"vendor/acme/c1-codec.yaml": codec.read_text(encoding="utf-8").replace("Mild", "Soft")})
    made, _ = outcomes(checkout, into, device="c1")
    assert made["climate_acme_c1@1.0-ttn"].status is Status.RENEWED
    golden = {path.stem for path in (into / "climate_acme_c1@1.0-ttn/golden").iterdir()}
    assert golden == {"001_warm", "002_cold", "003_soft", "005_unknown-port"}

    profile = into / "climate_acme_c1@1.0-ttn/profile.toml"
    text = profile.read_text(encoding="utf-8").partition("\n")[2].replace("86400", "1200")
    profile.write_text(text, encoding="utf-8")
    made, _ = outcomes(checkout, into, device="c1")
    assert made["climate_acme_c1@1.0-ttn"].status is Status.KEPT
    assert profile.read_text(encoding="utf-8") == text


def test_what_a_repository_writes_stays_text(tmp_path: Path) -> None:
    strange = 'A "quoted" \\ name\nwith\x7f\x01 lines\u2028 and [tables]\n[x]'
    checkout = chirpstack(tmp_path / "cs")
    written = json.dumps(strange).replace("\x7f", "\\u007f")
    device = (
        f'[device]\nname = {written}\n[[device.firmware]]\nversion = "1 .0/\\u00e9\\n"\ncodec = "d1.js"\n'
    )
    put(checkout, {"vendors/acme/devices/d1.toml": device})
    made, _ = outcomes(checkout, tmp_path / "imported")
    (one,) = made.values()
    assert one.key == "door_acme_d1@1-.0-chirpstack"
    assert load_folder(one.folder).profile.title.en == strange


def test_a_path_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.js").write_text("function decodeUplink() {}", encoding="utf-8")
    checkout = ttn(tmp_path / "ttn")
    put(checkout, {"vendor/acme/c1-codec.yaml": "uplinkDecoder:\n  fileName: ../../../secret.js\n"})
    _, failed = outcomes(checkout, tmp_path / "imported", device="c1")
    assert failed == {"c1": "c1-codec.yaml names no decoder that is there"}


def test_an_agent_loads_what_was_imported_without_running_it(tmp_path: Path, runner: object) -> None:
    outcomes(ttn(tmp_path / "ttn"), tmp_path / "imported")
    runner.close()  # type: ignore[attr-defined]
    keys = load_shelf([tmp_path / "imported"]).keys()
    assert {"climate_acme_c1@1.0-ttn", "climate_acme_c4@1-ttn"} <= set(keys)
    assert runner.pid is None  # type: ignore[attr-defined]


def test_the_command_says_what_came_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkout, into = str(ttn(tmp_path / "ttn")), str(tmp_path / "imported")
    assert main(["import", checkout, "--into", into, "--lang", "en"]) == 0
    told_ = capsys.readouterr()
    assert "climate_acme_c1@1.0-ttn: new, 4 golden readings, reads air.temperature" in told_.out
    assert "not read: 2 fields (led, n); 1 examples do not agree with the codec" in told_.out
    assert "2 imported into" in told_.out
    assert '"acme/c1@1.1" = "climate_acme_c1@1.0-ttn"' in told_.out
    assert "acme/c5: not imported: no field is recognised" in told_.err
    assert main(["import", checkout, "--into", into, "--device", "c4", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["status"] for one in found["imported"]] == ["same"]
    assert found["by_name"] == {"acme/c4": "climate_acme_c4@1-ttn", "acme/c4@1": "climate_acme_c4@1-ttn"}
    assert main(["import", checkout, "--into", into, "--device", "c5"]) == 1


def test_what_is_no_checkout_or_no_place_for_one_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ProfileError, match="expected a checkout of TheThingsNetwork/lorawan-devices"):
        open_repository(tmp_path)
    checkout = str(ttn(tmp_path / "ttn"))
    assert main(["import", checkout, "--into", str(SHIPPED / "imported"), "--lang", "en"]) == 3
    assert "expected a folder of the site" in capsys.readouterr().err
    put(tmp_path / "ttn", {"vendor/acme/c1-codec.yaml": "uplinkDecoder: [", "vendor/acme/c2.yaml": "- 1"})
    assert main(["import", checkout, "--into", str(tmp_path / "imported"), "--lang", "en"]) == 3
    assert "c1-codec.yaml" in capsys.readouterr().err
