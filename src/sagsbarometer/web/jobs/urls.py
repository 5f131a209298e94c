"""The addresses of `jobs` and what each needs."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sagsbarometer.web.jobs import views
from sagsbarometer.web.jobs.finding import find_any_job, find_job
from sagsbarometer.web.rights.routes import Needs, declare

app_name = "jobs"
urlpatterns: list[URLPattern | URLResolver] = [
    path("opgaver/", views.mine, name="mine"),
    path("opgaver/alle/", views.everybodys, name="all"),
    path("opgaver/faste/", views.by_itself, name="routines"),
    path("opgaver/alle/<str:job>/", views.job, name="any"),
    path("opgaver/alle/<str:job>/tilstand/", views.part, name="any_part"),
    path("opgaver/alle/<str:job>/stop/", views.stop, name="stop_any"),
    path("opgaver/<str:job>/", views.job, name="job"),
    path("opgaver/<str:job>/tilstand/", views.part, name="part"),
    path("opgaver/<str:job>/stop/", views.stop, name="stop"),
]
# Stopping writes no guarded table, so it is no transaction of events.
ROUTES: dict[str, Needs] = {
    "jobs:mine": Needs(see="see_jobs"),
    "jobs:job": Needs(see="see_jobs", find=find_job),
    "jobs:part": Needs(see="see_jobs", find=find_job),
    "jobs:stop": Needs(do="see_jobs", find=find_job, whole=False),
    "jobs:all": Needs(see="see_all_jobs"),
    "jobs:routines": Needs(see="see_all_jobs"),
    "jobs:any": Needs(see="see_all_jobs", find=find_any_job),
    "jobs:any_part": Needs(see="see_all_jobs", find=find_any_job),
    "jobs:stop_any": Needs(do="see_all_jobs", find=find_any_job, whole=False),
}
declare(ROUTES)
