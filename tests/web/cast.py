"""The people, studies and cases that tests of the workplace happen among. All of it is invented."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sagsbarometer.web.home import Home

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "en lang adgangskode til proever"
LAUNCHED, PLANNED, CLOSED = "launched22", "planning22", "closed2222"

# Name -> role, study ("" the whole house), municipality. Each is <name>@example.dk.
PEOPLE: dict[str, tuple[str, str, str]] = {
    "ada": ("administrator", "", ""),
    "anna": ("analyst", "", ""),
    "arne": ("analyst", PLANNED, ""),  # knows nothing of the launched study
    "rikke": ("reviewer", LAUNCHED, ""),
    "rasmus": ("reviewer", LAUNCHED, ""),
    "disa": ("reviewer", LAUNCHED, ""),  # disqualified from 903 and from the first case of 902
    "dorte": ("adjudicator", LAUNCHED, ""),
    "gorm": ("approver", LAUNCHED, ""),
    "sune": ("supervisor", LAUNCHED, ""),
    "eva": ("editor", "", ""),
    "kim": ("municipal_contact", LAUNCHED, "901"),
    "kaj": ("municipal_contact", LAUNCHED, "901"),  # his colleague
    "karla": ("municipal_contact", LAUNCHED, "902"),
    "karen": ("municipal_contact", LAUNCHED, "903"),
    "klaus": ("municipal_contact", CLOSED, "901"),
    "nina": ("", "", ""),  # signed in, no role
    "ida": ("analyst", "", ""),  # closed account
}
# Requests that are not called_in, and the states of the cases there are.
REQUEST_STATES = {
    "903": "delivered",
    "904": "reopened",
    "905": "finished",
    "906": "planned",
    "907": "noticed",
}
CASES: dict[str, tuple[str, ...]] = {
    "901": ("draft", "returned", "submitted"),
    "902": ("draft", "submitted", "screened_in"),
    "903": ("submitted", "screened_in", "excluded", "withdrawn"),
    "904": ("draft", "submitted"),
    "905": ("screened_in", "screened_in"),
}
WANTED = {"alle": 4}


def municipalities() -> list[tuple[str, str, str]]:
    """Code, name and address of the 98 invented municipalities."""
    path = ROOT / "demo" / "workplace" / "municipalities.csv"
    with path.open(encoding="utf-8") as file:
        return [(row["code"], row["name"], row["email"]) for row in csv.DictReader(file)]


@dataclass(frozen=True)
class Cast:
    """The people by name (`cast.anna`), and the things by what they are. Rows are read anew at each asking."""

    home: Home

    @classmethod
    def of(cls, home: Home) -> Cast:
        """The cast of a house that `fill` filled."""
        return cls(home)

    def __getattr__(self, name: str) -> Any:
        if name not in PEOPLE:
            raise AttributeError(name)
        return self.person(name)

    def person(self, name: str) -> Any:
        """The user row of one of PEOPLE."""
        from sagsbarometer.web.accounts.models import User

        return User.objects.get(email=f"{name}@example.dk")

    @cached_property
    def password(self) -> str:
        """Everybody's."""
        return PASSWORD

    @property
    def launched(self) -> Any:
        """The study that is at work, with 98 requests."""
        return self._study(LAUNCHED)

    @property
    def planning(self) -> Any:
        """The study that is being planned."""
        return self._study(PLANNED)

    @property
    def closed(self) -> Any:
        """The study that is over, with one request and one case, both 901's."""
        return self._study(CLOSED)

    def request(self, municipality: str, study: str = LAUNCHED) -> Any:
        """What a municipality is asked for."""
        from sagsbarometer.web.delivering.models import Request

        return Request.objects.select_related("study", "authority").get(
            study=study, authority__code=municipality
        )

    def case(self, municipality: str, state: str = "submitted", study: str = LAUNCHED) -> Any:
        """The first case of a municipality in a state."""
        from sagsbarometer.web.delivering.models import Case

        found = Case.objects.select_related("study", "request__authority")
        return found.filter(study=study, municipality=municipality, state=state).order_by("number")[0]

    def _study(self, study: str) -> Any:
        from sagsbarometer.web.planning.models import Study

        return Study.objects.get(pk=study)


def fill(home: Home) -> None:
    """Fills a new house with the cast."""
    from sagsbarometer.web.events.acting import acting

    with acting("system:tests", "cast"):
        people = _people()
        _studies(home, people["anna"])
    with acting("system:tests", "cast"):
        _roles(people)
        _requests(people["anna"])
    with acting("system:tests", "cast"):
        _cases(home)
        _disqualified(people["disa"], people["anna"])


def _people() -> dict[str, Any]:
    from sagsbarometer.web.accounts.models import User

    people: dict[str, Any] = {}
    for name in PEOPLE:
        user = User(email=f"{name}@example.dk", name=f"{name.title()} Opdigtet", is_active=name != "ida")
        if people:
            user.password = people["ada"].password  # argon2 takes its time: once is enough
        else:
            user.set_password(PASSWORD)
        user.save()
        people[name] = user
    return people


def _studies(home: Home, analyst: Any) -> None:
    from sagsbarometer.web.planning.models import PlanVersion, Study

    then = datetime(2026, 9, 1, 8, tzinfo=UTC)
    for study, state in ((LAUNCHED, "launched"), (PLANNED, "planning"), (CLOSED, "closed")):
        home.keys.new_study(study)
        shutil.copytree(ROOT / "studies" / "barometer_97", home.studies / study / "v1")
        running = state != "planning"
        Study.objects.create(
            id=study,
            name=f"Prøvestudie, {Study.STATES[state].lower()}",
            kind="barometer",
            template="barometer_97",
            state=state,
            made_by=analyst,
            launched_at=then if running else None,
            closed_at=then if state == "closed" else None,
            retention=date(2031, 12, 31) if running else None,
        )
        if running:
            PlanVersion.objects.create(
                study_id=study, number=1, plan={}, form_hash="0" * 64, reason="Sat i gang", made_by=analyst
            )


def _roles(people: dict[str, Any]) -> None:
    from sagsbarometer.web.accounts.models import Membership

    for name, (role, study, municipality) in PEOPLE.items():
        if role:
            Membership.objects.create(
                user=people[name], role=role, study_id=study or None, municipality=municipality
            )


def _requests(analyst: Any) -> None:
    from sagsbarometer.web.delivering.models import Request
    from sagsbarometer.web.planning.models import Authority

    asked = [(LAUNCHED, row, REQUEST_STATES.get(row[0], "called_in")) for row in municipalities()]
    asked.append((CLOSED, municipalities()[0], "finished"))
    authorities = [
        Authority(study_id=study, code=code, name=name, email=email)
        for study, (code, name, email), _ in asked
    ]
    Authority.objects.bulk_create(authorities)
    then = datetime(2026, 10, 1, 8, tzinfo=UTC)
    Request.objects.bulk_create(
        Request(
            study_id=study,
            authority=authority,
            wanted=WANTED,
            state=state,
            deadline=date(2026, 12, 15),
            called_in_at=None if state in ("planned", "noticed") else then,
            delivered_at=then if state in ("delivered", "finished") else None,
        )
        for (study, _, state), authority in zip(asked, authorities, strict=True)
    )


def _cases(home: Home) -> None:
    from sagsbarometer.documents.vault import seal
    from sagsbarometer.web.delivering.models import Case, Request

    then = datetime(2026, 11, 1, 8, tzinfo=UTC)
    for study, made in ((LAUNCHED, CASES), (CLOSED, {"901": ("screened_in",)})):
        key = home.keys.study(study)
        for municipality, states in made.items():
            request = Request.objects.get(study=study, authority__code=municipality)
            for number, state in enumerate(states, start=1):
                case = Case(study_id=study, request=request, municipality=municipality, number=number)
                case.stratum, case.state = "alle", state
                case.own_number = seal(
                    key, f"SAG-{municipality}-{number}".encode(), f"case.own_number:{case.id}"
                )
                case.declared = dict(_DECLARED)
                case.declared_states = dict.fromkeys(_DECLARED, "answered")
                case.submitted_at = None if state == "draft" else then
                case.save()


def _disqualified(reviewer: Any, analyst: Any) -> None:
    from sagsbarometer.web.accounts.models import Disqualification
    from sagsbarometer.web.delivering.models import Case

    case = Case.objects.get(study=LAUNCHED, municipality="902", number=1)
    Disqualification.objects.create(user=reviewer, municipality="903", reason="family", made_by=analyst)
    Disqualification.objects.create(user=reviewer, case=case, reason="earlier_work", made_by=analyst)


_DECLARED = {
    "application_date": "2026-03-02",
    "decision_date": "2026-05-11",
    "occasion": "new_application",
    "result": "refusal",
    "form": "written",
    "published_deadline_weeks": 8,
    "new_date_given": "no",
    "appealed": "no",
}
