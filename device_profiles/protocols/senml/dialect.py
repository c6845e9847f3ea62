"""By which rules SenML is read: the letter of RFC 8428, or as LwM2M devices write it."""

import re
from enum import Enum


class Dialect(Enum):
    """How names may begin; LwM2M also has names with a slash before them, `vlo` for links, and padded base64."""

    RFC8428 = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*")
    LWM2M = re.compile(r"(?:[A-Za-z0-9]|/(?=[0-9]))[A-Za-z0-9\-:./_]*")
