"""The addresses of `receiving` and what each needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, path

from sagsbarometer.web.receiving import overview, replacing, screening
from sagsbarometer.web.rights.may import State
from sagsbarometer.web.rights.routes import Needs, declare
from sagsbarometer.web.rights.state_of import find_case, find_study

app_name = "receiving"


def find_delivered(address: Mapping[str, Any]) -> State | None:
    """By `case` of the address, of the `study` there. A draft is the municipality's own: here it does not exist."""
    state = find_case(address)
    return state if state and state.study == address["study"] and state.case_state != "draft" else None


urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:study>/indsamling/", overview.collection, name="collection"),
    path("<str:study>/indsamling/kommuner.csv", overview.collection_csv, name="collection_csv"),
    path("<str:study>/udgaaede/", overview.exclusions, name="exclusions"),
    path("<str:study>/udgaaede/udgaaede.csv", overview.exclusions_csv, name="exclusions_csv"),
    path("<str:study>/belastning/", overview.burdens, name="burden"),
    path("<str:study>/belastning/belastning.csv", overview.burdens_csv, name="burden_csv"),
    path("<str:study>/sortering/", screening.queue, name="queue"),
    path("<str:study>/sager/<str:case>/", screening.case, name="case"),
    path("<str:study>/sager/<str:case>/fortryd/", screening.undo, name="undo"),
    path("<str:study>/sager/<str:case>/erstat/", replacing.replace, name="replace"),
    path("<str:study>/sager/<str:case>/send-tilbage/", replacing.send_back, name="return"),
]
_COLLECTION = Needs(see="see_collection", find=find_study, purpose="collection")
ROUTES: dict[str, Needs] = {
    **{
        f"receiving:{name}": _COLLECTION
        for name in ("collection", "collection_csv", "exclusions", "exclusions_csv", "burden", "burden_csv")
    },
    "receiving:queue": Needs(see="see_queue", find=find_study, purpose="screening"),
    "receiving:case": Needs(
        see="see_case",
        do="screen_case",
        find=find_delivered,
        purpose="screening",
        late=screening.late_verdict,
    ),
    "receiving:undo": Needs(
        do="screen_case", find=find_delivered, purpose="screening", late=screening.late_undo
    ),
    "receiving:replace": Needs(
        see="replace_case",
        do="replace_case",
        find=find_delivered,
        purpose="replacement",
        whole=False,
        late=replacing.late_replace,
    ),
    "receiving:return": Needs(
        see="return_case",
        do="return_case",
        find=find_delivered,
        purpose="returning",
        late=replacing.late_return,
    ),
}
declare(ROUTES)
