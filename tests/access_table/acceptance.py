"""The plan and its verdicts."""

from accounts.posts import Power
from tests.access_table.register import of_site
from tests.access_table.row import QUARTER, Place, Row, World, of_verdict

VERDICTS = {Power.SEE_VERDICTS}


def of_site_verdict(world: World, place: Place) -> list:
    return [QUARTER, *of_site(world, place)]


ROWS = [
    Row("acceptance:verdict_index", VERDICTS),
    Row("acceptance:plan", {Power.SEE_VERDICTS, Power.SEE_PROGRESS}),
    Row("acceptance:verdict", VERDICTS, of_verdict, scoped=True),
    Row("acceptance:site_verdict", VERDICTS, of_site_verdict, scoped=True),
    Row("acceptance:whatif", VERDICTS, of_verdict, scoped=True),
    Row("acceptance:whatif", VERDICTS, of_verdict, scoped=True, method="post"),
    Row("acceptance:differences", VERDICTS),
]
