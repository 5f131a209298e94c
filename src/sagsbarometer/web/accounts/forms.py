"""What is asked of whoever manages people, and of whoever is invited."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sagsbarometer.kernel.ids import municipality_code
from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.accounts.notices import send_reset
from sagsbarometer.web.accounts.reasons import reasons
from sagsbarometer.web.planning.models import Authority, Study
from sagsbarometer.web.rights.actions import ROLES
from sagsbarometer.web.rights.numbers import no_number

_CODE = r"^[0-9]{3,4}$"


class RoleForm(forms.Form):
    """A role, where it is held, and for a municipal contact of which municipality."""

    role = forms.ChoiceField(label=_("Rolle"), choices=[("", _("Vælg")), *ROLES.items()])
    study = forms.ModelChoiceField(
        label=_("Undersøgelse"),
        queryset=Study.objects.none(),
        required=False,
        empty_label=_("Alle undersøgelser"),
    )
    municipality = forms.RegexField(
        label=_("Kommunekode"),
        regex=_CODE,
        required=False,
        help_text=_("Kun for en kommunal kontakt, for eksempel 901."),
        error_messages={"invalid": _("Skriv kommunekoden med tre cifre.")},
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["study"].queryset = Study.objects.exclude(state="purged").order_by("name")

    def clean_municipality(self) -> str:
        """Without leading zeros."""
        return municipality_code(self.cleaned_data["municipality"])

    def clean(self) -> dict[str, Any]:
        """A contact has a municipality, of the frame where there is one; nobody else has."""
        data = super().clean() or self.cleaned_data
        code, study = data.get("municipality", ""), data.get("study")
        if data.get("role") == "municipal_contact":
            if not code:
                self.add_error("municipality", _("En kommunal kontakt skal have en kommune."))
            elif study and not Authority.objects.filter(study=study, code=code).exists():
                self.add_error("municipality", _("Kommunen er ikke med i undersøgelsen."))
        elif code:
            self.add_error("municipality", _("Kun en kommunal kontakt har en kommune. Lad feltet stå tomt."))
        return data


class InvitationForm(RoleForm):
    """Who is invited, to what."""

    email = forms.EmailField(label=_("E-mail"), max_length=254, validators=[no_number])
    name = forms.CharField(label=_("Navn"), max_length=120, validators=[no_number])
    field_order = ("email", "name", "role", "study", "municipality")


class AcceptForm(forms.Form):
    """A password, twice."""

    password = forms.CharField(
        label=_("Adgangskode"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Mindst 12 tegn. Gerne flere ord efter hinanden."),
    )
    again = forms.CharField(
        label=_("Adgangskoden igen"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self._person = person

    def clean(self) -> dict[str, Any]:
        """The two are alike, and it is no easy one."""
        data = super().clean() or self.cleaned_data
        password = data.get("password")
        if password and data.get("again") is not None and password != data["again"]:
            self.add_error("again", _("De to er ikke ens."))
        elif password:
            try:
                validate_password(password, self._person)
            except ValidationError as error:
                self.add_error("password", error)
        return data


class ForgottenForm(ResetPasswordForm):
    """The address that a link is mailed to, where it is that of an account."""

    def save(self, request: Any, **more: Any) -> str:
        """Asks for the mail, in the same time for an address that is nobody's."""
        send_reset(next(iter(self.users), None))
        return str(self.cleaned_data["email"])


class DisqualificationForm(forms.Form):
    """Who may have nothing to do with what, and the reason as a code."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), empty_label=_("Vælg"))
    municipality = forms.RegexField(
        label=_("Kommunekode"),
        regex=_CODE,
        required=False,
        help_text=_("Hvis det gælder alt fra kommunen."),
        error_messages={"invalid": _("Skriv kommunekoden med tre cifre.")},
    )
    case = forms.CharField(
        label=_("Sagens id"),
        max_length=16,
        required=False,
        help_text=_("Hvis det gælder én sag. Id'et står øverst på sagens side."),
    )
    reason = forms.ChoiceField(
        label=_("Grund"),
        choices=lambda: [("", _("Vælg")), *reasons().items()],
        help_text=_("Skriv aldrig omstændighederne her."),
    )

    def __init__(self, *args: Any, people: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["person"].queryset = people

    def clean_municipality(self) -> str:
        """Without leading zeros."""
        return municipality_code(self.cleaned_data["municipality"])

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data = super().clean() or self.cleaned_data
        if "municipality" in data and bool(data["municipality"]) == bool(data.get("case")):
            raise ValidationError(_("Skriv enten en kommunekode eller sagens id."))
        return data
