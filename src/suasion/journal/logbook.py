"""Logs as lines of JSON, without personal data.

A line about a request has its method, path, status, size and duration: no address, no
query, no cookie, no browser. What is secret in a path (a signed link) is left out, and
so is whatever looks like an e-mail or network address in a message.
"""

from __future__ import annotations

import datetime
import json
import logging
import re
import traceback
from typing import Any

from gunicorn.glogging import Logger

__all__ = ["AccessLog", "JsonLines", "without_personal_data"]

# Links that let whoever has them in: readers to their response, editors to a password.
_SECRET = re.compile(r"(/respond/own/|/password_reset/confirm/)[^\s'\"]+")
_EMAIL = re.compile(r"[^\s@<>'\"(=]+@[^\s@<>'\")]+")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\w:])")
_QUERY = re.compile(r"\?[^\s'\"]+")


def without_personal_data(text: str) -> str:
    """Return a message with secrets and addresses replaced by what they were.

    Examples
    --------
    >>> without_personal_data("Not Found: /respond/own/Mzg:x1?a=b by ann@example.org")
    'Not Found: /respond/own/[secret] by [e-mail]'
    >>> without_personal_data("no answer from 192.0.2.7 or 2001:db8::7 at 10:20:30")
    'no answer from [address] or [address] at 10:20:30'
    """
    for pattern, instead in (
        (_SECRET, r"\1[secret]"),
        (_QUERY, ""),
        (_EMAIL, "[e-mail]"),
        (_IPV4, "[address]"),
    ):
        text = pattern.sub(instead, text)
    return _IPV6.sub(_address_unless_clock, text)


class JsonLines(logging.Formatter):
    """One line of JSON for each record: time, level, logger, message, error."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        request = getattr(record, "journal_request", None)
        if request is not None:
            line.update(request)
        else:
            line["message"] = without_personal_data(record.getMessage())
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["at"] = [
                f"{frame.filename}:{frame.lineno} in {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ][-12:]
        return json.dumps(line, ensure_ascii=False)


class AccessLog(Logger):
    """What gunicorn says, and a line for each request that it answered."""

    def setup(self, cfg: Any) -> None:
        """Set up gunicorn's own loggers, with our lines."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(JsonLines())

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Write the line of a request."""
        if not self.access_log_enabled:
            return
        said = {
            "method": environ.get("REQUEST_METHOD"),
            "path": without_personal_data(environ.get("PATH_INFO", "")),
            "status": int(str(resp.status).split(None, 1)[0]),
            "bytes": getattr(resp, "sent", None),
            "ms": round(request_time.total_seconds() * 1000, 1),
        }
        self.access_log.info("request", extra={"journal_request": said})


def _address_unless_clock(found: re.Match[str]) -> str:
    text = found.group()
    clock = re.fullmatch(r"\d{1,2}:\d{2}:\d{2}", text) is not None
    return text if clock or text.strip(":") == "" else "[address]"
