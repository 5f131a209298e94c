"""allauth's pages at Danish addresses: those we use. The rest are names it asks for, which nobody gets a reply from."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NoReturn

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from allauth.usersessions import views as sessions
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, re_path
from requests import RequestException

LOG = logging.getLogger("sagsbarometer.accounts")

# Of signing up, of changing address and of codes by mail: an account comes from an invitation.
UNUSED = (
    "account_signup",
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_set_password",
    "socialaccount_signup",
    "socialaccount_connections",
)


def nothing(request: HttpRequest) -> NoReturn:
    """Not there."""
    raise Http404


def oidc_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """On to the provider, to sign in and for nothing else: an account is linked by its verified address alone."""
    if request.GET.get("process", "login") != "login":
        raise Http404
    return _asked(oidc.login, request, provider_id)


def oidc_answer(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider."""
    return _asked(oidc.callback, request, provider_id)


def _asked(view: Callable[..., HttpResponse], request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return view(request, provider_id)
    # It is down, replies with what is no reply, or leaves out what a reply has to have.
    except (RequestException, KeyError, TypeError, ValueError, AttributeError) as error:
        LOG.warning("sign-in service: %s", type(error).__name__, exc_info=True)
        return render(request, "socialaccount/authentication_error.html", status=424)


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logud/", account.logout, name="account_logout"),
    path("spaerret/", account.account_inactive, name="account_inactive"),
    path("bekraeft/", account.reauthenticate, name="account_reauthenticate"),
    path("adgangskode/", account.password_change, name="account_change_password"),
    path("glemt/", account.password_reset, name="account_reset_password"),
    path("glemt/sendt/", account.password_reset_done, name="account_reset_password_done"),
    path("glemt/faerdig/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^glemt/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("totrin/", mfa.index, name="mfa_index"),
    path("totrin/kode/", mfa.authenticate, name="mfa_authenticate"),
    path("totrin/bekraeft/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("totrin/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("totrin/app/fra/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("totrin/noedkoder/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("totrin/noedkoder/nye/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("totrin/noedkoder/hent/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("sessioner/", sessions.list_usersessions, name="usersessions_list"),
    path("ekstern/afbrudt/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("ekstern/fejl/", social.login_error, name="socialaccount_login_error"),
    path("ekstern/<slug:provider_id>/login/", oidc_login, name="openid_connect_login"),
    path("ekstern/<slug:provider_id>/svar/", oidc_answer, name="openid_connect_callback"),
    *(path(f"findes-ikke/{name}/", nothing, name=name) for name in UNUSED),
]
