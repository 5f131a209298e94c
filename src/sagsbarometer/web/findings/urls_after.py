"""The addresses of what comes after a release, and what each needs: `/kommune/fund/…` is the municipality's own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sagsbarometer.web.findings import after_pages, deciding, municipal, objecting, telling
from sagsbarometer.web.findings.finding_after import (
    find_case_after,
    find_objection,
    find_own_objection,
    find_own_sheet,
)
from sagsbarometer.web.rights.routes import Needs
from sagsbarometer.web.rights.state_of import find_study

urlpatterns: list[URLPattern | URLResolver] = [
    path("kommune/fund/", municipal.own_sheets, name="own_sheets"),
    path("kommune/fund/<str:sheet>/", municipal.own_sheet, name="own_sheet"),
    path("kommune/fund/<str:sheet>/indsigelse/", objecting.object_to, name="object"),
    path("kommune/fund/<str:sheet>/efter/", telling.tell, name="tell"),
    path("kommune/fund/indsigelser/<str:objection>/traek/", objecting.withdraw, name="withdraw_objection"),
    path("studier/<str:study>/fund/indsigelser/", deciding.objections, name="objections"),
    path("studier/<str:study>/fund/indsigelser/<str:objection>/", deciding.objection, name="objection"),
    path("studier/<str:study>/fund/efter/", after_pages.after, name="after"),
    path("studier/<str:study>/fund/efter/csv/", after_pages.after_csv, name="after_csv"),
    path("studier/<str:study>/fund/efter/tal/<int:number>/", after_pages.keep, name="after_folder"),
    path("studier/<str:study>/fund/efter/sager/", after_pages.cases, name="after_cases"),
    path("studier/<str:study>/fund/efter/sager/<str:case>/", after_pages.case, name="after_case"),
]
_OWN = "se fund i egen sag"
ROUTES: dict[str, Needs] = {
    "findings:own_sheets": Needs(see="list_own_sheets"),
    "findings:own_sheet": Needs(see="see_own_sheet", find=find_own_sheet, purpose=_OWN),
    "findings:object": Needs(do="object_to_sheet", find=find_own_sheet, purpose="gøre indsigelse"),
    "findings:tell": Needs(do="tell_aftermath", find=find_own_sheet, purpose="fortælle om sagen"),
    "findings:withdraw_objection": Needs(
        do="object_to_sheet", find=find_own_objection, purpose="gøre indsigelse"
    ),
    "findings:objections": Needs(see="list_objections", find=find_study),
    "findings:objection": Needs(
        see="see_objection", do="answer_objection", find=find_objection, purpose="objections"
    ),
    "findings:after": Needs(see="see_aftermath", find=find_study),
    "findings:after_csv": Needs(see="see_aftermath", find=find_study, purpose="aftermath"),
    "findings:after_folder": Needs(do="freeze_study", find=find_study, purpose="aftermath"),
    "findings:after_cases": Needs(
        see="list_objections", do="remind_aftermath", find=find_study, purpose="aftermath"
    ),
    "findings:after_case": Needs(
        see="see_case_after", do="write_aftermath", find=find_case_after, purpose="aftermath"
    ),
}
