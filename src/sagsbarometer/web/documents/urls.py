"""The addresses of `documents` and what each needs."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sagsbarometer.web.documents import views
from sagsbarometer.web.rights.routes import Needs, declare
from sagsbarometer.web.rights.state_of import find_document

app_name = "documents"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:document>/", views.view, name="view"),
    path("<str:document>/tekst/", views.text, name="text"),
    path("<str:document>/cpr/", views.unmask, name="unmask"),
    path("<str:document>/eget/", views.own, name="own"),
    path("<str:document>/fjern/", views.remove, name="remove"),
]
ROUTES: dict[str, Needs] = {
    # Not whole: the file is seen to be whole first, and the database is not kept waiting for that.
    "documents:view": Needs(
        see="read_document", do="read_document", find=find_document, purpose="læse sagen", whole=False
    ),
    "documents:text": Needs(see="read_document", find=find_document, purpose="læse sagens tekst"),
    "documents:unmask": Needs(do="unmask_cpr", find=find_document, purpose="se CPR-numre"),
    "documents:own": Needs(see="read_own_document", find=find_document, purpose="se egen aflevering"),
    "documents:remove": Needs(do="change_own_case", find=find_document, purpose="aflevere"),
}
declare(ROUTES)
