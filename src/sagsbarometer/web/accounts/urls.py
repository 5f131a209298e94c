"""The addresses of `accounts` and of allauth, and what each needs."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sagsbarometer.web.accounts import language, manage, partiality, sessions, views
from sagsbarometer.web.accounts.allauth_urls import UNUSED
from sagsbarometer.web.accounts.finders import (
    find_disqualification,
    find_invitation,
    find_membership,
    find_person,
)
from sagsbarometer.web.rights.routes import ABSENT, Needs, declare

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.front, name="front"),
    path("konto/", views.me, name="me"),
    path("konto/sessioner/<str:session>/slut/", sessions.end, name="end_session"),
    path("sprog/", language.choose, name="language"),
    path("invitation/<str:token>/", views.accept, name="accept"),
    path("personer/", manage.people, name="people"),
    path("personer/inviter/", manage.invite, name="invite"),
    path("personer/invitation/<str:invitation>/igen/", manage.invite_again, name="invite_again"),
    path("personer/invitation/<str:invitation>/traek/", manage.withdraw, name="withdraw"),
    path("personer/inhabilitet/", partiality.disqualifications, name="disqualifications"),
    path("personer/inhabilitet/<str:disqualification>/ophaev/", partiality.lift, name="lift"),
    path("personer/<str:person>/", manage.person, name="person"),
    path("personer/<str:person>/roller/", manage.give_role, name="give_role"),
    path("personer/roller/<str:membership>/fjern/", manage.take_role, name="take_role"),
    path("personer/<str:person>/spaer/", manage.deactivate, name="deactivate"),
    path("personer/<str:person>/aabn/", manage.activate, name="activate"),
]


def _manages(purpose: str, **more: object) -> Needs:
    return Needs(do="manage_people", purpose=purpose, **more)  # type: ignore[arg-type]


ROUTES: dict[str, Needs] = {
    "accounts:front": Needs(see="own_front"),
    "accounts:me": Needs(see="own_account"),
    "accounts:end_session": Needs(do="own_account", purpose="end_session"),
    "accounts:language": Needs(do="open_page", whole=False),
    # Its view says what belongs together: the account is made, then its owner is signed in.
    "accounts:accept": Needs(see="open_page", do="open_page", purpose="accept_invitation", whole=False),
    "accounts:people": Needs(see="see_people"),
    # Mail is sent after what it tells of is kept.
    "accounts:invite": Needs(see="manage_people", do="manage_people", purpose="invite_person", whole=False),
    "accounts:invite_again": _manages("invite_person", find=find_invitation, whole=False),
    "accounts:withdraw": _manages("withdraw_invitation", find=find_invitation),
    "accounts:disqualifications": Needs(see="disqualify", do="disqualify", purpose="disqualify"),
    "accounts:lift": Needs(do="disqualify", find=find_disqualification, purpose="lift_disqualification"),
    "accounts:person": Needs(see="see_people", find=find_person),
    "accounts:give_role": _manages("give_role", find=find_person),
    "accounts:take_role": _manages("take_role", find=find_membership),
    "accounts:deactivate": _manages("deactivate_person", find=find_person),
    "accounts:activate": _manages("activate_person", find=find_person),
}

# allauth opens no transaction and asks a provider over the network in the middle of some: its changes are recorded by
# accounts/receivers.py, each in one of its own.
_OPEN = Needs(see="open_page", do="open_page", whole=False)
_OPEN_TO_READ = Needs(see="open_page")
_OWN = Needs(see="own_account", do="own_account", whole=False)
_OWN_TO_READ = Needs(see="own_account")
ALLAUTH: dict[str, Needs] = {
    "account_login": _OPEN,
    "account_logout": _OPEN,
    "account_inactive": _OPEN_TO_READ,
    "account_reauthenticate": _OWN,
    "account_change_password": _OWN,
    "account_reset_password": _OPEN,
    "account_reset_password_done": _OPEN_TO_READ,
    "account_reset_password_from_key": _OPEN,
    "account_reset_password_from_key_done": _OPEN_TO_READ,
    "mfa_index": _OWN_TO_READ,
    "mfa_authenticate": _OPEN,  # halfway in: the password is given, the code is not
    "mfa_reauthenticate": _OWN,
    "mfa_activate_totp": _OWN,
    "mfa_deactivate_totp": _OWN,
    "mfa_view_recovery_codes": _OWN_TO_READ,
    "mfa_generate_recovery_codes": _OWN,
    "mfa_download_recovery_codes": _OWN_TO_READ,
    "usersessions_list": _OWN,
    "socialaccount_login_cancelled": _OPEN_TO_READ,
    "socialaccount_login_error": _OPEN_TO_READ,
    "openid_connect_login": _OPEN_TO_READ,
    "openid_connect_callback": _OPEN_TO_READ,
    **dict.fromkeys(UNUSED, ABSENT),
}
declare(ROUTES)
declare(ALLAUTH)
