"""Python source while it is being written: lines with their indent, and the constants that they name."""

from collections.abc import Iterator
from contextlib import contextmanager


class Source:
    """Source of one module. Values from a profile never enter the text: they are bound to made-up names."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._indent = 0
        self.constants: dict[str, object] = {}

    def line(self, text: str) -> None:
        """Add a line at the present indent."""
        self._lines.append("    " * self._indent + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Add a head (`if ...:`) and indent what follows."""
        self.line(head)
        self._indent += 1
        yield
        self._indent -= 1

    def bind(self, prefix: str, value: object) -> str:
        """Bind a constant and return its name; equal constants of one prefix share a name."""
        for name, bound in self.constants.items():
            if name.startswith(f"{prefix}_") and type(bound) is type(value) and bound == value:
                return name
        name = f"{prefix}_{len(self.constants)}"
        self.constants[name] = value
        return name

    def text(self) -> str:
        """Return the whole source."""
        return "\n".join(self._lines) + "\n"
