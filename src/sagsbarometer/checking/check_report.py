"""A checked folder as Danish lines and as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

from sagsbarometer.checking.check import DocumentReport, Report
from sagsbarometer.checking.finding import Contradiction, Verdict
from sagsbarometer.checking.loosening import Judgement
from sagsbarometer.checking.numbers import Spot, danish
from sagsbarometer.checking.roundings import Rounding
from sagsbarometer.kernel.problems import Problem

_JUDGEMENT_DA = {
    Judgement.EQUAL: "ens",
    Judgement.EQUAL_ROUNDED: "ens efter afrunding",
    Judgement.LOOSENED: "passer med sit ord",
    Judgement.CONTRADICTS: "modsiges",
    Judgement.NOT_COMPUTABLE: "kan ikke beregnes",
}
_VERDICT_DA = {Verdict.CERTAIN: "sikker", Verdict.EXPLAINABLE: "kan forklares"}
_ROUNDING_DA = {
    Rounding.HALF_UP: "halv op",
    Rounding.HALF_EVEN: "halv til lige",
    Rounding.HALF_DOWN: "halv ned",
    Rounding.HALF_ODD: "halv til ulige",
}
_RULE_DA = {
    "sum": "summer af rækker",
    "parts": "rækker mod deres dele",
    "share": "procenter mod antal",
    "hundred": "dele mod 100",
    "feasible": "procenter uden antal",
    "most_used": "hyppigste ord",
    "at_most": "dele mod helheden",
    "agree": "tal mod samme tal et andet sted",
}
_MOST = 8


def as_lines(report: Report, claims: bool = False, brief: bool = False) -> list[str]:
    """The report for a terminal: per document what was compared and what contradicts, then the sums. With `claims`
    every claim with its judgement; with `brief` only what is certain or not expected."""
    # A document's words could move the cursor of a terminal.
    lines = _lines(report, claims, brief)
    return ["".join(char if char.isprintable() else " " for char in line) for line in lines]


def _lines(report: Report, claims: bool, brief: bool) -> list[str]:
    lines: list[str] = []
    shown: set[str] = set()
    told = [
        item
        for item in report.contradictions
        if not brief or not item.expected or item.verdict is Verdict.CERTAIN
    ]
    for document in report.documents:
        lines += _document(document, claims)
        own = [item for item in told if item.finding.document == document.dossier.id]
        shown |= {item.finding.id for item in own}
        for item in own:
            lines += _contradiction(item)
        lines.append("")
    if others := [item for item in told if item.finding.id not in shown]:
        lines.append("På tværs af dokumenterne")
        for item in others:
            lines += _contradiction(item)
        lines.append("")
    return lines + list(_sums(report))


def _document(document: DocumentReport, claims: bool) -> list[str]:
    structure = document.dossier.structure
    date = f", data trukket {structure.data_date}" if structure.data_date else ""
    lines = [f"{structure.title or document.dossier.id}{date}"]
    if document.dossier.guessed and document.dossier.tables:
        lines.append("  ingen check.yaml: tabellernes opbygning er gættet ud fra deres egne tal")
    for name, number in document.tally.compared.items():
        lines.append(f"  {number} {_RULE_DA[name]} sammenlignet")
    for rule in document.dossier.dropped:
        where = f"{rule.column} i {rule.file}" if rule.column else rule.file
        lines.append(f"  ikke gættet: {_RULE_DA[rule.rule]} ({rule.fits} af {rule.of} passer) · {where}")
    if document.dossier.tables and not document.looked_at:
        lines.append("  ingen af dokumentets tal er holdt op mod noget her")
    lines += _rounding(document)
    if document.claims:
        judged = ", ".join(f"{document.judged(item)} {words}" for item, words in _JUDGEMENT_DA.items())
        lines.append(f"  {len(document.claims)} udsagn: {judged}")
        for reason, number in Counter(why for item in document.claims for why in item.left_out).most_common(
            _MOST
        ):
            lines.append(f"    {number} gange kunne et sted mere ikke regnes: {reason}")
    elif document.dossier.claims:
        lines.append(
            f"  {len(document.dossier.claims)} udsagn, men ingen claims.yaml siger, hvad de handler om"
        )
    if claims:
        for item in document.claims:
            found = f", {item.found}" if item.found else ""
            remark = f" ({item.remark})" if item.remark else ""
            quote = f" »{item.claim.quote}«" if item.claim.quote else ""
            said = f"{item.claim.id}{quote} {item.claim.text or '–'}"
            lines.append(f"    {said}: {_JUDGEMENT_DA[item.judgement]}{found}{remark}")
    return lines


def _rounding(document: DocumentReport) -> list[str]:
    fit = document.fit
    if not fit.cells:
        return []
    hits = ", ".join(f"{_ROUNDING_DA[rule]} {number}" for rule, number in fit.hits.items())
    lines = [f"  {fit.cells} procenter kan regnes efter; så mange giver hver afrunding: {hits}"]
    for tie in fit.ties[:_MOST]:
        counts = f"{tie.numerator} af {tie.denominator} er {danish(tie.exact)}"
        lines.append(f"    uafgjort: {tie.name}: {counts}, trykt {tie.printed}")
    if len(fit.ties) > _MOST:
        lines.append(f"    … og {len(fit.ties) - _MOST} til")
    if document.tally.with_parts:
        told = f"{document.tally.apart} af {document.tally.with_parts}"
        lines.append(f"  {told} procenter er ikke summen af de afrundede dele ved siden af")
    return lines


def _contradiction(item: Contradiction) -> Iterator[str]:
    found = item.finding
    mark = "" if item.expected else "UVENTET "
    yield f"  {mark}{found.id} · {_VERDICT_DA[item.verdict]}"
    yield f"    {_spot(found.left)} mod {_spot(found.right)}"
    known = f"Kendt med andre tal ({item.noted[0]} mod {item.noted[1]}): " if item.noted else ""
    yield f"    {known}{item.explanation}"


def _spot(spot: Spot) -> str:
    line = f", linje {spot.line}" if spot.line else ""
    return f"{spot.value or '–'} ({spot.place}{line})"


def _sums(report: Report) -> Iterator[str]:
    verdicts = ", ".join(f"{report.number(verdict)} {words}" for verdict, words in _VERDICT_DA.items())
    yield f"{len(report.contradictions)} modsigelser: {verdicts}."
    agree = sum(pair.finding is None and not pair.reason for pair in report.pairs)
    skipped = sum(bool(pair.reason) for pair in report.pairs)
    if len(report.pairs) > skipped:  # else they are about other documents
        yield (
            f"{len(report.pairs)} par af udsagn: {agree} stemmer, {len(report.pairs) - agree - skipped} gør ikke, "
            f"{skipped} kan ikke regnes her."
        )
    if report.dismissed:
        yield f"{report.dismissed} steder er set efter og er ingen modsigelse."
    for id in report.gone:
        yield f"UDEBLEVET {id}: skrevet ned som kendt, men findes ikke."
    if report.nothing is not None:
        yield from str(report.nothing).splitlines()
    elif report.ok:
        yield "Netop de kendte modsigelser findes."
    else:
        yield f"{len(report.unexpected)} er ikke kendt, {len(report.gone)} kendte udeblev."


def as_json(report: Report) -> dict[str, object]:
    """The report as plain data."""
    return {
        "schema_version": 1,
        "ok": report.ok,
        "sums": {
            **{verdict.value: report.number(verdict) for verdict in Verdict},
            "unexpected": len(report.unexpected),
            "gone": len(report.gone),
            "dismissed": report.dismissed,
        },
        "problems": [] if report.nothing is None else [_plain_problem(report.nothing)],
        "documents": [_plain_document(document) for document in report.documents],
        "contradictions": [_plain_contradiction(item) for item in report.contradictions],
        "gone": list(report.gone),
        "pairs": [
            {
                "id": pair.pair.id,
                "outcome": "not_computable" if pair.reason else "differ" if pair.finding else "agree",
                "reason": pair.reason,
            }
            for pair in report.pairs
        ],
    }


def _plain_problem(problem: Problem) -> dict[str, str]:
    return {"code": problem.code, "fault": problem.fault, "remedy": problem.remedy}


def _plain_document(document: DocumentReport) -> dict[str, object]:
    structure = document.dossier.structure
    return {
        "document": document.dossier.id,
        "title": structure.title,
        "data_date": structure.data_date,
        "guessed": document.dossier.guessed,
        "not_guessed": [asdict(item) for item in document.dossier.dropped],
        "compared": dict(document.tally.compared),
        "rounding": {
            "cells": document.fit.cells,
            "hits": {rule.value: number for rule, number in document.fit.hits.items()},
            "best": [rule.value for rule in document.fit.best] if document.fit.cells else [],
            "ties": [
                {
                    "place": tie.name,
                    "numerator": tie.numerator,
                    "denominator": tie.denominator,
                    "printed": tie.printed,
                }
                for tie in document.fit.ties
            ],
            "not_sum_of_parts": document.tally.apart,
            "with_parts": document.tally.with_parts,
        },
        "judgements": {judgement.value: document.judged(judgement) for judgement in Judgement},
        "claims": [
            {
                "id": item.claim.id,
                "line": item.claim.line,
                "value": item.claim.text,
                "judgement": item.judgement.value,
                "found": item.found,
                "remark": item.remark,
                "left_out": list(item.left_out),
            }
            for item in document.claims
        ],
    }


def _plain_contradiction(item: Contradiction) -> dict[str, object]:
    found = item.finding
    return {
        "id": found.id,
        "rule": found.rule,
        "verdict": item.verdict.value,
        "expected": item.expected,
        "left": _plain_spot(found.left),
        "right": _plain_spot(found.right),
        "computed": found.computed,
        "explanation": item.explanation,
    }


def _plain_spot(spot: Spot) -> dict[str, str]:
    return {"document": spot.document, "place": spot.place, "line": spot.line, "value": spot.value}
