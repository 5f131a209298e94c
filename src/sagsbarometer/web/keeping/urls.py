"""The addresses of `keeping` and what each needs."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sagsbarometer.web.keeping import views
from sagsbarometer.web.rights.routes import Needs, declare
from sagsbarometer.web.rights.state_of import find_study

app_name = "keeping"
urlpatterns: list[URLPattern | URLResolver] = [
    path("opbevaring/oversigt/", views.everything, name="list"),
    path("<str:study>/opbevaring/", views.show, name="show"),
    path("<str:study>/opbevaring/arkiver/", views.archive, name="archive"),
    path("<str:study>/opbevaring/slet/", views.purge, name="purge"),
]
# Asking for work writes no guarded table; the work itself acts when it runs.
ROUTES: dict[str, Needs] = {
    "keeping:list": Needs(see="list_keeping"),
    "keeping:show": Needs(see="see_keeping", do="set_retention", find=find_study, purpose="set_retention"),
    "keeping:archive": Needs(see="archive_study", do="archive_study", find=find_study, whole=False),
    "keeping:purge": Needs(see="purge_study", do="purge_study", find=find_study, whole=False),
}
declare(ROUTES)
