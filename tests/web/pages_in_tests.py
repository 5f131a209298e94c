"""The forms of a page, filled in as somebody would: what a field takes, and in one of them what is tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_WRITTEN = ("text", "email", "number", "search", "date", "hidden", "password", "tel", "url", "")


@dataclass
class Form:
    """One form that changes something: where it is sent, and what stands in it as it is shown."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)  # the fields that hold words
    files: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms, self.open = address, list[Form](), None
        self._area, self._select, self._options = "", "", list[tuple[str, bool]]()
        self._text = ""

    open: Form | None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, form = given.get("name", ""), self.open
        if tag == "form":
            self.open = Form(given.get("action") or self.address) if given.get("method") == "post" else None
            if self.open:
                self.forms.append(self.open)
        elif form is None or name == "csrfmiddlewaretoken" or (not name and tag != "option"):
            return
        elif tag == "input":
            self._input(form, name, given)
        elif tag == "textarea":
            self._area, self._text = name, ""
            form.written.append(name)
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option" and self._select:
            self._options.append((given.get("value", ""), "selected" in given))

    def _input(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        if kind == "file":
            form.files.append(name)
        elif kind in ("radio", "checkbox"):
            if name not in form.values or "checked" in given:
                form.values[name] = [value or "on"]
        elif kind in _WRITTEN:
            usual = {"date": "2027-01-04", "email": "x@example.dk", "number": "4"}.get(kind, "Prøve")
            form.values[name] = [value or ("" if kind == "hidden" else usual)]
            form.written.append(name)

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area and self.open:
            self.open.values[self._area] = [self._text.strip() or "Prøve"]
            self._area = ""
        elif tag == "select" and self._select and self.open:
            chosen = [value for value, selected in self._options if selected and value]
            self.open.values[self._select] = chosen or [value for value, _ in self._options if value][:1]
            self._select = ""
        elif tag == "form":
            self.open = None


def forms_of(page: str, address: str) -> list[Form]:
    """The forms of a page that are sent by POST."""
    reader = _Reader(address)
    reader.feed(page)
    return reader.forms
