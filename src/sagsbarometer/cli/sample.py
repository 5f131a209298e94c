"""`sagsbarometer sample`: how many cases, where and which."""

from __future__ import annotations

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.sample_draw import draw, replace, verify
from sagsbarometer.cli.sample_plan import plan

app = Commands("Stikprøve: hvor mange sager, hvorfra og hvilke.")
app.command("plan")(plan)
app.command("draw")(draw)
app.command("verify")(verify)
app.command("replace")(replace)
