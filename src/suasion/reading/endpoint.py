"""One question to a language model behind an OpenAI-compatible endpoint.

A request is one POST to `<endpoint>/chat/completions`. A busy or broken server (429, 5xx)
is asked again, a bounded number of times; whatever else goes wrong is said, with the
endpoint, the status and the cure. Redirects are not followed, so the key goes nowhere
else, and it is never part of what is kept or said.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

__all__ = ["Endpoint", "EndpointError"]

_TRIES = 3
_LONGEST_WAIT = 30.0
_MOST_BYTES = 8_000_000
_AGAIN = (429, 500, 502, 503, 504)
_CURES = {
    301: "give the address it moved to",
    302: "give the address it moved to",
    307: "give the address it moved to",
    308: "give the address it moved to",
    400: "check that the model can answer by a JSON schema",
    401: "set SUASION_LLM_KEY to a key that is valid there",
    403: "check what the key in SUASION_LLM_KEY may do there",
    404: "check the address (it often ends in /v1) and the name of the model",
    413: "the server takes no text of this length; take another",
    429: "wait, or ask for a higher limit there",
}


class EndpointError(ValueError):
    """An endpoint gave no usable answer; the message says which, why and what to do."""


class Endpoint:
    """Where a model answers.

    Parameters
    ----------
    url : str
        Such as `http://localhost:11434/v1`.
    key : str
        Sent as a bearer token, over https or to this machine only.
    timeout : float
        Seconds for one answer, all of it.
    pause : callable
        Waits so many seconds.

    Raises
    ------
    EndpointError
        If the address is none, or the key would travel in the clear.

    Examples
    --------
    >>> Endpoint("localhost:8000")
    Traceback (most recent call last):
    suasion.reading.endpoint.EndpointError: --endpoint 'localhost:8000' is no address; \
write it like http://localhost:11434/v1
    """

    def __init__(
        self,
        url: str,
        key: str = "",
        timeout: float = 120.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        try:
            parts = urlsplit(url)
            valid = parts.scheme in ("http", "https") and parts.hostname
        except ValueError:
            valid = None
        if not valid or parts.query or parts.username:
            raise EndpointError(
                f"--endpoint {url!r} is no address; "
                "write it like http://localhost:11434/v1"
            )
        if not 0 < timeout < float("inf"):
            raise EndpointError(f"a time-out is above 0 seconds, not {timeout!r}")
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise EndpointError(
                "the key in SUASION_LLM_KEY has characters that no key has; copy it anew"
            )
        here = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if key and parts.scheme == "http" and not here:
            raise EndpointError(
                f"{url}: the key in SUASION_LLM_KEY would travel unencrypted; "
                "use https, or unset it"
            )
        self.url = url.rstrip("/").removesuffix("/chat/completions")
        self._key = key
        self._through_proxy = not here
        self._timeout = timeout
        self._pause = pause

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request and return what was answered, as plain data.

        Raises
        ------
        EndpointError
            If there is no answer, or it is not JSON.
        """
        import httpx

        for left in reversed(range(_TRIES)):
            try:
                status, text, after = self._post(request)
            except httpx.TimeoutException:
                self._fail(
                    f"no answer within {self._timeout:g} seconds",
                    "give it longer with --timeout, or take a faster model",
                )
            except httpx.TransportError as error:
                said = self._hidden(str(error) or type(error).__name__)
                self._fail(
                    f"no connection ({said})", "check that the server runs there"
                )
            if status not in _AGAIN or not left:
                break
            self._pause(min(after or 2.0 ** (_TRIES - 1 - left), _LONGEST_WAIT))
        if status != 200:
            tried = f", {_TRIES} times" if status in _AGAIN else ""
            cure = _CURES.get(status, "see what the server logs say")
            said = f": {self._hidden(text[:200])}" if text else ""
            self._fail(f"status {status}{tried}{said}", cure)
        try:
            answer = json.loads(self._hidden(text))
        except (json.JSONDecodeError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            said = repr(self._hidden(text[:60]))
            self._fail(f"the answer is not JSON ({said})", "check the address")
        return answer

    def _post(self, request: Mapping[str, Any]) -> tuple[int, str, float]:
        import httpx

        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        due = time.monotonic() + self._timeout
        address = f"{self.url}/chat/completions"
        with (
            httpx.Client(
                timeout=self._timeout, trust_env=self._through_proxy
            ) as client,
            client.stream("POST", address, json=request, headers=headers) as answer,
        ):
            data = b""
            for part in answer.iter_bytes():
                data += part
                if time.monotonic() > due:
                    raise httpx.ReadTimeout("the answer takes too long")
                if len(data) > _MOST_BYTES:
                    self._fail("an answer of more than 8 MB", "take another model")
            wait = answer.headers.get("retry-after", "")
            after = float(wait) if wait.isascii() and wait.isdigit() else 0.0
            return answer.status_code, data.decode("utf-8", "replace"), after

    def _hidden(self, text: str) -> str:
        return text.replace(self._key, "***") if self._key else text

    def _fail(self, rule: str, cure: str) -> NoReturn:
        raise EndpointError(f"{self.url}: {rule}; {cure}") from None
