"""The addresses of `planning` and what each needs."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sagsbarometer.web.planning import (
    views,
    views_calendar,
    views_draw,
    views_form,
    views_frame,
    views_launch,
    views_people,
    views_sample,
)
from sagsbarometer.web.rights.routes import Needs, declare
from sagsbarometer.web.rights.state_of import find_study

app_name = "planning"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.studies, name="list"),
    path("ny/", views.new, name="new"),
    path("<str:study>/", views.study, name="study"),
    path("<str:study>/plan/stikproeve/praecision.svg", views_sample.precision, name="precision"),
    path("<str:study>/plan/stikproeve/kort.svg", views_sample.tile_map, name="map"),
    path("<str:study>/plan/population/ramme/", views_frame.frame, name="frame"),
    path("<str:study>/plan/population/ramme.csv", views_frame.frame_file, name="frame_file"),
    path("<str:study>/plan/<str:step>/", views.step, name="step"),
    path("<str:study>/plan/<str:step>/aendr/", views_launch.amend, name="amend"),
    path("<str:study>/formular/", views_form.preview, name="form"),
    path("<str:study>/formular/ny/", views_form.upload, name="form_upload"),
    path("<str:study>/formular/aendr/", views_form.amend_form, name="form_amend"),
    path("<str:study>/svar/", views_launch.check, name="check"),
    path("<str:study>/saet-i-gang/", views_launch.launch, name="launch"),
    path("<str:study>/afslut/", views_launch.close, name="close"),
    path("<str:study>/lodtraekning/", views_draw.draw, name="draw"),
    path("<str:study>/versioner/", views_launch.versions, name="versions"),
    path("<str:study>/kalender/", views_calendar.calendar, name="calendar"),
    path("<str:study>/kalender.ics", views_calendar.ics, name="ics"),
    path("<str:study>/folk/", views_people.people, name="people"),
    path("<str:study>/folk/fjern/", views_people.remove, name="people_remove"),
]
ROUTES: dict[str, Needs] = {
    "planning:list": Needs(see="list_studies"),
    "planning:new": Needs(see="create_study", do="create_study", purpose="planning"),
    "planning:study": Needs(see="see_study", find=find_study),
    "planning:precision": Needs(see="see_study", find=find_study),
    "planning:map": Needs(see="see_study", find=find_study),
    "planning:frame": Needs(do="change_plan", find=find_study, purpose="planning"),
    "planning:frame_file": Needs(see="see_study", find=find_study),
    "planning:step": Needs(see="see_study", do="change_plan", find=find_study, purpose="planning"),
    "planning:amend": Needs(
        see="amend_study", do="amend_study", find=find_study, purpose="amending the plan"
    ),
    # Trying a form writes nothing: it is a POST only so that what is tried does not stand in the address.
    "planning:form": Needs(see="see_study", do="see_study", find=find_study, whole=False),
    "planning:form_upload": Needs(do="change_plan", find=find_study, purpose="planning"),
    "planning:form_amend": Needs(do="amend_study", find=find_study, purpose="amending the plan"),
    "planning:check": Needs(see="see_study", find=find_study),
    "planning:launch": Needs(do="launch_study", find=find_study, purpose="launching the study"),
    "planning:close": Needs(do="close_study", find=find_study, purpose="closing the study"),
    "planning:draw": Needs(see="see_study", do="draw_sample", find=find_study, purpose="drawing the sample"),
    "planning:versions": Needs(see="see_study", find=find_study),
    "planning:calendar": Needs(see="see_study", find=find_study),
    "planning:ics": Needs(see="see_study", find=find_study),
    "planning:people": Needs(
        see="see_study", do="staff_study", find=find_study, purpose="who works on the study"
    ),
    "planning:people_remove": Needs(do="staff_study", find=find_study, purpose="who works on the study"),
}
declare(ROUTES)
