"""`lilong profile` answers people in both languages and machines in JSON."""

import io
import json
import shutil
from pathlib import Path

import pytest

from device_profiles.commands import main
from device_profiles.shelf import SHIPPED


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILONG_LANG", "en")


def test_decode_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", "parking_nwave_nps405@2.4", "--port", "2", "00 d3 d8 00 59 0b"]) == 0
    out = capsys.readouterr().out
    assert "parking.occupied    0  (bay occupied, as the sensor says)" in out
    assert "device.battery_v    3.344 V  (battery voltage)" in out
    assert main(["decode", "--lang", "zh", "parking_nwave_nps405@2.4", "--port", "2", "00d3d800590b"]) == 0
    assert "电池电压" in capsys.readouterr().out


def test_decode_for_machines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["decode", "parking_bosch_tps110", "--port", "1", "01", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["observations"]
    assert (row["property"], row["value"], row["device"]) == ("parking.occupied", 1, "by-hand")
    monkeypatch.setattr("sys.stdin", io.StringIO("01\n"))
    assert main(["decode", "parking_bosch_tps110", "-", "--port", "1", "--json"]) == 0


def test_decode_a_pack(capsys: pytest.CaptureFixture[str]) -> None:
    pack = '[{"n":"bay-7/3431/0/1","vb":true}]'
    assert main(["decode", "parking_lwm2m_3431", pack, "--format", "senml+json"]) == 0
    assert "[bay-7]" in capsys.readouterr().out


def test_decode_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", "parking_bosch_tps110", "--port", "9", "01"]) == 1
    assert "refused: expected" in capsys.readouterr().err
    assert main(["decode", "parking_bosch_tps110", "--port", "9", "01", "--json"]) == 1
    assert "got port 9" in json.loads(capsys.readouterr().out)["refused"]
    assert main(["decode", "parking_bosch_tps110", "--port", "9", "0y01"]) == 2
    assert "0y01" in capsys.readouterr().err
    assert main(["decode", "parking_bosh_tps110", "01"]) == 3
    assert "near: parking_bosch_tps110" in capsys.readouterr().err


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert "parking_bosch_tps110 " in capsys.readouterr().out
    assert main(["list", "--json"]) == 0
    keys = [row["key"] for row in json.loads(capsys.readouterr().out)]
    assert keys == sorted(keys)
    assert main(["list", "--lang", "zh"]) == 0
    assert "博世" in capsys.readouterr().out


def test_check_good_and_bad(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(SHIPPED)]) == 0
    assert "parking_bosch_tps110: good" in capsys.readouterr().out
    folder = tmp_path / "parking_tekzitel_tekzipark"
    shutil.copytree(SHIPPED / folder.name, folder)
    assert main(["check", "--source", str(folder)]) == 0
    assert "def decode(reading):" in capsys.readouterr().out
    golden = folder / "golden" / "occupied.toml"
    golden.write_text(golden.read_text().replace("45", "46"), encoding="utf-8")
    assert main(["check", str(folder)]) == 1
    assert "occupied.toml: expected" in capsys.readouterr().err
    (folder / "profile.toml").write_text("key = 1\n", encoding="utf-8")
    assert main(["check", str(folder)]) == 1
    assert "key key: Expected `str`" in capsys.readouterr().err
    assert main(["check", str(tmp_path / "nothing")]) == 1
    assert "no profile.toml here" in capsys.readouterr().err


def test_supported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["supported"]) == 0
    page = capsys.readouterr().out
    assert main(["supported", "--output", str(tmp_path / "S.md")]) == 0
    assert (tmp_path / "S.md").read_text(encoding="utf-8") == page
    assert main(["supported", "--output", str(tmp_path / "none" / "S.md")]) == 3
    assert "the page cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["check", "list", "decode", "supported"])
def test_help_in_both_languages(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    for flags in (["--lang", "zh", verb], [verb, "--lang=zh"]):
        with pytest.raises(SystemExit) as stopped:
            main([*flags, "-h"])
        assert stopped.value.code == 0
        assert any("\u4e00" <= char <= "\u9fff" for char in capsys.readouterr().out)
    with pytest.raises(SystemExit):
        main([verb, "-h"])
    assert not any("\u4e00" <= char <= "\u9fff" for char in capsys.readouterr().out)


def test_no_verb_is_a_usage_error() -> None:
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 2


def test_decode_with_a_key_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # OMS Specification Volume 2, Annex N: gas meter with security profile A.
    telegram = (
        "2e4493157856341233037a2a0020255923c95aaa26d1b2e7493b013ec4a6f6d3529b520edff0ea6defc99d6d69ebf3"
    )
    key = tmp_path / "meter.key"
    key.write_text("0102030405060708090A0B0C0D0E0F11\n", encoding="ascii")
    key.chmod(0o600)
    assert main(["decode", "meter_wmbus", telegram, "--key-file", str(key)]) == 0
    assert "28504.27 m3" in capsys.readouterr().out
    assert main(["decode", "meter_wmbus", telegram]) == 1
    assert "no key for this meter" in capsys.readouterr().err
    key.chmod(0o640)
    assert main(["decode", "meter_wmbus", telegram, "--key-file", str(key)]) == 3
    assert "chmod 600" in capsys.readouterr().err
