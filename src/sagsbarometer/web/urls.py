"""All addresses. Each is declared in the ROUTES of its app; `manage.py check` and the tests refuse one that is not."""

from __future__ import annotations

from django.urls import include, path

handler400 = "sagsbarometer.web.errors.bad_request"
urlpatterns = [
    path("", include("sagsbarometer.web.accounts.urls")),
    path("", include("sagsbarometer.web.jobs.urls")),
    path("haendelser/", include("sagsbarometer.web.events.urls")),
    path("studier/", include("sagsbarometer.web.planning.urls")),
    path("studier/", include("sagsbarometer.web.letters.urls")),
    path("studier/", include("sagsbarometer.web.receiving.urls")),
    path("studier/", include("sagsbarometer.web.keeping.urls")),
    path("", include("sagsbarometer.web.reviewing.urls")),
    path("", include("sagsbarometer.web.findings.urls")),
    path("kommune/", include("sagsbarometer.web.delivering.urls")),
    path("dokumenter/", include("sagsbarometer.web.documents.urls")),
    path("konto/", include("sagsbarometer.web.accounts.allauth_urls")),
]
