"""People, the roles they hold, and what they may have nothing to do with."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from sagsbarometer.web.identifiers import thing_id
from sagsbarometer.web.rights.actions import ROLES

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def plain_address(email: str) -> str:
    """An address as it is kept and compared. Only A to Z are made small: a sign that merely looks like a letter, or
    that a database takes for one, makes another address and never somebody's account."""
    return email.strip().translate(_SMALL)


class Users(BaseUserManager):
    """Makes and finds users."""

    def of_address(self, email: str) -> User | None:
        """Whose an address is, in any case of letters."""
        return self.filter(email=plain_address(email)).first()

    def create_user(self, email: str, password: str | None = None, **more: Any) -> User:
        """A user; without a password, one who signs in elsewhere."""
        user = self.model(email=plain_address(email), **more)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email: str) -> User:
        """The user with an address, in any case of letters."""
        return self.get(email=plain_address(email))


class User(AbstractBaseUser):
    """A person. What they may do stands in their memberships, never here."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    email = models.EmailField("e-mail", unique=True)
    name = models.CharField("navn", max_length=120)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=2, blank=True)  # chosen, for pages and mails; "" is Danish
    joined = models.DateTimeField(auto_now_add=True)
    last_login = None  # the events tell; a column would be written at each sign-in

    objects = Users()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    # Of the columns of this table, those whose change is an event with its values (events/guard.py).
    audited = ("email", "name", "is_active", "language")

    def __str__(self) -> str:
        return self.name

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is the password. Never writes: Django's would, when the cost of hashing has changed."""
        return raw_password is not None and check_password(raw_password, self.password)


class Membership(models.Model):
    """A role a person holds, in one study or (study empty) in the whole house; a contact's for one municipality."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=list(ROLES.items()))
    study = models.ForeignKey("planning.Study", null=True, blank=True, on_delete=models.CASCADE)
    municipality = models.CharField(max_length=4, blank=True)  # official code
    since = models.DateTimeField(auto_now_add=True)

    audited = ("user_id", "role", "study_id", "municipality")

    class Meta:
        """Once each; a municipal contact has a municipality and nobody else has."""

        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "study", "municipality"], nulls_distinct=False, name="membership_once"
            ),
            models.CheckConstraint(
                name="municipality_of_contacts",
                condition=(models.Q(role="municipal_contact") & ~models.Q(municipality=""))
                | (~models.Q(role="municipal_contact") & models.Q(municipality="")),
            ),
        ]


class Disqualification(models.Model):
    """A person who may have nothing to do with a municipality or a case (forvaltningsloven § 3)."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="disqualifications")
    municipality = models.CharField(max_length=4, blank=True)
    case = models.ForeignKey("delivering.Case", null=True, blank=True, on_delete=models.CASCADE)
    reason = models.CharField(max_length=40)  # a code of accounts/reasons.yaml, never the circumstances
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    audited = ("user_id", "municipality", "case_id", "reason", "made_by_id")

    class Meta:
        """About a municipality or a case, never both."""

        constraints = [
            models.CheckConstraint(
                name="disqualified_from_one",
                condition=(models.Q(municipality="") & models.Q(case__isnull=False))
                | (~models.Q(municipality="") & models.Q(case__isnull=True)),
            )
        ]


class Invitation(models.Model):
    """An address asked to make an account, with the role that waits. Only the hash of its link is kept."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=list(ROLES.items()))
    study = models.ForeignKey("planning.Study", null=True, blank=True, on_delete=models.CASCADE)
    municipality = models.CharField(max_length=4, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    audited = (
        "email",
        "name",
        "role",
        "study_id",
        "municipality",
        "invited_by_id",
        "accepted_at",
        "withdrawn_at",
    )
