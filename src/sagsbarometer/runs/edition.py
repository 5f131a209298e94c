"""What a report is given: the study, its results, and the law it is measured against."""

from __future__ import annotations

from collections.abc import Mapping

from sagsbarometer import __version__
from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.catalogue.citations import danish_citation
from sagsbarometer.catalogue.lookup import conditions_of
from sagsbarometer.collection.study import Study
from sagsbarometer.forms.asked import asked
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.tree import names
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.measures.measure import Figure, Measure
from sagsbarometer.reporting.contract import (
    REQUIREMENT_CLASSES,
    Condition,
    Edition,
    Requirement,
    Standing,
    source_of,
)

LANGUAGES = ("da", "en")  # that an edition is kept in; the reports of a run are in the first


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
        title=_words(file.title, language),
        subtitle="",
        source=source_of(_words(file.organisation, language) or _words(file.title, language), language),
        language=language,
        origin=str(results.manifest["origin"]),
        data_date=file.data_date,
        standing=Standing(),
        selection=_words(file.selection.remark, language),
        version=__version__,
        measures=measures,
        figures=figures,
        results=results,
        asked=asked(form, _asked_about(measures)),
        requirements=tuple(
            Requirement(
                class_=item.class_,
                label=_words(item.label, language),
                citations=tuple(danish_citation(citation, catalogue.acts) for citation in item.citations),
                applies=_words(item.applies, language),
                wording=_words(item.wording, language),
            )
            for item in catalogue.requirements.values()
            if item.class_ in REQUIREMENT_CLASSES  # what a barometer counts; the law asks for more
        ),
        conditions=tuple(
            Condition(
                id, _words(condition.label, language), _words(condition.wording, language), condition.source
            )
            for id, condition in (conditions_of(catalogue, form.provision) if form.provision else {}).items()
        ),
    )


def _asked_about(measures: Mapping[str, Measure]) -> frozenset[str]:
    nodes = (node for measure in measures.values() for node in (measure.base, measure.counts))
    return frozenset().union(*(names(node) for node in nodes if node is not None))


def _words(text: Mapping[str, str], language: str) -> str:
    return text.get(language) or text.get("da", "")
