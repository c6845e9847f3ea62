"""A port in use is told with the table to change."""

import socket

import pytest

from chassis import ConfigError, listen


def test_a_free_port_is_taken() -> None:
    with listen("127.0.0.1", 0, table="http") as sock:
        assert sock.getsockname()[1] > 0


def test_a_port_in_use_is_named_with_its_table() -> None:
    with (
        listen("127.0.0.1", 0, table="http") as sock,
        pytest.raises(ConfigError, match=r"in use.*table \[http\]"),
    ):
        listen("127.0.0.1", sock.getsockname()[1], table="http")


def test_an_address_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"cannot listen on 192\.0\.2\.1:0"):
        listen("192.0.2.1", 0, table="http")


def test_ipv6_works_where_it_is() -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 on this machine")
    try:
        sock = listen("::1", 0, table="http")
    except ConfigError:
        pytest.skip("no IPv6 loopback on this machine")
    sock.close()
