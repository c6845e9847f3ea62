"""Messages of every version that was ever sent are understood as they were meant."""

from pathlib import Path

import msgspec
import pytest

from wire import decode

FOLDER = Path(__file__).parent / "wire"
KINDS = {"batch1": "Batch", "hello1": "Hello", "ack1": "Ack", "command1": "Command", "reply1": "Reply"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.bin")), ids=lambda path: path.stem)
def test_an_old_message_is_understood(path: Path) -> None:
    message = decode(path.read_bytes())
    assert type(message).__name__ == KINDS[path.stem.split("-")[0]]
    meant = msgspec.json.decode(path.with_suffix(".json").read_bytes())
    assert msgspec.json.decode(msgspec.json.encode(message)) == meant


def test_every_version_has_its_message() -> None:
    assert {path.stem.split("-")[0] for path in FOLDER.glob("*.bin")} == set(KINDS)
