"""Ports are free when chosen, and one that is in use is named with what to do."""

import socket

import pytest

from demo.stage import HOST, StageError, choose_ports


def numbers(first: int = 0) -> list[int]:
    ports = choose_ports(first)
    return [getattr(ports, name) for name in ports.__struct_fields__]


def test_any_ports_differ_and_can_be_taken() -> None:
    found = numbers()
    assert len(set(found)) == len(found)
    for port in found:
        with socket.socket() as probe:
            probe.bind((HOST, port))


def test_a_row_of_ports_follows_the_first_and_one_in_use_is_named_in_two_languages() -> None:
    row = next(row for first in range(21000, 60000, 100) if (row := free_row(first)))
    assert row == list(range(row[0], row[0] + len(row)))
    with socket.socket() as other:
        other.bind((HOST, row[2]))
        with pytest.raises(StageError) as refused:
            numbers(row[0])
    for words in (refused.value.words.zh, refused.value.words.en):
        assert f"{HOST}:{row[2]}" in words
        assert "--port" in words


def free_row(first: int) -> list[int]:
    try:
        return numbers(first)
    except StageError:
        return []
