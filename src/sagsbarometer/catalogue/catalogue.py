"""The law as data: what a form, a register, a checklist or a report may point to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sagsbarometer.catalogue.checks import problems_of
from sagsbarometer.catalogue.files import read_files
from sagsbarometer.catalogue.municipalities import Municipality, read_municipalities
from sagsbarometer.catalogue.schema import (
    Act,
    Amendment,
    BasketChange,
    CaseSubject,
    Condition,
    Keyword,
    LawArea,
    Outcome,
    PrincipleDecision,
    Provision,
    Requirement,
    Series,
    Succession,
)
from sagsbarometer.kernel.ids import content_hash
from sagsbarometer.kernel.problems import Faults


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All law data, by id and in the order of the files.

    Conditions are keyed `provision/condition`, e.g. `serviceloven/97/age`; a provision that shares the conditions of
    another (`conditions_of`) has no keys of its own: one condition, one key, before and after a change of act.
    """

    acts: Mapping[str, Act]
    provisions: Mapping[str, Provision]
    conditions: Mapping[str, Condition]
    requirements: Mapping[str, Requirement]
    principle_decisions: Mapping[str, PrincipleDecision]
    law_areas: Mapping[str, LawArea]
    case_subjects: Mapping[str, CaseSubject]
    series: Mapping[str, Series]
    succession: tuple[Succession, ...]
    basket_changes: tuple[BasketChange, ...]
    amendments: tuple[Amendment, ...]
    outcomes: Mapping[str, Outcome]
    reversal_reasons: Mapping[str, Keyword]
    criticism_keywords: Mapping[str, Keyword]
    municipalities: Mapping[str, Municipality]  # by code
    hash: str


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue in a `law/` folder.

    Raises Faults with every fault of every file: YAML-1xx, LOV-1xx of one file, LOV-2xx of files together.
    """
    files = read_files(folder)
    municipalities, faults = read_municipalities(folder)
    if problems := [*files.problems, *problems_of(files), *faults]:
        raise Faults(problems)
    provisions = files.provisions.items
    return Catalogue(
        acts=files.acts.items,
        provisions=provisions,
        conditions={
            f"{id}/{condition.id}": condition
            for id, provision in provisions.items()
            for condition in provision.conditions
        },
        requirements=files.requirements.items,
        principle_decisions=files.principle_decisions.items,
        law_areas=files.law_areas.items,
        case_subjects=files.case_subjects.items,
        series=files.series.items,
        succession=tuple(entry.item for entry in files.succession),
        basket_changes=tuple(entry.item for entry in files.basket_changes),
        amendments=tuple(entry.item for entry in files.amendments),
        outcomes=files.outcomes.items,
        reversal_reasons=files.reversal_reasons.items,
        criticism_keywords=files.criticism_keywords.items,
        municipalities=municipalities,
        hash=content_hash(
            {
                **{located.file: located.data for located in files.read},
                "municipalities": [[item.code, item.name, item.region] for item in municipalities.values()],
            }
        ),
    )
