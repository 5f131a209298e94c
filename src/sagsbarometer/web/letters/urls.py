"""The addresses of `letters` and what each needs."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sagsbarometer.web.letters import views
from sagsbarometer.web.rights.routes import Needs, declare
from sagsbarometer.web.rights.state_of import find_letter, find_study

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
