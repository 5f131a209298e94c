"""The addresses of `events` and what each needs."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sagsbarometer.web.events import views
from sagsbarometer.web.reviewing.finding import find_case_as_read
from sagsbarometer.web.rights.routes import Needs, declare

app_name = "events"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.event_list, name="list"),
    path("<int:seq>/", views.event, name="event"),
    path("sag/<str:case>/opslag/", views.case_lookups, name="lookups"),
]
ROUTES: dict[str, Needs] = {
    "events:list": Needs(see="read_audit", purpose="oversight"),
    "events:event": Needs(see="read_audit", purpose="oversight"),
    "events:lookups": Needs(see="read_audit", find=find_case_as_read, purpose="access_request"),
}
declare(ROUTES)
