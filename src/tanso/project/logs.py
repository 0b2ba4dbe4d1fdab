"""Lines of the log: one line an event, whatever somebody wrote into an address or a field.

A line break or a control character in a message would let a stranger write lines of his own. A refused page is no
failure of ours, so its traceback is left out.
"""

from __future__ import annotations

import logging
import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """Writes control characters of the message as they are written in Python, and no traceback of a refusal."""

    def format(self, record: logging.LogRecord) -> str:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info, record.exc_text = None, None
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- the parent's name
        return _CONTROL.sub(
            lambda found: found.group().encode("unicode_escape").decode(), super().formatMessage(record)
        )
