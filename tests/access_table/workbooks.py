"""What goes out and comes in as Excel, and the operators' interface."""

from datetime import date

from django.utils import timezone

from accounts.posts import Post, Power
from returns.models import ReturnState, Round
from tests.access_table.returns import COUNTING, RETURNS, made_return, of_county_round, of_return, of_round
from tests.access_table.row import NETWORK, QUARTER, Place, Row, World, of_area
from workbooks.ledgers.models import LedgerUpload, LedgerWorkbook
from workbooks.ledgers.preview import Findings
from workbooks.models import CountUpload, Upload

KEEPING = {Power.KEEP_REGISTRY, Power.LOAD_NETWORK}


def of_upload(world: World, place: Place) -> list:
    quarterly_return, by = made_return(world, place, ReturnState.DRAFT), world.make_user(Post.CLERK, area=place.area)
    return [Upload.objects.create(quarterly_return=quarterly_return, by=by, file_name="a.xlsx", content={}).pk]


def of_count_upload(world: World, place: Place) -> list:
    by = world.make_user(Post.OPERATOR, operator=place.operator)
    fields = {"operator": by.operator, "county": place.county, "period": QUARTER}
    Round.objects.create(county=place.county, period=QUARTER, due=date(2018, 7, 15))
    return [CountUpload.objects.create(**fields, by=by, file_name="a.xlsx", content={}).pk]


def of_ledger_upload(world: World, place: Place) -> list:
    """One that was written already: confirming it again is answered with the way back."""
    by = world.make_user(Post.CLERK, area=place.area)
    same = {"ledger": "sites", "area_id": place.area, "by": by}
    issued = LedgerWorkbook.objects.create(template=1, day=date(2019, 1, 1), rows=0, **same)
    return [
        LedgerUpload.objects.create(
            issued=issued, file_name="a.xlsx", content=b"", findings=Findings().as_json(),
            confirmed_at=timezone.now(), **same,
        ).pk
    ]  # fmt: skip


ROWS = [
    Row("workbooks:summary", RETURNS, of_round),
    Row("workbooks:count_download", COUNTING, of_county_round, method="post"),
    Row("workbooks:count_upload", COUNTING, of_county_round),
    Row("workbooks:count_upload", COUNTING, of_county_round, method="post", answer=422),
    Row("workbooks:count_preview", COUNTING, of_count_upload, scoped=NETWORK),
    Row("workbooks:count_preview", COUNTING, of_count_upload, scoped=NETWORK, method="post", answer=302),
    Row("workbooks:count_reading", COUNTING, of_count_upload, scoped=NETWORK),
    Row("workbooks:count_reading", COUNTING, of_count_upload, scoped=NETWORK, method="post", answer=422),
    Row("ledgers:index", KEEPING),
    Row("ledgers:ledger", {Power.KEEP_REGISTRY}, lambda world, place: ["sites"]),
    Row("ledgers:ledger", {Power.LOAD_NETWORK}, lambda world, place: ["orders"]),
    Row("ledgers:ledger", {Power.LOAD_NETWORK}, lambda world, place: ["orders"], method="post", answer=422),
    Row("ledgers:download", {Power.KEEP_REGISTRY}, lambda world, place: ["quarters"], method="post"),
    Row("ledgers:download", {Power.LOAD_NETWORK}, lambda world, place: ["access-points"], method="post"),
    Row("ledgers:preview", KEEPING, of_ledger_upload, scoped=True),
    Row("ledgers:preview", KEEPING, of_ledger_upload, scoped=True, method="post", answer=302),
    Row("ledgers:selection", {Power.KEEP_REGISTRY}, lambda world, place: ["sites"], answer=422),
    Row("ledgers:selection", {Power.LOAD_NETWORK}, lambda world, place: ["orders"], answer=422),
    Row("ledgers:selection", {Power.KEEP_REGISTRY}, lambda world, place: ["areas"], method="post", answer=422),
    Row("load-access-points", {Power.LOAD_NETWORK}, method="post", answer=415, visitor=401),
    Row("load-orders", {Power.LOAD_NETWORK}, method="post", answer=415, visitor=401),
    Row("workbooks:history", RETURNS, of_area, scoped=True),
    Row("workbooks:download", {Power.ENTER_RETURNS}, of_return(ReturnState.DRAFT), scoped=True, method="post"),
    Row("workbooks:upload", {Power.ENTER_RETURNS}, of_return(ReturnState.DRAFT), scoped=True),
    Row(
        "workbooks:upload", {Power.ENTER_RETURNS}, of_return(ReturnState.DRAFT), scoped=True, method="post", answer=422
    ),
    Row("workbooks:preview", {Power.ENTER_RETURNS}, of_upload, scoped=True),
    Row("workbooks:preview", {Power.ENTER_RETURNS}, of_upload, scoped=True, method="post", answer=302),
    Row("workbooks:reading", {Power.ENTER_RETURNS}, of_upload, scoped=True),
    Row("workbooks:reading", {Power.ENTER_RETURNS}, of_upload, scoped=True, method="post", answer=422),
]
