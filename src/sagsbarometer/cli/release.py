"""`sagsbarometer release`: from protected results to a publication that two people stand behind."""

from __future__ import annotations

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.release_look import (
    access_package,
    export,
    key,
    list_,
    request,
    show,
    sign,
    status,
    verify,
)
from sagsbarometer.cli.release_steps import (
    access_add,
    amend,
    approve,
    propose,
    publish,
    refuse,
    schedule,
    shorten,
    withdraw,
)

app = Commands("Udgivelse: foreslå, godkend, sæt tidspunkt, offentliggør, ret og træk tilbage.")
app.command("propose")(propose)
app.command("show")(show)
app.command("approve")(approve)
app.command("refuse")(refuse)
app.command("schedule")(schedule)
app.command("shorten")(shorten)
app.command("publish")(publish)
app.command("export")(export)
app.command("amend")(amend)
app.command("withdraw")(withdraw)
app.command("status")(status)
app.command("verify")(verify)
app.command("list")(list_)
app.command("key")(key)
app.command("request")(request)
app.command("sign")(sign)
app.command("access-package")(access_package)

access = Commands("Adgang før tid: hvem, hvorfor og fra hvornår.")


@access.callback()
def before_the_hour() -> None:
    """Adgang før tid: hvem, hvorfor og fra hvornår."""


access.command("add")(access_add)
app.add_typer(access, name="access")
