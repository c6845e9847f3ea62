"""The key file: who may read it, what must stand in it, and that errors never show a key."""

from pathlib import Path

import pytest

from chassis import ConfigError
from edge_agent.sources.oscore import read_nodes
from edge_agent.sources.oscore.state import Kept, keep, read_kept
from tests.edge_agent.sources.oscore.nodes import SECRET, key_file


def test_keys_are_read_and_not_shown(tmp_path: Path) -> None:
    (node,) = read_nodes(key_file(tmp_path, ("bay-7", "01")))
    assert (node.device, node.id, node.gateway_id, node.secret) == (
        "bay-7",
        b"\x01",
        b"",
        bytes.fromhex(SECRET),
    )
    assert SECRET not in repr(node)
    assert node.secret.hex() not in str(node)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_that_others_can_read_is_refused(mode: int, tmp_path: Path) -> None:
    path = key_file(tmp_path, ("bay-7", "01"))
    path.chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        read_nodes(path)


@pytest.mark.parametrize(
    ("nodes", "secret", "words"),
    [
        ([("bay-7", "01"), ("bay-8", "01")], SECRET, "expected each id once"),
        ([("bay-7", "01"), ("bay-7", "02")], SECRET, "expected each device once"),
        ([("bay-7", "")], SECRET, "to differ"),
        ([("bay-7", "0102030405060708")], SECRET, "at most 7 bytes"),
        ([("bay-7", "xy")], SECRET, "hexadecimal digits"),
        ([("bay-7", "01")], "0011", "at least 16 bytes"),
        ([("bay-7", "01")], "hunter2hunter2hunter2hunter2zz", "the secret in hexadecimal"),
    ],
)
def test_a_wrong_entry_is_named_without_its_key(
    nodes: list[tuple[str, str]], secret: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        read_nodes(key_file(tmp_path, *nodes, secret=secret))
    assert "hunter2" not in str(caught.value)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="expected a file with keys"):
        read_nodes(tmp_path / "none.toml")


def test_state_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "01.json"
    assert read_kept(path) is None
    keep(path, Kept(next=100))
    keep(path, Kept(next=200, window={"index": 1, "bitfield": 3}))
    assert read_kept(path) == Kept(next=200, window={"index": 1, "bitfield": 3})
    assert path.stat().st_mode & 0o777 == 0o600


def test_state_that_cannot_be_read_stops_the_agent_instead_of_beginning_anew(tmp_path: Path) -> None:
    (tmp_path / "01.json").write_text("{")
    with pytest.raises(ConfigError, match="new secret"):
        read_kept(tmp_path / "01.json")
