"""A short question to one of our own web servers."""

import http.client

from demo.stage.ports import HOST

_WITHIN_S = 5.0


def ask(port: int, path: str) -> tuple[int, bytes]:
    """Return status and body; status 0 if nobody answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_WITHIN_S)
    try:
        connection.request("GET", path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
