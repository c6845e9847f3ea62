"""A server and a browser for the tests of the screens."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.screens.boards import STATES
from tests.screens.serving import ScreenServer, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A browser for one file of tests: while it is open, its event loop is in the way of every `asyncio.run`."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = chromium()
    _check_driver()
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=found, headless=True, args=_ARGUMENTS)
        yield opened
        opened.close()


def _check_driver() -> None:
    """Skip where the Node.js inside Playwright cannot run: it wants a library that the smallest Debian leaves out."""
    import playwright

    node = Path(playwright.__file__).parent / "driver" / "node"
    tried = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=60, check=False)
    if tried.returncode != 0:
        pytest.skip(f"Playwright's Node.js does not run ({tried.stderr.strip()}); apt-get install libatomic1")


@pytest.fixture(scope="session")
def _lasting() -> Iterator[ScreenServer]:
    yield from _started()


@pytest.fixture
def server(_lasting: ScreenServer) -> ScreenServer:
    """A server that all tests share; it shows a live board."""
    _lasting.put(STATES["live"])
    return _lasting


@pytest.fixture
def mortal() -> Iterator[ScreenServer]:
    """A server of one's own, to be frozen and killed; it shows a live board."""
    yield from _started()


def _started() -> Iterator[ScreenServer]:
    started = ScreenServer()
    started.start()
    started.put(STATES["live"])
    yield started
    started.kill()


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, timezone_id="Asia/Shanghai")
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    yield opened
    opened.unroute_all(
        behavior="ignoreErrors"
    )  # what a page still fetches when its test is over is nobody's fault
    context.close()
