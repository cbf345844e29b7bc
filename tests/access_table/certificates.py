"""Titles that were awarded, and the page on which anybody asks for one."""

from accounts.posts import Power
from areas.models import Area
from evidence import keeping
from reports.certificates.models import WithdrawalFile
from reports.certificates.signing import key_id, public_key
from tests.access_table.row import PUBLIC, Place, Row, World
from tests.evidence.files import PNG
from tests.reports.certificates.making import make_certificate, make_withdrawal

REGISTER, AWARDING = {Power.SEE_INSPECTIONS}, {Power.AWARD_TITLES}
PROPOSING = {Power.RECHECK_TITLES}
HANDING_IN = {Power.RECHECK_TITLES, Power.WRITE_INSPECTIONS, Power.SIGN_INSPECTIONS}
UNKNOWN_CODE = "2222-2222-2222-2222"


def of_certificate(world: World, place: Place) -> list:
    return [make_certificate(Area.objects.get(code=place.area)).pk]


def of_paper(world: World, place: Place) -> list:
    return [*of_certificate(world, place), "paper"]


def of_withdrawal(world: World, place: Place) -> list:
    """One that waits for the government's decision: nobody hands in files any more."""
    return [make_withdrawal(make_certificate(Area.objects.get(code=place.area))).pk]


def of_file(world: World, place: Place) -> list:
    withdrawal = make_withdrawal(make_certificate(Area.objects.get(code=place.area)))
    by = withdrawal.certificate.unit.report.signed_by
    fields = keeping.keep(PNG, "现场.png", WithdrawalFile)
    return [WithdrawalFile.objects.create(withdrawal=withdrawal, by=by, **fields).pk]


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
    Row("certificates:propose_withdrawal", PROPOSING, of_certificate, scoped=True),
    Row("certificates:propose_withdrawal", PROPOSING, of_certificate, scoped=True, method="post", answer=422),
    Row("certificates:withdrawal", REGISTER, of_withdrawal, scoped=True),
    Row("certificates:withdrawal", REGISTER, of_withdrawal, scoped=True, method="post", answer=422),
    Row("certificates:attach", HANDING_IN, of_withdrawal, scoped=True, method="post", answer=422),
    Row("certificates:detach", HANDING_IN, of_file, scoped=True, method="post", answer=422),
    Row("certificates:withdrawal_file", REGISTER, of_file, scoped=True),
    Row("certificates:withdrawal_picture", REGISTER, of_file, scoped=True),
]
