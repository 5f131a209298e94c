"""What is asked for on the pages of `keeping`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class Retention(forms.Form):
    """The day a study's documents and free text are to be gone after, and the revision it was shown in."""

    retention = forms.DateField(
        label=_("Slettes senest"),
        help_text=_("Dokumenter og fri tekst skal være slettet efter denne dag."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-input"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class Purge(forms.Form):
    """That somebody means it: the name of the study, written."""

    name = forms.CharField(
        label=_("Skriv studiets navn"),
        help_text=_("Det kan ikke gøres om."),
        widget=forms.TextInput(attrs={"class": "form-input", "autocomplete": "off"}),
    )
    once = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, expected: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self._expected = expected

    def clean_name(self) -> str:
        """The name as it is."""
        name = str(self.cleaned_data["name"]).strip()
        if name != self._expected:
            raise forms.ValidationError(_("Det er ikke studiets navn."))
        return name
