"""The form of a step, made from the words its fields have in the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sagsbarometer.collection.plan_fields import Ask, asks
from sagsbarometer.web.rights.numbers import no_number

_FEW = 6  # choices that stand as buttons; more are a list
Choices = Mapping[str, list[tuple[str, str]]]


class StepForm(forms.Form):
    """The fields of a step. What is filled in is judged by the plan, not here: a half-written step is saved."""

    use_required_attribute = False
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, step: str, only: tuple[str, ...] | None, choices: Choices, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asks = {name: ask for name, ask in asks(step).items() if only is None or name in only}
        for name, ask in self.asks.items():
            self.fields[name] = _field(ask, choices.get(name))

    def given(self) -> dict[str, Any]:
        """What was written, as the plan takes it. Only after `is_valid`."""
        return {name: _value(ask, self.cleaned_data[name]) for name, ask in self.asks.items()}

    def told(self, faults: list[tuple[str, str]]) -> None:
        """Sets what the plan says of the fields beside them."""
        for name, text in faults:
            self.add_error(name if name in self.fields else None, text)


class NewStudy(forms.Form):
    """A new study: what it is called and what it is made from."""

    use_required_attribute = False
    name = forms.CharField(label=_("Undersøgelsens navn"), max_length=120, validators=[no_number])
    template = forms.ChoiceField(label=_("Skabelon"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label=_("Slags, hvis du bruger din egen formular"), required=False, widget=forms.Select
    )
    form = forms.FileField(
        label=_("Din egen formular"),
        required=False,
        help_text=_("En form.yaml. Den bliver kontrolleret, og fejl vises med linje."),
    )
    once = forms.CharField(widget=forms.HiddenInput, max_length=40)


def initial(step: str, part: Any) -> dict[str, Any]:
    """What a step holds, as its fields show it."""
    shown = {}
    for name, ask in asks(step).items():
        value = getattr(part, name)
        if ask.as_ == "number" and value is not None:
            value = f"{value.normalize():f}".replace(".", ",")
        shown[name] = list(value) if isinstance(value, tuple) else value
    return shown


def _field(ask: Ask, choices: list[tuple[str, str]] | None) -> forms.Field:
    words: dict[str, Any] = {"label": ask.label, "help_text": ask.help, "required": False}
    if ask.as_ == "yes":
        return forms.BooleanField(**words)
    options = choices if choices is not None else list(ask.choices)
    if ask.as_ == "one":
        few = len(options) <= _FEW
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect if few else forms.Select, **words)
    if ask.as_ == "several":
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **words)
    attributes = {"whole": {"inputmode": "numeric"}, "number": {"inputmode": "decimal"}}.get(ask.as_, {})
    if ask.as_ == "area":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), strip=False, **words)
    if ask.as_ == "day":
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **words)
    return forms.CharField(widget=forms.TextInput(attrs=attributes), **words)


def _value(ask: Ask, value: Any) -> Any:
    if ask.as_ == "whole":
        text = str(value).strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text or None
    if ask.as_ == "number":
        return str(value).strip() or None
    return value
