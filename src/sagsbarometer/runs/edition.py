"""What a report is given: the study, its results, and the law it is measured against."""

from __future__ import annotations

from collections.abc import Mapping

from sagsbarometer import __version__
from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.catalogue.citations import danish_citation
from sagsbarometer.catalogue.lookup import conditions_of
from sagsbarometer.collection.study import Study
from sagsbarometer.forms.form import Form
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.measures.measure import Figure, Measure
from sagsbarometer.reporting.contract import REQUIREMENT_CLASSES, Condition, Edition, Requirement


def build_edition(
    study: Study,
    form: Form,
    catalogue: Catalogue,
    results: ResultSet,
    measures: Mapping[str, Measure],
    figures: tuple[Figure, ...],
    language: str = "da",
) -> Edition:
    """The edition of a run. A draft always: only a protected and approved release is more."""
    file = study.file
    return Edition(
        title=file.title[language],
        subtitle="",
        source=f"Kilde: {file.organisation.get(language) or file.title[language]}",
        language=language,
        origin=str(results.manifest["origin"]),
        data_date=file.data_date,
        draft=True,
        selection=file.selection.remark[language],
        version=__version__,
        measures=measures,
        figures=figures,
        results=results,
        requirements=tuple(
            Requirement(
                class_=item.class_,
                label=item.label[language],
                citations=tuple(danish_citation(citation, catalogue.acts) for citation in item.citations),
                applies=item.applies[language],
                wording=item.wording[language],
            )
            for item in catalogue.requirements.values()
            if item.class_ in REQUIREMENT_CLASSES  # what a barometer counts; the law asks for more
        ),
        conditions=tuple(
            Condition(id, condition.label[language], condition.wording[language], condition.source)
            for id, condition in (conditions_of(catalogue, form.provision) if form.provision else {}).items()
        ),
    )
