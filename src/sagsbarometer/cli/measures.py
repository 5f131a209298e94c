"""`sagsbarometer measures`: the definitions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import faults_stop, print_json

app = Commands("Mål: hvad der tælles, og af hvad.")


@app.command("list")
def list_(
    file: Annotated[
        Path | None, typer.Argument(metavar="FIL", help="Formularen; ellers alle skabeloners.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")] = False,
) -> None:
    """Vis definitionen på hvert mål: base, hvad der tæller, enhed og kilde."""
    from sagsbarometer.catalogue.catalogue import load_catalogue
    from sagsbarometer.datafiles.shipped import shipped
    from sagsbarometer.forms.load import load_form
    from sagsbarometer.measures.define import define_measures

    files = [file] if file else sorted(shipped("studies").glob("*/form.yaml"))
    listed = []
    with faults_stop():
        catalogue = load_catalogue(shipped("law"))
        for path in files:
            form = load_form(path, catalogue)
            listed += [(form.id, measure) for measure in define_measures(form).values()]
    if json:
        print_json(
            {
                "schema_version": 1,
                "measures": [
                    {
                        "form": form_id,
                        "id": measure.id,
                        "kind": measure.kind.value,
                        "label": measure.label,
                        "base": measure.base_text,
                        "base_label": measure.base_label,
                        "counts": measure.counts_text,
                        "unit": measure.unit,
                        "source": measure.source,
                        "definition": measure.hash,
                    }
                    for form_id, measure in listed
                ],
            }
        )
        return
    for form_id, measure in listed:
        print(f"{form_id}.{measure.id}  [{measure.kind}, {measure.unit}]  {measure.label['da']}")
        print(
            f"    base:   {measure.base_text}"
            + (f"  ({measure.base_label['da']})" if measure.base_label else "")
        )
        print(f"    tæller: {measure.counts_text or 'alle i basen'}")
        if measure.source:
            print(f"    kilde:  {measure.source}")
