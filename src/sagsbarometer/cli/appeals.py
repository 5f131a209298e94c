"""`sagsbarometer appeals`: a register of appeal cases."""

from __future__ import annotations

from sagsbarometer.cli.appeals_authorities import authorities
from sagsbarometer.cli.appeals_compare import compare
from sagsbarometer.cli.appeals_import import import_
from sagsbarometer.cli.appeals_inspect import inspect
from sagsbarometer.cli.appeals_overview import overview
from sagsbarometer.cli.appeals_revisions import revisions, triangle
from sagsbarometer.cli.appeals_scenario import scenario
from sagsbarometer.cli.appeals_tables import measures, tables
from sagsbarometer.cli.appeals_waiting import waiting
from sagsbarometer.cli.danish import Commands, ListCommand

app = Commands("Klagesager: et register af dem, og statistik af registret, som det stod på en dato.")
app.command("inspect")(inspect)
app.command("import")(import_)
app.command("tables")(tables)
app.command("measures")(measures)
app.command("overview")(overview)
app.command("authorities")(authorities)
app.command("compare", cls=ListCommand)(compare)
app.command("revisions")(revisions)
app.command("triangle")(triangle)
app.command("waiting")(waiting)
app.command("scenario")(scenario)
