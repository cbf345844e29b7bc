"""“增减原因” on the known district: the page, its sums, its links, its file, and whom it lets in."""

from datetime import date
from fractions import Fraction
from io import BytesIO

import pytest
from django.core.cache import cache
from openpyxl import load_workbook

from acceptance import plan as plans
from acceptance.judging import judging
from acceptance.models import MilestoneVerdict
from accounts.posts import Post
from areas import changes
from areas.models import AccessPoint, DatedValue, ServiceOrder
from common.periods import Quarter
from outlook import moving
from outlook.why_page import signed
from tests.scenes import FAR, NEAR, QUARTER, STREET, TOWN, build_district

pytestmark = pytest.mark.any_database

Q1, Q2, Q3 = (Quarter(2018, number) for number in (1, 2, 3))
COUNTY = "441802"


@pytest.fixture
def district(make_area, monkeypatch):
    """The known district: in 2018Q2 two points come to 黄岗, one of them of an operator that is late there till July;
    in 2018Q3 mobile is late at 阳光花园."""
    monkeypatch.setattr("acceptance.verdicts.views.today", lambda: date(2018, 10, 10))
    build_district(make_area)
    for ap_id, operator, opened_on in (
        ("DX-9", "telecom", date(2018, 5, 2)),
        ("YD-9", "mobile", date(2018, 5, 3)),
    ):
        AccessPoint.objects.create(
            ap_id=ap_id, operator_id=operator, lon=113.15, lat=23.7, given_lon=113.15, given_lat=23.7, county=COUNTY,
            downstream_mbps=100, tv_only=False, opened_on=opened_on, township_id=TOWN,
        )  # fmt: skip
    ServiceOrder.objects.create(
        order_id="GD-7", operator_id="mobile", area_id=QUARTER, county=COUNTY, accepted_on=date(2018, 7, 2),
        completed_on=date(2018, 8, 30), needs_expansion=False,
    )  # fmt: skip
    judging.ensure_current(COUNTY)


def parts(key: str, before: Quarter, after: Quarter, scope: str = COUNTY):
    cache.clear()
    milestone = next(each for each in plans.current().milestones if each.key == key)
    return moving.parts(COUNTY, milestone, scope, before, after, "approved")


def told(found) -> list[tuple]:
    return [(part.value, part.member, part.site, part.cause) for part in found]


def test_point_that_opened_is_the_cause(district):
    """Mobile's point reaches the site too, but its order GD-2 was late: telecom alone turned it."""
    assert told(parts("G10", Q1, Q2)) == [
        (
            Fraction(1), FAR, "S-2",
            {"what": "point_opened", "operator": "telecom", "ap_id": "DX-9", "distance_m": 0.0, "on": "2018-05-02"},
        )
    ]  # fmt: skip


def test_late_order_is_the_cause(district):
    assert {(part.value, part.cause["what"], *part.cause["orders"]) for part in parts("T01", Q2, Q3)} == {
        (Fraction(-1, 2), "late", "GD-7")
    }
    assert sum(part.value for part in parts("T01", Q2, Q3)) == -1


def test_point_that_sped_up_is_the_cause(district):
    """大围's point was too slow till it was rebuilt in the second quarter."""
    AccessPoint.objects.filter(ap_id="DX-1").update(downstream_mbps=20)
    DatedValue.objects.create(
        table="access_points", key="DX-1", column="downstream_mbps", effective_on=date(2018, 5, 1), value="100"
    )
    changes.note(COUNTY)
    judging.ensure_current(COUNTY)

    sped_up = next(part for part in parts("G10", Q1, Q2) if part.member == NEAR)
    assert (sped_up.value, sped_up.cause["what"]) == (1, "point_speed")
    assert (sped_up.cause["from"], sped_up.cause["to"]) == (20, 100)


def test_quarters_alike_have_no_parts(district):
    assert parts("G10", Q2, Q3) == []


def test_every_milestone_sums_to_its_change(district):
    stored = MilestoneVerdict.objects.standing().filter(basis="approved")
    rows = {(row.key, row.area_id, row.period): row.passed for row in stored}
    told_of = 0
    for key, area, period in list(rows):
        if period == str(Q3):
            change = rows[key, area, period] - rows[key, area, str(Q1)]
            assert sum(part.value for part in parts(key, Q1, Q3, area)) == change, (key, area)
            told_of += bool(change)
    assert told_of > 3


# ---------------------------------------------------------------- pages


@pytest.fixture
def enter(client, make_user, district):
    def log_in(post: Post, **fields):
        client.force_login(make_user(post, **fields))
        return client

    return log_in


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


ADDRESS = "/outlook/why/G10/?from=2018Q1&to=2018Q2"


def test_page_shows_change_parts_and_ways_on(enter):
    page = text_of(enter(Post.LEADER).get(ADDRESS))

    assert "<strong>+1</strong>" in page
    assert "接入点开通" in page and "中国电信" in page and "源潭镇" in page
    assert "/areas/access-points/DX-9/" in page
    assert "/figures/G10/?area=441802&amp;period=2018Q1&amp;part=passed" in page
    assert "原因未记录" not in page
    assert "影响最大的接入点和工单（1）" in page


def test_page_lists_only_what_was_chosen(enter):
    client = enter(Post.LEADER)

    assert "/areas/access-points/DX-9/" in text_of(client.get(f"{ADDRESS}&cause=opened&operator=telecom&place={TOWN}"))
    assert "0 项，合计 <strong>0</strong>" in text_of(client.get(f"{ADDRESS}&operator=mobile"))


def test_page_without_change_says_so(enter):
    assert "没有变化" in text_of(enter(Post.LEADER).get("/outlook/why/G10/?from=2018Q2&to=2018Q3"))


def test_sum_that_inputs_do_not_tell_stands_as_such(enter):
    """The figure says two more, the inputs tell one: the other is there too, so that the sum is right."""
    client = enter(Post.LEADER)
    row = MilestoneVerdict.objects.standing().get(key="G10", period="2018Q2", area_id=COUNTY, basis="approved")
    MilestoneVerdict.objects.filter(pk=row.pk).update(passed=row.passed + 1)

    page = text_of(client.get(ADDRESS))

    assert "<strong>+2</strong>" in page and "原因未记录" in page


def test_page_costs_a_fixed_number_of_queries(enter, django_assert_num_queries):
    client = enter(Post.LEADER)
    client.get(ADDRESS)

    with django_assert_num_queries(11):
        client.get(ADDRESS)


def test_township_sees_its_own_alone(enter):
    client = enter(Post.CLERK, area=TOWN)

    assert "源潭镇" in text_of(client.get("/outlook/why/T11/?from=2018Q1&to=2018Q2"))
    assert client.get(f"/outlook/why/T04/?area={STREET}&from=2018Q1&to=2018Q2").status_code == 404
    assert client.get(f"{ADDRESS}&area={COUNTY}").status_code == 404


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/outlook/why/X9/", "方案里没有编号为“X9”的任务"),
        ("/outlook/why/G10/?from=2018Q9", "不是季度"),
        ("/outlook/why/G10/?from=2016Q1", "不在评定范围内"),
        (f"/outlook/why/T11/?area={STREET}&from=2018Q1&to=2018Q2", "没有这项任务的评定结果，不能比较"),
    ],
)
def test_what_cannot_be_compared_is_said(enter, address, sentence):
    response = enter(Post.LEADER).get(address)

    assert response.status_code == 404
    assert sentence in response.content.decode()


def test_file_holds_the_exact_parts(enter):
    response = enter(Post.LEADER).get("/outlook/why/T01/?from=2018Q2&to=2018Q3&export=xlsx")

    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in cells if "贡献（精确值）" in row)
    values = [row[head.index("贡献（精确值）")] for row in cells[cells.index(head) + 1 :] if row[0]]
    assert values == ["-1/2", "-1/2"]


def test_milestone_page_leads_to_the_cause(enter):
    page = text_of(enter(Post.LEADER).get("/progress/G10/?period=2018Q2"))

    assert "/outlook/why/G10/?area=441802&amp;from=2018Q1&amp;to=2018Q2" in page


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(25, 2), "+12.5"), (Fraction(-1, 3), "−0.33"), (Fraction(0), "0"), (Fraction(1, 1000), "+不足 0.01"),
        (Fraction(-1200), "−1,200"), (Fraction(201, 100), "+2.01"),
    ],
)  # fmt: skip
def test_part_in_words(value, text):
    assert signed(value) == text
