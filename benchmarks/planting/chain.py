"""A town of many natural villages that meet the standard, the people of the acceptance chain, and the way of a report."""

import re
import tempfile
from datetime import date
from pathlib import Path
from types import SimpleNamespace

TOWN, VILLAGE, ON, NOTICED_ON = "441802103", "441802103201", date(2018, 7, 20), date(2018, 7, 12)


def without_samples(plan: str) -> str:
    """The plan without spot checks: of what a title must rest on besides its figures there is only the evidence."""
    target = Path(tempfile.mkdtemp()) / "plan.toml"
    text = re.sub(r"(?ms)^\[award\.sampling\].*?(?=^\[)", "", Path(plan).read_text("utf-8"))
    target.write_text(text, "utf-8")
    return str(target)


def hamlets(count: int) -> list[str]:
    return [f"{VILLAGE}{201 + number}" for number in range(count)]


def prepare(count: int) -> SimpleNamespace:
    """A village of so many natural villages, each with a site that an access point reaches, and the people of the chain."""
    from django.contrib.auth import get_user_model

    from accounts.posts import Post
    from areas.models import AccessPoint, Area, Operator, Site
    from areas.vocabulary import AreaKind, SiteKind
    from returns.models import FIGURES, LineStatus, Return, ReturnLine, ReturnState

    kinds = {6: AreaKind.DISTRICT, 9: AreaKind.TOWN, 12: AreaKind.VILLAGE, 15: AreaKind.NATURAL_VILLAGE}
    codes = hamlets(count)
    for code in [TOWN[:6], TOWN, VILLAGE, *codes]:
        parent = Area.parent_code(code) if len(code) > 6 else None
        Area.objects.create(
            code=code, name=f"区域{code[-3:]}", kind=kinds[len(code)], parent_id=parent, county=TOWN[:6],
            permanent_households=30 if len(code) == 15 else None,
        )  # fmt: skip
    Operator.objects.get_or_create(code="telecom", defaults={"name": "中国电信"})
    for number, code in enumerate(codes):
        place = {"lon": 113.1 + number / 100, "lat": 23.7}
        Site.objects.create(
            site_id=f"S-{number}", area_id=code, name=f"聚居点{number}", kind=SiteKind.SETTLEMENT, county=TOWN[:6],
            given_lon=place["lon"], given_lat=place["lat"], **place,
        )  # fmt: skip
        AccessPoint.objects.create(
            ap_id=f"DX-{number}", operator_id="telecom", downstream_mbps=100, tv_only=False, opened_on=date(2017, 1, 1),
            township_id=TOWN, county=TOWN[:6], given_lon=place["lon"], given_lat=place["lat"], **place,
        )  # fmt: skip
    returned = Return.objects.create(township_id=TOWN, county=TOWN[:6], period="2018Q2", state=ReturnState.APPROVED)
    ReturnLine.objects.create(
        quarterly_return=returned, area_id=VILLAGE, county=TOWN[:6], period="2018Q2", status=LineStatus.APPROVED,
        **dict(zip(FIGURES, (6000, 6000, 6000, 5000, 4500), strict=True)),
    )  # fmt: skip
    made = get_user_model().objects.create_user
    county = {"area_id": TOWN[:6]}
    return SimpleNamespace(
        clerk=made("clerk", name="陈经办", post=Post.CLERK, area_id=TOWN),
        head=made("head", name="李镇长", post=Post.TOWNSHIP_HEAD, area_id=TOWN),
        reviewer=made("reviewer", name="王审核", post=Post.REVIEWER, **county),
        bureau_head=made("bureau_head", name="周局长", post=Post.BUREAU_HEAD, phone="0763-3366001", **county),
        second=made("second", name="赵审核", post=Post.REVIEWER, **county),
        second_head=made("second_head", name="郑副局长", post=Post.BUREAU_HEAD, **county),
        government=made("government", name="吴区长", post=Post.GOVERNMENT, **county),
        second_government=made("second_government", name="冯主任", post=Post.GOVERNMENT, **county),
        awarding=made("awarding", name="何主任", post=Post.GOVERNMENT, **county),
    )


def drafted(people, count: int):
    """A report of all the natural villages and of the village itself, with the evidence that the plan asks for."""
    from areas.models import Area
    from common.periods import Quarter
    from inspection import reporting

    town, quarter = Area.objects.get(code=TOWN), Quarter(2018, 2)
    report = reporting.start(township=town, quarter=quarter, codes=[VILLAGE, *hamlets(count)], on=ON, by=people.clerk)
    bring(report, people.clerk)
    return report


def bring(report, by) -> None:
    """A picture of its own for whatever the report lacks."""
    from evidence import keeping
    from inspection import required
    from inspection.models import Evidence
    from inspection.vocabulary import EvidenceKind
    from tests.evidence.files import distinct

    rows = []
    for number, lacking in enumerate(required.missing(report)):
        fields = keeping.keep(distinct(report.pk * 1000 + number), f"{number}.jpg", Evidence)
        mbps = 100 if lacking.kind == EvidenceKind.SPEED_TEST else None
        said = {"area": lacking.unit.area, "criterion": lacking.criterion, "kind": lacking.kind, "mbps": mbps}
        rows.append(Evidence(report=report, by=by, **said, **fields))
    Evidence.objects.bulk_create(rows)


def versions(report) -> dict[int, int]:
    """The units as a page shows them, to be decided together."""
    return dict(report.units.values_list("pk", "version"))


def texts(report):
    from inspection import reporting

    return reporting.Texts(report.overview, report.problems, report.request)


def ground(submission, by) -> None:
    """On what the ratification rests."""
    from inspection import government
    from inspection.government import GroundGiven
    from inspection.vocabulary import RatificationGround
    from tests.evidence.files import PDF

    given = GroundGiven(
        RatificationGround.MEETING, "第12次常务会议", ON, "吴区长", "清区府纪〔2018〕12号", ("纪要.pdf", PDF)
    )
    government.give_ground(submission=submission, given=given, on=ON, by=by)
