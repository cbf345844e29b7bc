"""The pages of breakdowns: the grid keeps what was typed, targets stand against facts, each sees her own, queries do not grow."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from areas.models import Area
from breakdown.models import Breakdown, BreakdownLine
from breakdown.tasks import pending
from tests.scenes import STREET, TOWN


def text_of(response, status=200) -> str:
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def rows(breakdown) -> list:
    return [(line.level, line.unit, line.base, list(line.targets.values())) for line in breakdown.lines.all()]


def test_proposal_shares_what_each_town_lacks(drafted):
    breakdown = drafted()

    assert breakdown.quarters == ["2018Q3", "2018Q4", "2019Q1"] and breakdown.base == "2018Q2"
    assert rows(breakdown) == [
        ("lead_unit", "区科学技术协会", 2, [3, 3, 3]),
        ("township", "源潭镇", 2, [3, 3, 3]),
        ("village", "秀溪村", 1, [2, 2, 2]),
        ("village", "新马村", 1, [1, 1, 1]),
        ("operator", "中国电信", 0, [1, 1, 1]),
    ]


def test_grid_keeps_what_was_typed_and_says_what_is_wrong_at_its_cell(client, drafted, people):
    breakdown = drafted()
    town = breakdown.lines.get(level="township")
    client.force_login(people["reviewer"])
    cell, strange = f"target-{town.pk}-2018Q4", f"target-{town.pk}-2025Q1"
    said = {"version": breakdown.version, cell: "三个多", strange: "1"}

    page = text_of(client.post(reverse("breakdown:edit", args=[breakdown.pk]), said), 422)
    assert 'value="三个多"' in page and f'id="{cell}_error"' in page and "该季度或单位不在本分解之内" in page

    client.post(reverse("breakdown:edit", args=[breakdown.pk]), {"version": breakdown.version, cell: "2"})
    town.refresh_from_db()
    assert town.targets["2018Q4"] == 2
    assert "少 1" in text_of(client.get(breakdown.get_absolute_url()))


def test_draft_by_form_to_a_letter_on_paper(client, people, step):
    client.force_login(people["reviewer"])
    begun = client.post(reverse("breakdown:draft"), {"milestone": "T12", "shared_by": "households", "reason": ""})
    breakdown = Breakdown.objects.get()
    assert begun.url == breakdown.get_absolute_url()
    client.post(reverse("breakdown:step", args=[breakdown.pk]), {"action": "propose", "version": breakdown.version})
    client.force_login(people["bureau_head"])
    assert [item.state for item in pending(people["bureau_head"])] == ["待签发"]
    breakdown.refresh_from_db()
    client.post(reverse("breakdown:step", args=[breakdown.pk]), {"action": "issue", "version": breakdown.version})
    client.force_login(people["township_head"])
    assert [item.state for item in pending(people["township_head"])] == ["责任书待签订"]
    client.post(reverse("breakdown:accept", args=[breakdown.pk]))

    assert "何镇长于" in text_of(client.get(breakdown.get_absolute_url()))
    paper = client.get(reverse("breakdown:letter", args=[breakdown.pk, TOWN, "docx"]))
    assert paper.status_code == 200 and paper["Content-Type"].endswith("wordprocessingml.document")


def test_late_target_stands_in_the_inbox_of_its_unit(settings, signed, people):
    assert [item.state for item in pending(people["telecom"])] == []
    settings.PORTAL_TODAY = date(2018, 10, 10)

    [letter, late] = pending(people["township_head"])
    assert letter.state == "责任书待签订"
    assert late.title == "T12 任务分解（第 1 版）：1 项指标未达到" and "目标 3 个，实际 2 个，差 1 个" in late.words
    assert [item.state for item in pending(people["telecom"])] == ["未达到"]
    assert [item.state for item in pending(people["lead_unit"])] == ["未达到"]
    assert pending(people["mobile"]) == [] and pending(people["neighbour"]) == []


def test_each_sees_what_is_hers(client, signed, drafted, people):
    drafted("T04")
    for name, status in (
        ("leader", 200),
        ("township_head", 200),
        ("telecom", 200),
        ("neighbour", 404),
        ("mobile", 404),
    ):
        client.force_login(people[name])
        assert client.get(signed.get_absolute_url()).status_code == status, name
    client.force_login(people["telecom"])
    page = text_of(client.get(signed.get_absolute_url()))
    assert "中国电信" in page and "秀溪村" not in page
    client.force_login(people["neighbour"])
    assert "T04" not in text_of(client.get(reverse("breakdown:index")))


def test_township_page_opens_its_facts(client, settings, signed, people):
    settings.PORTAL_TODAY = date(2018, 10, 10)
    client.force_login(people["township_head"])

    page = text_of(client.get(reverse("breakdown:township", args=[TOWN])))
    assert "未达到" in page and 'class="figure"' in page
    assert client.get(reverse("breakdown:township", args=[STREET])).status_code == 404


@pytest.mark.parametrize("name", ["index", "breakdown", "township"])
def test_queries_do_not_grow_with_the_lines(client, signed, people, name):
    client.force_login(people["leader"])
    arguments = {"index": [], "breakdown": [signed.pk], "township": [TOWN]}[name]

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse(f"breakdown:{name}", args=arguments))
        return len(queries)

    asked()
    before = asked()
    village = signed.lines.filter(level="village").first()
    for number in range(100, 110):
        area = Area.objects.create(code=f"{TOWN}{number}", name="又一村", kind=village.area.kind, parent_id=TOWN)
        BreakdownLine.objects.create(
            breakdown=signed, number=number, level="village", area=area, unit="又一村", base=0, total=1, targets={}
        )
    assert asked() == before
