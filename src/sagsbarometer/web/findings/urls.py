"""The addresses of `findings` and what each needs: sheets as the house writes them; the rest in `urls_after`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sagsbarometer.web.findings import listing, releasing, sheet_files, urls_after, writing
from sagsbarometer.web.findings.finding import find_sheet_case
from sagsbarometer.web.findings.finding_after import find_own_sheet
from sagsbarometer.web.reviewing.finding import find_reading
from sagsbarometer.web.rights.routes import Needs, declare
from sagsbarometer.web.rights.state_of import find_study

app_name = "findings"
urlpatterns: list[URLPattern | URLResolver] = [
    *urls_after.urlpatterns,
    path("kommune/fund/<str:sheet>/pdf/", sheet_files.own_pdf, name="own_pdf"),
    path("laesning/<str:reading>/fund/", listing.of_reading, name="of_reading"),
    path("studier/<str:study>/fund/", listing.sheets, name="sheets"),
    path("studier/<str:study>/fund/frigiv/", releasing.release, name="release"),
    # Last: whatever stands there is taken for a case.
    path("studier/<str:study>/fund/<str:case>/", writing.write, name="sheet"),
    path("studier/<str:study>/fund/<str:case>/<int:number>/", listing.shown_sheet, name="shown"),
    path("studier/<str:study>/fund/<str:case>/<int:number>/pdf/", sheet_files.pdf, name="pdf"),
]
_SEEN = Needs(see="see_sheet", find=find_sheet_case, purpose="findings")
ROUTES: dict[str, Needs] = {
    **urls_after.ROUTES,
    "findings:own_pdf": Needs(see="see_own_sheet", find=find_own_sheet, purpose="se fund i egen sag"),
    "findings:of_reading": Needs(see="read_case", find=find_reading, purpose="findings"),
    "findings:sheets": Needs(see="list_sheets", do="write_sheets", find=find_study, purpose="findings"),
    "findings:release": Needs(
        see="release_sheets", do="release_sheets", find=find_study, purpose="releasing findings"
    ),
    "findings:sheet": Needs(see="see_sheet", do="write_sheet", find=find_sheet_case, purpose="findings"),
    "findings:shown": _SEEN,
    "findings:pdf": _SEEN,
}
declare(ROUTES)
