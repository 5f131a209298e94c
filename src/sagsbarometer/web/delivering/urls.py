"""The addresses of `delivering` and what each needs."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sagsbarometer.web.delivering import cases, frames, many, pages, sending
from sagsbarometer.web.delivering.finding import find_receipt
from sagsbarometer.web.rights.routes import Needs, declare
from sagsbarometer.web.rights.state_of import find_case, find_request

app_name = "delivering"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.mine, name="mine"),
    path("sager/<str:case>/", cases.case, name="case"),
    path("sager/<str:case>/filer/", cases.upload, name="upload"),
    path("sager/<str:case>/fjern/", cases.withdraw, name="withdraw"),
    path("kvitteringer/<str:receipt>/", sending.receipt, name="receipt"),
    path("kvitteringer/<str:receipt>/pdf/", sending.pdf, name="receipt_pdf"),
    path("<str:request_id>/", pages.request, name="request"),
    path("<str:request_id>/ny-sag/", cases.new, name="new"),
    path("<str:request_id>/ark/", many.workbook, name="workbook"),
    path("<str:request_id>/mange/", many.many, name="many"),
    path("<str:request_id>/mange/<str:file>/", many.marked, name="marked"),
    path("<str:request_id>/ingen/", pages.none_of, name="none_of"),
    path("<str:request_id>/liste/", frames.frame, name="frame"),
    path("<str:request_id>/kontrol/", sending.check, name="check"),
]
_DELIVER = "aflevere"
_OWN = "se egen aflevering"
# What takes a file is not one transaction: the file is read before the database is asked for anything.
ROUTES: dict[str, Needs] = {
    "delivering:mine": Needs(see="list_requests"),
    "delivering:request": Needs(see="see_request", find=find_request, purpose=_OWN),
    "delivering:new": Needs(see="deliver", do="deliver", find=find_request, purpose=_DELIVER),
    "delivering:workbook": Needs(see="see_request", find=find_request, purpose=_OWN),
    "delivering:many": Needs(see="deliver", do="deliver", find=find_request, purpose=_DELIVER, whole=False),
    "delivering:marked": Needs(see="deliver", find=find_request, purpose=_DELIVER),
    "delivering:none_of": Needs(do="deliver", find=find_request, purpose=_DELIVER),
    "delivering:frame": Needs(
        see="see_request", do="deliver_list", find=find_request, purpose=_DELIVER, whole=False
    ),
    "delivering:check": Needs(see="see_request", do="submit_request", find=find_request, purpose=_DELIVER),
    "delivering:case": Needs(see="see_own_case", do="change_own_case", find=find_case, purpose=_OWN),
    "delivering:upload": Needs(do="change_own_case", find=find_case, purpose=_DELIVER, whole=False),
    "delivering:withdraw": Needs(do="change_own_case", find=find_case, purpose=_DELIVER),
    "delivering:receipt": Needs(see="see_own_receipt", find=find_receipt, purpose=_OWN),
    "delivering:receipt_pdf": Needs(see="see_own_receipt", find=find_receipt, purpose=_OWN),
}
declare(ROUTES)
