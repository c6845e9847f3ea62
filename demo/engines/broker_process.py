"""The broker's own process: `python -m demo.engines.broker_process --port 1883`."""

import argparse
import logging
import os
import sys
import threading
from collections.abc import Sequence
from typing import Final

from iotcore.iotcore import IotCoreBroker

from demo.engines.broker import HOST

MOST_BYTES: Final = 1 << 20
"""The largest publish taken; a larger one cuts its sender off. Batches stay below a quarter of it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Serve MQTT on 127.0.0.1 until killed."""
    parser = argparse.ArgumentParser(prog="python -m demo.engines.broker_process", description=__doc__)
    parser.add_argument("--port", type=int, default=1883)
    parser.add_argument("--lifeline", action="store_true", help="end when the standard input closes")
    chosen = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING)
    # rumqttd opens an error-level span for every packet, which would come out here as errors.
    logging.getLogger("rumqttd").setLevel(logging.CRITICAL)
    if chosen.lifeline:
        threading.Thread(target=_end_with_the_starter, name="lifeline", daemon=True).start()
    IotCoreBroker(listen=HOST, port=chosen.port, max_payload_size=MOST_BYTES).run_forever()
    return 0


def _end_with_the_starter() -> None:
    sys.stdin.buffer.read()  # returns when whoever started us is gone, however it ended
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
