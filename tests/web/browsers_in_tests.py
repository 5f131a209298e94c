"""A client that sends forms as a browser does where no file goes along."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.test import Client

FORM = "application/x-www-form-urlencoded"


class Browser(Client):  # type: ignore[misc]
    """As Django's; forms go url-encoded, and a fault in the server is a reply with status 500."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"raise_request_exception": True, **more})

    def post(self, path: str, data: Any = None, content_type: str = FORM, **more: Any) -> Any:
        """Sends a form."""
        body = urlencode(data or {}, doseq=True) if isinstance(data or {}, dict) else data
        return super().post(path, body, content_type=content_type, **more)
