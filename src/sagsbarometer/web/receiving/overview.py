"""The collection in ten seconds, what went out, and what each municipality was put to: pages and their CSV."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sagsbarometer.collection.progress import Progress, reader_weeks
from sagsbarometer.kernel.said import said
from sagsbarometer.web.languages import day_words, decimal_words, in_shown
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.receiving import facts
from sagsbarometer.web.receiving.pictures import STANDINGS, day_chart, tile_map
from sagsbarometer.web.receiving.sheets import csv_reply
from sagsbarometer.web.reviewing.finding import handed_in


def crumbs(study: Any, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """The way here."""
    here = reverse("planning:study", args=[study.id])
    return [(_("Undersøgelser"), reverse("planning:list")), (study.name, here), *more]


def _study(id: str) -> Any:
    return get_object_or_404(Study, pk=id)


def collection(request: HttpRequest, study: str) -> HttpResponse:
    """The page a head of unit opens."""
    found = _study(study)
    told = facts.progress_of(found)
    names = facts.strata_names(found)
    per_week, double = facts.reading_plan(found)
    done = handed_in(study, str(request.user.pk))
    ready = reader_weeks(told.total.in_, per_week, double, done)
    whole = reader_weeks(max(told.target, told.total.in_), per_week, double, done)
    by_code = {line.code: line for line in told.municipalities}
    context = {
        "study": found,
        "told": told,
        "percent": 100 * told.total.in_ // told.target if told.target else 0,
        "strata": [
            (facts.stratum_name(names, id), counted, told.targets.get(id, 0), told.lacking.get(id, 0))
            for id, counted in told.strata.items()
        ],
        "lacking": [(facts.stratum_name(names, id), number) for id, number in told.lacking.items()],
        "forecast": _forecast_words(told),
        "summary": _summary(told),
        "readings_in": done,
        "weeks_ready": _weeks(ready),
        "weeks_all": _weeks(whole),
        "per_week": per_week,
        "double": round(100 * double),
        "late": told.late[:10],
        "late_more": max(len(told.late) - 10, 0),
        "map": tile_map(told.municipalities, facts.part(found, "population").get("authorities") or ()),
        "standings": [
            (name, words, sign, sum(line.standing == name for line in by_code.values()))
            for name, (words, sign) in STANDINGS.items()
        ],
        "lines": [(line, STANDINGS[line.standing][0]) for line in told.municipalities],
        "chart": day_chart(told.days),
        "crumbs": crumbs(found, (_("Indsamling"), None)),
    }
    return render(request, "receiving/collection.html", context)


def _summary(told: Progress) -> str:
    """The whole page in a few sentences."""
    parts = [_("%(n)s af %(of)s sager er med.") % {"n": told.total.in_, "of": told.target}]
    if told.total.waiting:
        parts.append(_("%(n)s venter på at blive sorteret.") % {"n": told.total.waiting})
    if n := told.total.open:
        parts.append(
            ngettext("Kommunerne mangler at sende %(n)s sag.", "Kommunerne mangler at sende %(n)s sager.", n)
            % {"n": n}
        )
    if n := len(told.late):
        parts.append(
            ngettext("%(n)s kommune er over fristen.", "%(n)s kommuner er over fristen.", n) % {"n": n}
        )
    if n := sum(told.lacking.values()):
        parts.append(
            ngettext(
                "%(n)s sag mangler, uden at nogen er bedt om den.",
                "%(n)s sager mangler, uden at nogen er bedt om dem.",
                n,
            )
            % {"n": n}
        )
    return " ".join(parts)


def _weeks(weeks: Any) -> str:
    return decimal_words(f"{float(weeks):.1f}")


def _forecast_words(told: Progress) -> dict[str, str]:
    """The forecast as one line and how it was made."""
    known = told.forecast
    if known.why == "done":
        return {"line": _("Alle sager, der er bedt om, er sorteret."), "how": ""}
    if known.why == "stands_still":
        return {"line": _("Kan ikke siges: der er ikke kommet sager med i tre uger."), "how": ""}
    if known.day is None:
        if known.why == "too_few" or known.cases < 1:
            said = _("Kan ikke siges endnu: der skal mindst 5 sager og 5 arbejdsdage til.")
        else:
            said = _("Mere end to år, hvis det går som nu.")
        return {"line": said, "how": ""}
    low = day_words(known.first) if known.first else ""
    high = day_words(known.last) if known.last else _("mere end to år ude")
    rate = decimal_words(f"{float(known.rate):.1f}")
    how = _(
        "Regnet af de seneste %(days)s arbejdsdage, hvor %(cases)s sager kom med (%(rate)s om dagen), og %(left)s "
        "mangler. Spændet holder fire af fem gange, hvis sager kommer uafhængigt af hinanden. De kommer i bunker, så "
        "det rigtige spænd er bredere."
    ) % {"days": known.days, "cases": known.cases, "rate": rate, "left": known.left}
    return {
        "line": day_words(known.day),
        "range": _("mellem %(low)s og %(high)s") % {"low": low, "high": high},
        "how": how,
    }


_COLLECTION = (
    (said("Kode"), "code"),
    (said("Kommune"), "name"),
    (said("Bedt om"), "asked"),
    (said("Mangler"), "open"),
    (said("Afleveret"), "delivered"),
    (said("Har ikke"), "none"),
    (said("Flere end bedt om"), "extra"),
    (said("Med"), "in_"),
    (said("Udgået"), "out"),
    (said("Venter"), "waiting"),
)


def collection_csv(request: HttpRequest, study: str) -> HttpResponse:
    """The municipalities of the collection."""
    told = facts.progress_of(_study(study))
    rows = [
        [line.code, line.name, *(getattr(line.count, name) for _head, name in _COLLECTION[2:]),
         line.deadline.isoformat() if line.deadline else "", line.days_late, str(STANDINGS[line.standing][0])]
        for line in told.municipalities
    ]  # fmt: skip
    return csv_reply(
        "indsamling.csv",
        [*(str(head) for head, _name in _COLLECTION), _("Frist"), _("Dage over"), _("Status")],
        rows,
    )


def exclusions(request: HttpRequest, study: str) -> HttpResponse:
    """The cases that went out, counted by reason and kind. No municipality stands here: it says nothing of one."""
    found = _study(study)
    told = facts.progress_of(found)
    heads, rows = _exclusion_rows(found, told)
    context = {
        "study": found, "told": told, "heads": heads, "rows": rows,
        "crumbs": crumbs(found, (_("Indsamling"), reverse("receiving:collection", args=[study])), (_("Udgåede"), None)),
    }  # fmt: skip
    return render(request, "receiving/exclusions.html", context)


def _exclusion_rows(study: Any, told: Progress) -> tuple[list[str], list[list[Any]]]:
    names, known = facts.strata_names(study), facts.reasons()
    counted = facts.exclusions_of(study)
    kinds = sorted(told.strata)
    rows = [
        [
            in_shown(known[reason].label) if reason in known else reason,
            sum(by.values()),
            *(by.get(kind, 0) for kind in kinds),
        ]
        for reason, by in sorted(counted.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    ]
    return [facts.stratum_name(names, kind) for kind in kinds], rows


def exclusions_csv(request: HttpRequest, study: str) -> HttpResponse:
    """The same as a file."""
    found = _study(study)
    told = facts.progress_of(found)
    heads, rows = _exclusion_rows(found, told)
    rows += [
        [_("Sager, der er udgået"), told.total.out, *(told.strata[kind].out for kind in sorted(told.strata))],
        [_("Sager uden skriftlig eller mundtlig afgørelse (fund)"), told.findings, *("" for _head in heads)],
    ]
    return csv_reply("udgaaede.csv", [_("Årsag"), _("Sager"), *heads], rows)


def burdens(request: HttpRequest, study: str) -> HttpResponse:
    """What each municipality was asked for, what of it was used, and how long it took."""
    found = _study(study)
    rows = facts.burdens_of(found)
    context = {
        "study": found,
        "rows": rows,
        "asked": sum(row.asked for row in rows),
        "used": sum(row.used for row in rows),
        "unused": sum(row.unused for row in rows),
        "returned": sum(row.returned for row in rows),
        "crumbs": crumbs(
            found, (_("Indsamling"), reverse("receiving:collection", args=[study])), (_("Belastning"), None)
        ),
    }
    return render(request, "receiving/burden.html", context)


def burdens_csv(request: HttpRequest, study: str) -> HttpResponse:
    """The same as a file."""
    columns = [
        _("Kode"), _("Kommune"), _("Bedt om"), _("Heraf erstatninger"), _("Afleveret"), _("Brugt"), _("Ikke brugt"),
        _("Venter"), _("Gange sendt tilbage"), _("Dage fra indkaldelse til sidste aflevering"),
    ]  # fmt: skip
    rows = [
        [row.code, row.name, row.asked, row.replacements, row.delivered, row.used, row.unused, row.waiting,
         row.returned,
         "" if row.days is None else row.days]
        for row in facts.burdens_of(_study(study))
    ]  # fmt: skip
    return csv_reply("belastning.csv", columns, rows)
