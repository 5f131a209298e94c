"""The addresses of the workplace, with a fault in the first page."""

from __future__ import annotations

from typing import NoReturn

from django.http import HttpRequest
from django.urls import include, path


def faulty(request: HttpRequest) -> NoReturn:
    """Fails, with what was sent in its words."""
    raise RuntimeError(request.get_full_path())


urlpatterns = [
    path("konto/login/", faulty, name="account_login"),
    path("", include("sagsbarometer.web.urls")),
]
