"""Titles that were awarded, and the page on which anybody asks for one."""

from accounts.posts import Power
from areas.models import Area
from reports.certificates.signing import key_id, public_key
from tests.access_table.row import PUBLIC, Place, Row, World
from tests.reports.certificates.making import make_certificate

REGISTER, AWARDING = {Power.SEE_INSPECTIONS}, {Power.AWARD_TITLES}
UNKNOWN_CODE = "2222-2222-2222-2222"


def of_certificate(world: World, place: Place) -> list:
    return [make_certificate(Area.objects.get(code=place.area)).pk]


def of_paper(world: World, place: Place) -> list:
    return [*of_certificate(world, place), "paper"]


ROWS = [
    Row("public:index", PUBLIC),
    Row("public:certificate", PUBLIC, lambda world, place: [UNKNOWN_CODE]),
    Row("public:document", PUBLIC, lambda world, place: [UNKNOWN_CODE]),
    Row("public:key", PUBLIC),
    Row("public:key_file", PUBLIC, lambda world, place: [key_id(public_key())]),
    Row("certificates:register", REGISTER),
    Row("certificates:issue", AWARDING),
    Row("certificates:issue", AWARDING, method="post", answer=422),
    Row("certificates:print", AWARDING, method="post", answer=302),
    Row("certificates:certificate", REGISTER, of_certificate, scoped=True),
    Row("certificates:certificate", REGISTER, of_certificate, scoped=True, method="post", answer=422),
    Row("certificates:paper", REGISTER, of_paper, scoped=True),
]
