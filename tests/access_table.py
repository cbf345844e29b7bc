"""Who gets what at which address: a row for every address of the portal.

``tests/test_urls.py`` asks each address as every post, for one's own area, a neighbour's and another county's,
and fails when an address has no row. To add an address, add to ROWS

    Row("areas:area", {Power.SEE_REGISTRY}, at=lambda world, place: [place.area], scoped=True)

- the name of the URL pattern, with its namespace;
- the powers of which any opens it (everyone else gets 403), SIGNED_IN for every post, or PUBLIC;
- ``at``: the arguments of the address, for what lies at ``place``. It makes what it names (``world.make_area``
  and the ORM) and returns the arguments; nothing made or changed outlives the request;
- ``scoped``: what is out of scope gets 404. NETWORK: the same, and an operator sees what is its own there;
- ``method`` and ``data`` (also a function of world and place) for what is posted; ``answer`` when not 200;
- ``visitor``: what one who is not signed in gets, when it is not the way to the login.

A pattern that answers both to reading and to posting has two rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from acceptance.spotcheck.models import Finding, Item, Sample
from acceptance.spotcheck.photos import Taken, keep
from accounts.audit import record
from accounts.posts import Post, Power
from areas.models import AccessPoint, Area, Operator, ServiceOrder, Site
from areas.vocabulary import SiteKind
from jobs.models import Job, seat_of
from papers.document import Paper, paragraphs, to_json
from papers.models import Document
from papers.wording import wordings
from reports.certificates.signing import key_id, public_key
from reports.screens.models import Screen
from returns.models import Move, Return, ReturnLine, Round, State
from tests.certificates.making import make_certificate
from tests.inspection.making import make_evidence, make_report, make_submission
from tests.spotcheck.making import PHOTO
from workbooks.layout import TEMPLATE
from workbooks.ledgers.findings import Findings
from workbooks.ledgers.models import LedgerUpload, LedgerWorkbook
from workbooks.models import CountUpload, Issued, IssuedCounts, Upload

SIGNED_IN = frozenset(Power)
PUBLIC = None
NETWORK = "network"
QUARTER = "2018Q2"
UNKNOWN_CODE = "2222-2222-2222-2222"


@dataclass(frozen=True)
class Place:
    """An area of township level, a village in it, and an operator that is at home there in these tests."""

    area: str
    operator: str

    @property
    def county(self) -> str:
        return self.area[:6]

    @property
    def village(self) -> str:
        return f"{self.area}201"


OWN = Place("441802103", "telecom")
PLACES = {"own": OWN, "neighbour": Place("441802105", "mobile"), "elsewhere": Place("441803101", "unicom")}


@dataclass(frozen=True)
class World:
    """The fixtures that make things."""

    make_area: Callable
    make_user: Callable


@dataclass(frozen=True)
class Row:
    name: str
    powers: frozenset[Power] | set[Power] | None
    at: Callable[[World, Place], list] = field(default=lambda world, place: [])
    scoped: bool | str = False
    method: str = "get"
    data: Callable[[World, Place], dict] = field(default=lambda world, place: {})
    answer: int = 200
    visitor: int = 302

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def of_area(world: World, place: Place) -> list:
    return [place.area]


def of_site(world: World, place: Place) -> list:
    return [_site(world, place).site_id]


def of_access_point(world: World, place: Place) -> list:
    operator, _ = Operator.objects.get_or_create(code=place.operator, defaults={"name": place.operator})
    fields = {"downstream_mbps": 100, "tv_only": False, "opened_on": date(2017, 1, 1), "lon": 113.05, "lat": 23.7}
    point = AccessPoint.objects.create(
        ap_id="AP", operator=operator, township_id=place.area, county=place.county, **fields
    )
    return [point.ap_id]


def of_order(world: World, place: Place) -> list:
    operator, _ = Operator.objects.get_or_create(code=place.operator, defaults={"name": place.operator})
    fields = {"county": place.county, "accepted_on": date(2018, 1, 10), "needs_expansion": False}
    area = world.make_area(place.village)
    return [ServiceOrder.objects.create(order_id="WO", operator=operator, area=area, **fields).order_id]


def of_operator(world: World, place: Place) -> list:
    return [Operator.objects.get_or_create(code=place.operator, defaults={"name": place.operator})[0].code]


def of_document(world: World, place: Place) -> list:
    paper = to_json(Paper("通报", paragraphs("现予通报。")))
    fields = {"issuer": "区经信局", "subject": "通报", "issued_on": date(2018, 7, 5), "issued_at": timezone.now()}
    by = world.make_user(Post.CLERK, area=place.area)
    return [Document.objects.create(kind="notice", area_id=place.area, by=by, paper=paper, **fields).pk]


def of_document_file(world: World, place: Place) -> list:
    return [*of_document(world, place), "pdf"]


def of_wording(world: World, place: Place) -> list:
    return [wordings()[0].key]


def of_account(world: World, place: Place) -> list:
    return [world.make_user(Post.CLERK, area=place.area).pk]


def of_audit_entry(world: World, place: Place) -> list:
    return [record(action="login", by=None).sequence]


def of_job(world: World, place: Place) -> list:
    """Somebody else's: only whoever began a job sees it."""
    by = world.make_user(Post.CLERK, area=place.area)
    return [Job.objects.create(work="", title="任务", unit="行", by=by, seat=seat_of(by)).pk]


def of_return(state: State) -> Callable[[World, Place], list]:
    return lambda world, place: [_return(world, place, state).pk]


def unchanged(world: World, place: Place) -> dict:
    """What a page of a return posts while nobody else has touched the return."""
    return {"version": 0, "reason": "请核对"}


def taking(world: World, place: Place) -> dict:
    return {"version": 0, "decision": "take"}


def of_receipt(world: World, place: Place) -> list:
    owner = _return(world, place, State.SUBMITTED)
    return [owner.pk, owner.moves.get().pk]


def of_upload(world: World, place: Place) -> list:
    owner, by = _return(world, place, State.DRAFT), world.make_user(Post.CLERK, area=place.area)
    issued = Issued.objects.create(owner=owner, template=TEMPLATE, seen={}, by=by)
    content = {"sheet": "季报", "lines": [], "letters": {}}
    return [Upload.objects.create(owner=owner, issued=issued, by=by, file_name="a.xlsx", content=content).pk]


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


def of_return_line(world: World, place: Place) -> list:
    owner = _return(world, place, State.DRAFT)
    ReturnLine.objects.create(owner=owner, area=world.make_area(place.village), county=place.county, period=QUARTER)
    return [owner.pk, place.village]


def of_correction(world: World, place: Place) -> list:
    old = _return(world, place, State.APPROVED)
    same = {"township_id": place.area, "county": place.county, "period": QUARTER}
    return [Return.objects.create(corrects=old, revision=2, reason="错", **same).pk]


def of_round(world: World, place: Place) -> list:
    Round.objects.create(county=place.county, period=QUARTER, due=date(2018, 7, 15))
    return [QUARTER]


def of_county_round(world: World, place: Place) -> list:
    return [place.county, *of_round(world, place)]


def of_count_upload(world: World, place: Place) -> list:
    by = world.make_user(Post.OPERATOR, operator=place.operator)
    fields = {"operator": by.operator, "county": place.county, "period": QUARTER, "template": 1, "seen": {}}
    issued = IssuedCounts.objects.create(**fields, by=by)
    Round.objects.create(county=place.county, period=QUARTER, due=date(2018, 7, 15))
    content = {"sheet": "用户数", "lines": [], "letters": {}}
    return [CountUpload.objects.create(issued=issued, by=by, file_name="a.xlsx", content=content).pk]


def of_screen(world: World, place: Place) -> list:
    area = Area.objects.get(pk=place.county)
    return [
        Screen.objects.create(name="大厅", area=area, created_by=world.make_user(Post.BUREAU_HEAD, area=area.pk)).pk
    ]


def of_screen_token(world: World, place: Place) -> list:
    return [Screen.objects.get(pk=of_screen(world, place)[0]).token]


def of_round_township(world: World, place: Place) -> list:
    return [*of_round(world, place), place.area]


def of_site_verdict(world: World, place: Place) -> list:
    return [QUARTER, _site(world, place).site_id]


def of_verdict(world: World, place: Place) -> list:
    return [QUARTER, place.area]


def _site(world: World, place: Place) -> Site:
    area = world.make_area(place.village)
    return Site.objects.create(site_id="S", name="点位", kind=SiteKind.SETTLEMENT, area=area, county=place.county)


def _return(world: World, place: Place, state: State) -> Return:
    owner = Return.objects.create(township_id=place.area, county=place.county, period=QUARTER, state=state)
    if state != State.DRAFT:
        Move.objects.create(owner=owner, action="submit", from_state=State.DRAFT, to_state=State.SUBMITTED, version=0)
    return owner


RUNNING, COUNTING = {Power.RUN_ROUNDS}, {Power.ENTER_COUNTS}
REGISTRY, NETWORK_POWER = {Power.SEE_REGISTRY}, {Power.SEE_NETWORK}
RETURNS, ENTERING, REVIEWING = {Power.SEE_RETURNS}, {Power.ENTER_RETURNS, Power.SIGN_RETURNS}, {Power.REVIEW_RETURNS}
KEEPING = {Power.KEEP_REGISTRY, Power.LOAD_NETWORK}
VERDICTS, PROGRESS = {Power.SEE_VERDICTS}, {Power.SEE_PROGRESS}
ACCOUNTS, MANAGING, ASSIGNING = (
    {Power.MANAGE_ACCOUNTS, Power.ASSIGN_POSTS},
    {Power.MANAGE_ACCOUNTS},
    {Power.ASSIGN_POSTS},
)
TRAIL, SCREENS = {Power.READ_AUDIT_TRAIL}, {Power.RUN_SCREENS}
DOCUMENTS, WORDING = {Power.SEE_DOCUMENTS}, {Power.EDIT_WORDINGS}

ROWS = [
    Row("returns:summary", RETURNS, of_round),
    Row("returns:summary_file", RETURNS, lambda world, place: [*of_round(world, place), "pdf"]),
    Row("workbooks:summary", RETURNS, of_round),
    Row(
        "returns:sheet_file", RETURNS, lambda world, place: [*of_return(State.DRAFT)(world, place), "pdf"], scoped=True
    ),
    Row("papers:documents", DOCUMENTS),
    Row("papers:document", DOCUMENTS, of_document, scoped=True),
    Row("papers:download", DOCUMENTS, of_document_file, scoped=True),
    Row("papers:wordings", WORDING),
    Row("papers:wording", WORDING, of_wording),
    Row("papers:wording", WORDING, of_wording, method="post", answer=422),
    Row("papers:restore_wording", WORDING, of_wording, method="post", answer=302),
    Row("papers:preview_wording", WORDING, of_wording),
    Row("areas:index", REGISTRY, answer=302),
    Row("areas:areas", REGISTRY),
    Row("areas:area", REGISTRY, of_area, scoped=True),
    Row("areas:sites", REGISTRY),
    Row("areas:site", REGISTRY, of_site, scoped=True),
    Row("areas:access_points", NETWORK_POWER),
    Row("areas:access_point", NETWORK_POWER, of_access_point, scoped=NETWORK),
    Row("areas:orders", NETWORK_POWER),
    Row("areas:order", NETWORK_POWER, of_order, scoped=NETWORK),
    Row("areas:search", NETWORK_POWER),
    Row("areas:suggestions", NETWORK_POWER),
    Row("api-root", SIGNED_IN, visitor=403),
    Row("area-list", REGISTRY, visitor=403),
    Row("area-detail", REGISTRY, of_area, scoped=True, visitor=403),
    Row("site-list", REGISTRY, visitor=403),
    Row("site-detail", REGISTRY, of_site, scoped=True, visitor=403),
    Row("access-point-list", NETWORK_POWER, visitor=403),
    Row("access-point-detail", NETWORK_POWER, of_access_point, scoped=NETWORK, visitor=403),
    Row("order-list", NETWORK_POWER, visitor=403),
    Row("order-detail", NETWORK_POWER, of_order, scoped=NETWORK, visitor=403),
    Row("accounts:login", PUBLIC),
    Row("accounts:logout", PUBLIC, answer=302),
    Row("accounts:logout", SIGNED_IN, method="post", answer=302),
    Row("accounts:password", SIGNED_IN),
    Row("accounts:me", SIGNED_IN),
    Row("accounts:users", ACCOUNTS),
    Row("accounts:user", ACCOUNTS, of_account),
    Row("accounts:new_user", MANAGING),
    Row("accounts:edit_user", MANAGING, of_account),
    Row("accounts:assign_post", ASSIGNING, of_account),
    Row("accounts:reset_password", MANAGING, of_account, method="post"),
    Row("accounts:disable_user", MANAGING, of_account, method="post", answer=302),
    Row("accounts:enable_user", MANAGING, of_account, method="post", answer=302),
    Row("accounts:unlock_user", ASSIGNING, of_account, method="post", answer=302),
    Row("accounts:audit", TRAIL),
    Row("accounts:entry", TRAIL, of_audit_entry),
    Row("accounts:audit_verify", TRAIL, method="post", answer=302),
    Row("screens:index", SCREENS),
    Row("screens:withdraw", SCREENS, of_screen, method="post", answer=302, scoped=True),
    Row("screens:screen", PUBLIC, of_screen_token),
    Row("screens:figures", PUBLIC, of_screen_token),
    Row("jobs:index", SIGNED_IN),
    Row("jobs:job", SIGNED_IN, of_job, answer=404),
    Row("jobs:file", SIGNED_IN, of_job, answer=404),
    Row("returns:index", RETURNS),
    Row("returns:open", {Power.ENTER_RETURNS}, lambda world, place: [QUARTER]),
    Row("returns:return", RETURNS, of_return(State.DRAFT), scoped=True),
    Row("returns:return", {Power.ENTER_RETURNS}, of_return(State.DRAFT), scoped=True, method="post", answer=302),
    Row("returns:cells", {Power.ENTER_RETURNS}, of_return(State.DRAFT), scoped=True),
    Row("returns:cells", {Power.ENTER_RETURNS}, of_return(State.DRAFT), scoped=True, method="post", answer=400),
    Row("returns:problems", {Power.ENTER_RETURNS}, of_return(State.DRAFT), scoped=True),
    Row("returns:check", {Power.ENTER_RETURNS}, of_return(State.DRAFT), scoped=True),
    Row(
        "returns:check",
        {Power.ENTER_RETURNS},
        of_return(State.DRAFT),
        scoped=True,
        method="post",
        data=unchanged,
        answer=422,
    ),
    Row("returns:sign", {Power.SIGN_RETURNS}, of_return(State.SIGNING), scoped=True),
    Row(
        "returns:sign",
        {Power.SIGN_RETURNS},
        of_return(State.SIGNING),
        scoped=True,
        method="post",
        data=unchanged,
        answer=422,
    ),
    Row("returns:batch", REVIEWING),
    Row("returns:batch", REVIEWING, method="post", answer=302),
    Row("returns:checks", RETURNS),
    Row("returns:check_terms", {Power.SET_CHECKS}, lambda world, place: ["fell"]),
    Row("returns:check_terms", {Power.SET_CHECKS}, lambda world, place: ["fell"], method="post", answer=422),
    Row("returns:counts_index", COUNTING),
    Row("returns:counts", COUNTING, of_county_round),
    Row("returns:counts", COUNTING, of_county_round, method="post", answer=302),
    Row("returns:comparison", RETURNS, lambda world, place: [QUARTER]),
    Row("returns:comparison_villages", RETURNS, of_verdict, scoped=True),
    Row("operator-count-list", COUNTING, visitor=403),
    Row("operator-count-list", COUNTING, method="post", answer=415, visitor=403),
    Row("operator-count-list", COUNTING, method="put", answer=415, visitor=403),
    Row("workbooks:count_download", COUNTING, of_county_round),
    Row("workbooks:count_upload", COUNTING, of_county_round),
    Row("workbooks:count_upload", COUNTING, of_county_round, method="post", answer=422),
    Row("workbooks:count_preview", COUNTING, of_count_upload, scoped=NETWORK),
    Row("workbooks:count_preview", COUNTING, of_count_upload, scoped=NETWORK, method="post", answer=302),
    Row("returns:rounds", RETURNS),
    Row("returns:open_round", RUNNING, method="post", answer=422),
    Row("returns:round", RETURNS, of_round),
    Row("returns:urge", RUNNING, of_round_township, scoped=True, method="post", answer=302),
    Row("returns:unlock", RUNNING, of_round_township, scoped=True),
    Row("returns:unlock", RUNNING, of_round_township, scoped=True, method="post", answer=422),
    Row("returns:history", RETURNS, of_return_line, scoped=True),
    Row("returns:discard", ENTERING, of_correction, scoped=True),
    Row("returns:discard", ENTERING, of_correction, scoped=True, method="post", data=unchanged, answer=302),
    Row("returns:receipt", RETURNS, of_receipt, scoped=True),
    Row("returns:sheet", RETURNS, of_return(State.APPROVED), scoped=True),
    Row(
        "returns:withdraw",
        ENTERING,
        of_return(State.SUBMITTED),
        scoped=True,
        method="post",
        data=unchanged,
        answer=302,
    ),
    Row("returns:correct", ENTERING, of_return(State.APPROVED), scoped=True),
    Row("returns:correct", ENTERING, of_return(State.APPROVED), scoped=True, method="post", data=unchanged, answer=302),
    Row("returns:review", REVIEWING, of_return(State.SUBMITTED), scoped=True),
    Row("returns:review", REVIEWING, of_return(State.SUBMITTED), scoped=True, method="post", data=taking, answer=302),
    Row("returns:send_back", REVIEWING, of_return(State.SUBMITTED), scoped=True),
    Row(
        "returns:send_back",
        REVIEWING,
        of_return(State.SUBMITTED),
        scoped=True,
        method="post",
        data=unchanged,
        answer=302,
    ),
    Row("ledgers:index", KEEPING),
    Row("ledgers:ledger", {Power.KEEP_REGISTRY}, lambda world, place: ["sites"]),
    Row("ledgers:ledger", {Power.LOAD_NETWORK}, lambda world, place: ["orders"]),
    Row("ledgers:ledger", {Power.LOAD_NETWORK}, lambda world, place: ["orders"], method="post", answer=422),
    Row("ledgers:download", {Power.KEEP_REGISTRY}, lambda world, place: ["quarters"]),
    Row("ledgers:download", {Power.LOAD_NETWORK}, lambda world, place: ["access-points"]),
    Row("ledgers:preview", KEEPING, of_ledger_upload, scoped=True),
    Row("ledgers:preview", KEEPING, of_ledger_upload, scoped=True, method="post", answer=302),
    Row("load-access-points", {Power.LOAD_NETWORK}, method="post", answer=415, visitor=403),
    Row("load-orders", {Power.LOAD_NETWORK}, method="post", answer=415, visitor=403),
    Row("workbooks:history", RETURNS, of_area, scoped=True),
    Row("workbooks:download", {Power.ENTER_RETURNS}, of_return(State.DRAFT), scoped=True),
    Row("workbooks:upload", {Power.ENTER_RETURNS}, of_return(State.DRAFT), scoped=True),
    Row("workbooks:upload", {Power.ENTER_RETURNS}, of_return(State.DRAFT), scoped=True, method="post", answer=422),
    Row("workbooks:preview", {Power.ENTER_RETURNS}, of_upload, scoped=True),
    Row("workbooks:preview", {Power.ENTER_RETURNS}, of_upload, scoped=True, method="post", data=unchanged, answer=302),
    Row("acceptance:verdict_index", VERDICTS),
    Row("acceptance:plan", {Power.SEE_VERDICTS, Power.SEE_PROGRESS}),
    Row("acceptance:verdict", VERDICTS, of_verdict, scoped=True),
    Row("acceptance:site_verdict", VERDICTS, of_site_verdict, scoped=True),
    Row("acceptance:whatif", VERDICTS, of_verdict, scoped=True),
    Row("acceptance:whatif", VERDICTS, of_verdict, scoped=True, method="post"),
    Row("acceptance:differences", VERDICTS),
    Row("home", SIGNED_IN),
    Row("progress", PROGRESS),
    Row("milestone", PROGRESS, lambda world, place: ["T09"]),
    Row("townships", PROGRESS),
    Row("situation", PROGRESS, lambda world, place: [place.area], scoped=True),
    Row("operator", NETWORK_POWER, of_operator),
    Row("map", PROGRESS),
    Row("brief", PROGRESS, lambda world, place: ["docx"]),
    Row("map_data", PROGRESS),
]


def _clerk(world: World, place: Place) -> list:
    """A clerk's account; accounts are of no area, and their administrators see them all."""
    return [world.make_user(Post.CLERK, area=place.area, username="somebody").pk]


def _entry(world: World, place: Place) -> list:
    return [record(action="test.act", by="somebody").sequence]


ROWS.append(
    Row("accounts:me", SIGNED_IN, method="post", data=lambda world, place: {"email": "a@example.cn"}, answer=302)
)

_MANAGE, _ASSIGN = {Power.MANAGE_ACCOUNTS}, {Power.ASSIGN_POSTS}
_NEW = {"username": "zhang.san", "name": "张三", "unit": "东城街道办事处"}

ROWS += [
    Row("accounts:login", PUBLIC),
    Row("accounts:login", PUBLIC, method="post"),
    Row("accounts:logout", PUBLIC, method="post", answer=302),
    Row("accounts:password", SIGNED_IN),
    Row("accounts:password", SIGNED_IN, method="post"),
    Row("accounts:me", SIGNED_IN),
    Row("accounts:users", _MANAGE | _ASSIGN),
    Row("accounts:new_user", _MANAGE),
    Row("accounts:new_user", _MANAGE, method="post", data=lambda world, place: _NEW),
    Row("accounts:user", _MANAGE | _ASSIGN, at=_clerk),
    Row("accounts:edit_user", _MANAGE, at=_clerk),
    Row("accounts:edit_user", _MANAGE, at=_clerk, method="post", data=lambda world, place: _NEW, answer=302),
    Row("accounts:assign_post", _ASSIGN, at=_clerk),
    Row("accounts:assign_post", _ASSIGN, at=_clerk, method="post", data=lambda world, place: {"seen": 0}, answer=302),
    Row("accounts:reset_password", _MANAGE, at=_clerk, method="post"),
    Row("accounts:disable_user", _MANAGE, at=_clerk, method="post", answer=302),
    Row("accounts:enable_user", _MANAGE, at=_clerk, method="post", answer=302),
    Row("accounts:unlock_user", _ASSIGN, at=_clerk, method="post", answer=302),
    Row("accounts:audit", {Power.READ_AUDIT_TRAIL}),
    Row("accounts:audit_verify", {Power.READ_AUDIT_TRAIL}, method="post", answer=302),
    Row("accounts:entry", {Power.READ_AUDIT_TRAIL}, at=_entry),
]

ROWS += [
    Row("public:index", PUBLIC),
    Row("public:certificate", PUBLIC, lambda world, place: [UNKNOWN_CODE]),
    Row("public:document", PUBLIC, lambda world, place: [UNKNOWN_CODE]),
    Row("public:key", PUBLIC),
    Row("public:key_file", PUBLIC, lambda world, place: [key_id(public_key())]),
]


def of_certificate(world: World, place: Place) -> list:
    return [make_certificate(Area.objects.get(code=place.area)).pk]


def of_paper(world: World, place: Place) -> list:
    return [*of_certificate(world, place), "paper"]


_INSPECTIONS = {Power.SEE_INSPECTIONS}

ROWS += [
    Row("certificates:register", _INSPECTIONS),
    Row("certificates:issue", {Power.AWARD_TITLES}),
    Row("certificates:issue", {Power.AWARD_TITLES}, method="post", answer=422),
    Row("certificates:print", {Power.AWARD_TITLES}, method="post", answer=302),
    Row("certificates:certificate", _INSPECTIONS, of_certificate, scoped=True),
    Row("certificates:certificate", _INSPECTIONS, of_certificate, scoped=True, method="post", answer=422),
    Row("certificates:paper", _INSPECTIONS, of_paper, scoped=True),
]


def of_sample(world: World, place: Place) -> list:
    return [_sample(world, place, "open").pk]


def of_concluded_sample(world: World, place: Place) -> list:
    return [_sample(world, place, "concluded").pk]


def of_sheet(world: World, place: Place) -> list:
    return [*of_concluded_sample(world, place), "pdf"]


def of_card(world: World, place: Place) -> list:
    return [*of_sample(world, place), 1]


def of_field_photo(world: World, place: Place) -> list:
    sample = _sample(world, place, "concluded")
    finding = Finding.objects.create(
        item=sample.items.get(), outcome="passed", visited_on=date(2018, 7, 1), by=sample.drawn_by
    )
    taken = [Taken("a.png", PHOTO)]
    return [keep(finding, taken)[0].pk]


def _sample(world: World, place: Place, state: str) -> Sample:
    """A sample of one natural village; a township sees it when it is concluded."""
    by = world.make_user(Post.REVIEWER, area=place.area)
    ended = {"conclusion": "supports", "reason": "合格", "decided_by": by} if state == "concluded" else {}
    area = world.make_area(f"{place.village}201")
    sample = Sample.objects.create(
        township_id=place.area, county=place.county, period=QUARTER, frame="natural_villages", size=1,
        population=[[area.code, "层"]], population_digest="0" * 64, seed="1", criterion="S14", threshold="9/10",
        drawn_by=by, drawn_at=timezone.now(), state=state, **ended,
    )  # fmt: skip
    Item.objects.create(sample=sample, order=1, key=area.code, stratum="层", name=area.name, area=area)
    return sample


_SPOT_CHECKING = {Power.SPOT_CHECK}

ROWS += [
    Row("spotcheck:index", _INSPECTIONS),
    Row("spotcheck:draw", _SPOT_CHECKING),
    Row("spotcheck:draw", _SPOT_CHECKING, method="post", answer=422),
    Row("spotcheck:sample", _INSPECTIONS, of_concluded_sample, scoped=True),
    Row("spotcheck:sheet", _INSPECTIONS, of_sheet, scoped=True),
    Row("spotcheck:photo", _INSPECTIONS, of_field_photo, scoped=True),
    Row("spotcheck:card", _SPOT_CHECKING, of_card, scoped=True),
    Row("spotcheck:card", _SPOT_CHECKING, of_card, scoped=True, method="post", answer=422),
    Row("spotcheck:conclude", _SPOT_CHECKING, of_sample, scoped=True, method="post", answer=422),
    Row("spotcheck:void", _SPOT_CHECKING, of_sample, scoped=True, method="post", answer=422),
]


# The acceptance chain

INSPECTIONS, WRITING, EXAMINING = {Power.SEE_INSPECTIONS}, {Power.WRITE_INSPECTIONS}, {Power.EXAMINE}
COMPILING, PUBLICISING = {Power.COMPILE_SUBMISSIONS}, {Power.PUBLICISE}


def of_inspection(state: str) -> Callable[[World, Place], list]:
    return lambda world, place: [_inspection(world, place, state).pk]


def _inspection(world: World, place: Place, state: str):
    return make_report(Area.objects.get(code=place.area), world.make_user(Post.CLERK, area=place.area), state)


def of_evidence(state: str) -> Callable[[World, Place], list]:
    def made(world: World, place: Place) -> list:
        report = _inspection(world, place, state)
        return [make_evidence(report, world.make_user(Post.CLERK, area=place.area)).pk]

    return made


def of_inspection_unit(world: World, place: Place) -> list:
    return [_inspection(world, place, "submitted").units.get().pk]


def of_submission(world: World, place: Place) -> list:
    return [make_submission(place.county).pk]


ROWS += [
    Row("inspection:index", INSPECTIONS),
    Row("inspection:new", WRITING),
    Row("inspection:new", WRITING, method="post", answer=422),
    Row("inspection:report", INSPECTIONS, of_inspection("submitted"), scoped=True),
    Row("inspection:report", WRITING, of_inspection("draft"), scoped=True, method="post", data=unchanged, answer=302),
    Row("inspection:units", WRITING, of_inspection("draft"), scoped=True),
    Row("inspection:units", WRITING, of_inspection("draft"), scoped=True, method="post", data=unchanged, answer=422),
    Row(
        "inspection:move",
        {Power.WRITE_INSPECTIONS, Power.SIGN_INSPECTIONS, Power.EXAMINE},
        of_inspection("submitted"),
        scoped=True,
        method="post",
        answer=422,
    ),
    Row("inspection:pass_clean", EXAMINING, of_inspection("submitted"), scoped=True, method="post", answer=409),
    Row("inspection:follow", WRITING, of_inspection("submitted"), scoped=True, method="post", answer=409),
    Row("inspection:add_evidence", WRITING, of_inspection("draft"), scoped=True, method="post", answer=422),
    Row("inspection:evidence", INSPECTIONS, of_evidence("submitted"), scoped=True),
    Row("inspection:remove_evidence", WRITING, of_evidence("draft"), scoped=True, method="post", answer=302),
    Row("inspection:unit", INSPECTIONS, of_inspection_unit, scoped=True),
    Row("inspection:archive", {Power.EXPORT}, of_inspection_unit, scoped=True),
    Row("inspection:examine", EXAMINING, of_inspection_unit, scoped=True),
    Row("inspection:examine", EXAMINING, of_inspection_unit, scoped=True, method="post", answer=422),
    Row(
        "inspection:report_draft",
        INSPECTIONS,
        lambda world, place: [*of_inspection("submitted")(world, place), "pdf"],
        scoped=True,
    ),
    Row("inspection:submission_draft", INSPECTIONS, lambda world, place: [*of_submission(world, place), "pdf"]),
    Row("inspection:submissions", INSPECTIONS),
    Row("inspection:compile", COMPILING),
    Row("inspection:compile", COMPILING, method="post", answer=422),
    Row("inspection:submission", INSPECTIONS, of_submission),
    Row("inspection:submission", INSPECTIONS, of_submission, method="post", answer=422),
    Row("inspection:early", INSPECTIONS),
    Row("inspection:publish", PUBLICISING, lambda world, place: [place.area, "G04"], answer=404),
    Row("inspection:publish", PUBLICISING, lambda world, place: [place.area, "G04"], method="post", answer=404),
]
