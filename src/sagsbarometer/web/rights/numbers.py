"""No CPR number in plain: not in an address, and not in a column that no key locks.

Forms say so themselves, beside the field. Here is what holds where one forgets it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from sagsbarometer.kernel.ids import cpr_spans, hidden_cpr, holds_cpr, is_like_cpr

NOWHERE = "/findes-ikke/"  # no address of ours
# What an organisation's service of sign-in sends back: keys of its own of any digits, used once and shown nowhere.
# Those of Keycloak, three UUIDs, look like a CPR number once in 400.
_SIGN_IN, _ITS_KEYS = "/konto/ekstern/", frozenset({"code", "state"})
# Made by the program, of digits as they fall.
_NO_WORDS = frozenset({"worker", "seed", "password"})
_WORDS = (models.CharField, models.TextField, models.JSONField)


class NumberInPlain(ValueError):
    """Something like a CPR number was about to be kept where no key locks it. It says nothing of the number."""


class NoNumbersInAddresses:
    """What comes in an address never comes back: a path with something like a CPR number leads nowhere, and a value of
    a query that has one is taken out before anybody reads it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The reply."""
        if cpr_spans(request.path_info):
            request.path = request.path_info = NOWHERE
        # A moment's look first: hardly any query has the digits for it.
        if sum(char.isdecimal() for char in unquote(request.META.get("QUERY_STRING", ""))) >= _DIGITS:
            keys = _ITS_KEYS if request.path_info.startswith(_SIGN_IN) else frozenset()
            kept = without_numbers(request.GET, keys)
            request.META["QUERY_STRING"] = kept.urlencode()
            request.GET = kept
        return self.get_response(request)


_DIGITS = 10


def without_numbers(sent: Any, keys: Set[str] = frozenset()) -> Any:
    """A query or a form without the values that hold something like a CPR number; what is called as one of `keys` stays
    as it is."""
    kept = sent.copy()
    for name, values in list(sent.lists()):
        if name in keys:
            continue
        if is_like_cpr(unquote(name)):
            del kept[name]
        elif any(is_like_cpr(unquote(value)) for value in values):
            kept.setlist(name, [value for value in values if not is_like_cpr(unquote(value))])
    return kept


def no_number(text: str) -> None:
    """For a field of a form. Raises ValidationError."""
    if holds_cpr(text):
        raise ValidationError(has_number())


def has_number() -> str:
    """What is said of a field with one."""
    return str(_("Her står noget, der ligner et CPR-nummer. Fjern det."))


def refuse_number(sender: type[models.Model], instance: models.Model, **more: Any) -> None:
    """Before a row of ours is saved. Raises NumberInPlain."""
    if sender._meta.label == "usersessions.UserSession":  # a library's: what a browser says of itself
        instance.user_agent = hidden_cpr(instance.user_agent)
    elif sender.__module__.startswith("sagsbarometer.") and sender._meta.app_label != "events":
        written = more.get("update_fields")
        refuse_in(
            sender,
            {
                field.column: getattr(instance, field.attname)
                for field in sender._meta.concrete_fields
                if written is None or field.name in written
            },
        )


def refuse_in(model: type[models.Model], values: Mapping[str, Any]) -> None:
    """Of what stands in columns of a model, by their names: nothing like a CPR number in those that are not locked.
    Raises NumberInPlain."""
    for field in model._meta.concrete_fields:
        if not isinstance(field, _WORDS) or field.name in _NO_WORDS:
            continue
        for text in _texts(values.get(field.column)):
            # Of a checksum ten digits may look like anything: not looked at in `cpr_spans`.
            if holds_cpr(text) and cpr_spans(text):
                raise NumberInPlain(f"{model._meta.label}.{field.name}")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
