"""`lilong profile supported`: the page of supported devices."""

import argparse
import sys

from device_profiles.errors import ProfileError
from device_profiles.shelf import load_folders
from device_profiles.supported import supported_page


def supported(options: argparse.Namespace, language: str) -> int:  # noqa: ARG001 - the page holds both languages
    """Write the page to a file or to standard output."""
    page = supported_page(load_folders(options.extra))
    if options.output is None:
        sys.stdout.write(page)
    else:
        try:
            options.output.write_text(page, encoding="utf-8")
        except OSError as error:
            raise ProfileError(f"{options.output}: the page cannot be written ({error.strerror})") from error
    return 0
