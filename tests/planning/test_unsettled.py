"""What is undetermined says which facts to find out first: on the answer, as a list, for Excel."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.posts import Post
from common.periods import Quarter
from findings import first
from tests.planning.conftest import answer
from tests.planning.test_pages import asked, text_of
from tests.scenes import STREET, TOWN

pytestmark = pytest.mark.usefixtures("day")
NOBODY_KNOWS = {"outcome": "unknown", "passed": 2, "needed": 3, "missing": 1}
AT = {"area": "441802", "milestone": "G08", "period": "2018Q2"}


def test_answer_names_what_to_find_out_first_and_leads_to_its_page(enter, core):
    target = {"area": "441802", "milestone": "G08"}
    core.answer = answer(target=target, before=NOBODY_KNOWS)

    page = asked(enter(Post.LEADER), area="441802", milestone="G08")

    assert "最少查明 1 条即可定论（达到或未达到），1 条全部查明后必有定论。" in text_of(page)
    assert f'<a href="{reverse("areas:site", args=["S-6"])}">大观市场的坐标</a>' in text_of(page)
    assert page.context["first_facts"].url.replace("&", "&amp;") in text_of(page)


def test_answer_that_is_settled_asks_for_no_facts(enter, core):
    page = asked(enter(Post.LEADER))

    assert page.context["first_facts"] is None and "须查明" not in text_of(page)


def test_facts_are_listed_and_handed_out(enter):
    client, address = enter(Post.REVIEWER), reverse("planning:facts")

    page = client.get(address, AT)
    sheet = load_workbook(io.BytesIO(b"".join(client.get(address, AT | {"export": "xlsx"}).streaming_content)))

    assert [cell.text for cell in page.context["rows"][0]] == ["大观市场的坐标", "凤城街道 大观社区", "S-6", "是"]
    assert [row[:3] for row in sheet.worksheets[0].iter_rows(values_only=True)] == [
        ("缺少的情况", "所在区域", "编码"),
        ("大观市场的坐标", "凤城街道 大观社区", "S-6"),
    ]


@pytest.mark.parametrize("changes", [{"milestone": "G10"}, {"area": TOWN, "milestone": ""}])
def test_nothing_is_listed_where_nothing_is_open(enter, changes):
    page = text_of(enter(Post.LEADER).get(reverse("planning:facts"), AT | changes))

    assert "已有定论，没有须查明的情况" in page


@pytest.mark.parametrize("changes", [{"period": "2018"}, {"area": "441899"}, {"basis": "none"}, {"milestone": "X9"}])
def test_facts_of_what_is_not_there_are_a_sentence(enter, changes):
    assert enter(Post.LEADER).get(reverse("planning:facts"), AT | changes).status_code == 404


@pytest.mark.parametrize(
    ("area", "key", "period", "facts"),
    [
        ("441802", "G08", "2018Q2", ["S-6"]),
        ("441802", "G08", "2018Q1", ["S-6"]),
        (STREET, "", "2018Q2", ["S-6"]),
        (TOWN, "", "2018Q2", None),
        ("441802", "G10", "2018Q2", None),
    ],
)
def test_target_is_asked_in_the_very_quarter_whenever_it_is_due(district, db, area, key, period, facts):
    found = first.of_target("441802", Quarter.parse(period), area, key)

    assert (found and sorted(each.key for each in found.sure)) == facts
