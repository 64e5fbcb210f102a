"""What the stages say, on the screen: lines with the seconds since the start and, in a terminal, a bar for a long read.

A log record that has `done` and `total` (and `unit`) is a step of something long. Elsewhere than in a terminal, and in
Dagster's log, it is a line like any other.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from tqdm import tqdm


class Elapsed(logging.Formatter):
    """Puts the seconds since the start before each line."""

    def __init__(self, started: float) -> None:
        super().__init__("%(message)s")
        self._started = started

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return f"{time.monotonic() - self._started:6.1f} s  {super().format(record)}"


class Bars(logging.StreamHandler[TextIO]):
    """Shows steps as a bar with counts and the time left, below the lines."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._bar: tqdm[Any] | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Print a line above the bar, or move the bar."""
        done, total = getattr(record, "done", None), getattr(record, "total", None)
        if done is None:
            # What a stage says of its own comes after its steps; a warning may come between them.
            if record.levelno < logging.WARNING:
                self._close()
            self._line(self.format(record))
            return
        from tqdm import tqdm

        if self._bar is None:
            stage = record.getMessage().partition(":")[0]
            unit = f" {getattr(record, 'unit', 'steps')}"
            # The time left is that of the steps from here on: the first may have waited for the source to be opened.
            self._bar = tqdm(total=total, initial=done, desc=f"{stage:>12}", unit=unit, file=self.stream, leave=False)
        self._bar.update(done - self._bar.n)
        if total is not None and done >= total:
            self._close()
            self._line(self.format(record))

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _line(self, text: str) -> None:
        if self._bar is None:
            self.stream.write(f"{text}\n")
            self.flush()
        else:
            self._bar.write(text, file=self.stream)


def show(stream: TextIO, started: float) -> None:
    """Show on a stream what the stages say.

    Args:
        stream: Standard output, usually.
        started: `time.monotonic()` when the run began.
    """
    handler = Bars(stream) if stream.isatty() else logging.StreamHandler(stream)
    handler.setFormatter(Elapsed(started))
    logger = logging.getLogger("klantwaarde")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    logger.propagate = False
