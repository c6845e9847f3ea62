"""`cloud.toml` says what is wrong with it, and where; the database's address comes from where the operator expects."""

from pathlib import Path

import pytest

from chassis import ConfigError
from cloud_ingest.config import Configuration, read_configuration

SITE = """
id = "{site}"
name = {{ zh = "河西里", en = "Hexi" }}
gateway = "gw-{site}"
[[areas]]
id = "3101"
level = "city"
name = {{ zh = "上海市", en = "{city}" }}
[[areas]]
id = "c-{site}"
level = "community"
parent = "3101"
name = {{ zh = "河西里", en = "Hexi" }}
[[lots]]
id = "lot-{site}"
name = {{ zh = "车库", en = "Garage" }}
[[lots.floors]]
id = "b1-{site}"
name = {{ zh = "地下一层", en = "B1" }}
[[lots.floors.bays]]
id = "bay-{bay}"
"""


def read(folder: Path, text: str, **environment: str) -> Configuration:
    file = folder / "cloud.toml"
    file.write_text(text, encoding="utf-8")
    return read_configuration(file, environment)


def write_site(folder: Path, name: str, *, site: str, city: str = "Shanghai", bay: str = "") -> None:
    text = SITE.format(site=site, city=city, bay=bay or site)
    (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[ingest]\nshard = 3", r"table \[ingest\]: unknown key 'shard'; known keys: .*most_shards"),
        ("[retention]\nobservation_days = 'x'", r"table \[retention\]: key 'observation_days'"),
        ("[retention]\ngap_days = 0", r"table \[retention\]: key 'gap_days': Expected `int` >= 1, got 0"),
        ("[mqtt]\nport = 99999", r"table \[mqtt\]: key 'port': Expected `int` <= 65535, got 99999"),
        ("[http]\nport = -1", r"table \[http\]: key 'port': Expected `int` >= 0, got -1"),
        ("[ingest]\nmost_shards = 65", r"table \[ingest\]: key 'most_shards': Expected `int` <= 64"),
        ("[boards]\nstale_after_s = nan", r"table \[boards\]: key 'stale_after_s': Expected `float` > 0"),
        ("sites = ['none.toml']", "none.toml: cannot be read"),
        ("", "expected a database; set DATABASE_URL, or url or embedded"),
        ("[database]\nurl = 'host=a port'", r"expected postgresql://user@host/name"),
        ("[database]\nurl = 'postgresql://db/x'\npassword_file = 'none'", "the secret cannot be read"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        read(tmp_path, text)


def test_the_broker_is_looked_for_often_and_its_files_are_beside_the_configuration(tmp_path: Path) -> None:
    found = read(tmp_path, "[database]\nembedded = 'pg'\n[mqtt]\nhost = 'broker'\nca_file = 'ca.pem'")
    assert found.cloud.mqtt.longest_retry_s <= 10
    assert found.cloud.mqtt.ca_file == str(tmp_path / "ca.pem")


def test_the_environments_database_goes_before_the_files(tmp_path: Path) -> None:
    text = "[database]\nurl = 'postgresql://db/file'\nembedded = 'pg'"
    assert read(tmp_path, text).url == "postgresql://db/file"
    assert read(tmp_path, text, DATABASE_URL="postgresql://db/env").url == "postgresql://db/env"
    embedded = read(tmp_path, "[database]\nembedded = 'pg'")
    assert (embedded.url, embedded.embedded) == ("", tmp_path / "pg")


def test_secrets_come_from_their_own_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret word\n", encoding="utf-8")
    found = read(
        tmp_path,
        "[database]\nurl = 'postgresql://ann@db/x'\npassword_file = 'secret'\n"
        "[http]\ncursor_secret_file = 'secret'",
    )
    assert "password='s3cret word'" in found.url
    assert found.cursor_secret == b"s3cret word"


def test_sites_are_read_and_may_share_their_city(tmp_path: Path) -> None:
    write_site(tmp_path, "a.toml", site="a")
    write_site(tmp_path, "b.toml", site="b")
    found = read(tmp_path, "sites = ['a.toml', 'b.toml']\n[database]\nembedded = 'pg'")
    assert [plan.id for plan in found.plans] == ["a", "b"]


def test_sites_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    text = "sites = ['a.toml', 'b.toml']\n[database]\nembedded = 'pg'"
    write_site(tmp_path, "a.toml", site="a")
    write_site(tmp_path, "b.toml", site="b", city="Peking")
    with pytest.raises(ConfigError, match="sites tell place '3101' differently"):
        read(tmp_path, text)
    write_site(tmp_path, "b.toml", site="b", bay="a")
    with pytest.raises(ConfigError, match="sites 'a' and 'b' both declare bay 'bay-a'"):
        read(tmp_path, text)


def test_the_configuration_in_the_docs_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "cloud.md").read_text(encoding="utf-8")
    text = page.split("```toml\n")[1].split("```")[0]
    (tmp_path / "sites").mkdir()
    write_site(tmp_path, "sites/hexi.toml", site="hexi")
    (tmp_path / "db.password").write_text("secret", encoding="utf-8")
    found = read(tmp_path, text)
    assert "host=db.example" in found.url
    assert [plan.id for plan in found.plans] == ["hexi"]
