"""The addresses of `letters` and what each needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, path

from sagsbarometer.web.letters import views
from sagsbarometer.web.rights.may import State
from sagsbarometer.web.rights.routes import Needs, declare
from sagsbarometer.web.rights.state_of import find_study, study_state


def find_letter(address: Mapping[str, Any]) -> State | None:
    """By `letter` of the address, which has to be of the `study` there: the state of the study."""
    from sagsbarometer.web.letters.models import Letter

    found = (
        Letter.objects.select_related("study").filter(pk=address["letter"], study=address["study"]).first()
    )
    return study_state(found.study) if found else None


app_name = "letters"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:study>/breve/", views.letters, name="letters"),
    path("<str:study>/breve/brev/<str:letter>.pdf", views.pdf, name="pdf"),
    path("<str:study>/breve/brev/<str:letter>/igen/", views.again, name="again"),
    path("<str:study>/breve/<str:kind>/", views.preview, name="preview"),
    path("<str:study>/breve/<str:kind>/proeve.pdf", views.preview_pdf, name="preview_pdf"),
    path("<str:study>/breve/<str:kind>/lav/", views.make, name="make"),
    path("<str:study>/breve/<str:kind>/send/", views.send, name="send"),
    path("<str:study>/breve/<str:kind>/hent/", views.download, name="download"),
]
ROUTES: dict[str, Needs] = {
    "letters:letters": Needs(see="see_study", find=find_study),
    "letters:preview": Needs(see="see_study", find=find_study),
    "letters:preview_pdf": Needs(see="see_study", find=find_study),
    "letters:pdf": Needs(see="see_study", find=find_letter),
    "letters:make": Needs(do="write_letters", find=find_study, purpose="making letters"),
    "letters:send": Needs(do="send_letters", find=find_study, purpose="sending letters"),
    "letters:download": Needs(do="send_letters", find=find_study, purpose="fetching letters"),
    "letters:again": Needs(do="send_letters", find=find_letter, purpose="sending letters"),
}
declare(ROUTES)
