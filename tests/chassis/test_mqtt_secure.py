"""The MQTT link over TLS and WebSocket, with passwords, and with settings that cannot work."""

import asyncio
import logging
import shutil
import subprocess
from pathlib import Path

import pytest

from chassis import ConfigError, MqttLink, MqttPlan, MqttSettings
from tests.brokers import Mosquitto
from tests.chassis.ear import Ear
from tests.until import until


def test_a_refused_password_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    users = tmp_path / "users"
    users.write_text("gateway:right\n")
    subprocess.run([shutil.which("mosquitto_passwd") or "true", "-U", str(users)], check=True)
    broker = Mosquitto(tmp_path, "allow_anonymous false", f"password_file {users}")
    (tmp_path / "wrong").write_text("wrong\n")
    (tmp_path / "right").write_text("right\n")
    users.chmod(0o644)
    tmp_path.chmod(0o755)
    broker.start()

    async def story() -> None:
        secret = tmp_path / "wrong"
        async with Ear(broker.port, "a", username="gateway", password_file=str(secret)).running() as ear:
            await until(lambda: caplog.records)
            connects = asyncio.create_task(asyncio.sleep(1))
            await connects
            assert not ear.link.up
            secret.write_text("right")  # the operator corrects it: no restart needed
            await until(lambda: ear.link.up)

    with caplog.at_level(logging.WARNING, logger="chassis"):
        try:
            asyncio.run(story())
        finally:
            broker.kill()
    (only,) = [record.getMessage() for record in caplog.records]
    assert "refused the connection: Not authorized" in only
    assert str(broker.port) in only


def make_certificates(folder: Path) -> None:
    """Make an authority and a certificate for localhost; skips without openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    for name in ("ca", "stranger"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.crt",
                "-subj", f"/CN=Test {name}", "-days", "2")  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr",
            "-subj", "/CN=localhost")  # fmt: skip
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
            "-out", "server.crt", "-days", "2", "-extfile", "names")  # fmt: skip
    for file in folder.iterdir():
        file.chmod(0o644)
    folder.chmod(0o755)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    make_certificates(folder)
    return folder


@pytest.mark.parametrize("path", ["", "/mqtt"], ids=["tls", "tls-websocket"])
def test_speaks_tls_and_trusts_only_its_authority(
    path: str, tmp_path: Path, certificates: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tls = (
        f"cafile {certificates}/ca.crt",
        f"certfile {certificates}/server.crt",
        f"keyfile {certificates}/server.key",
    )
    protocol = ("protocol websockets",) if path else ()
    broker = Mosquitto(tmp_path, "allow_anonymous true", *protocol, *tls)
    broker.start()

    async def story() -> None:
        async with Ear(
            broker.port, "a", ca_file=f"{certificates}/ca.crt", websocket_path=path
        ).running() as ear:
            await until(lambda: ear.link.up)
            for number in range(50):  # many packets in one TLS record, and one that needs several
                ear.link.publish("a", b"x" * (200_000 if number == 25 else number))
            await until(lambda: len(ear.heard) == 50)
        async with Ear(
            broker.port, "a", ca_file=f"{certificates}/stranger.crt", websocket_path=path
        ).running() as ear:
            await until(lambda: "certificate verify failed" in caplog.text)
            assert not ear.link.up

    try:
        asyncio.run(story())
    finally:
        broker.kill()


def test_speaks_websocket(tmp_path: Path) -> None:
    broker = Mosquitto(tmp_path, "allow_anonymous true", "protocol websockets")
    broker.start()

    async def story() -> None:
        async with Ear(broker.port, "a", websocket_path="/mqtt").running() as ear:
            await until(lambda: ear.link.up)
            ear.link.publish("a", b"x" * 100_000)
            await until(lambda: ear.heard)
            broker.kill()
            await until(lambda: not ear.link.up)

    try:
        asyncio.run(story())
    finally:
        broker.kill()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"host": ""}, "expected a host"),
        ({"host": "a..b"}, "expected a host name"),
        ({"port": 0}, "expected a port"),
        ({"keepalive_s": 0}, "keepalive_s"),
        ({"longest_retry_s": 0}, "longest_retry_s"),
        ({"password_file": "x"}, "password_file needs username"),
        ({"username": "u", "password_file": "/nowhere"}, "/nowhere"),
        ({"cert_file": "x"}, "cert_file needs ca_file"),
        ({"key_file": "x"}, "key_file needs cert_file"),
        ({"ca_file": "/nowhere"}, "/nowhere"),
        ({"websocket_path": "mqtt"}, "websocket_path"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_runs(
    wrong: dict[str, object], says: str
) -> None:
    plan = MqttPlan(client_id="x", topics=[], on_arrival=lambda _: None)
    with pytest.raises(ConfigError, match=says):
        MqttLink(MqttSettings(**wrong), plan)  # type: ignore[arg-type]
