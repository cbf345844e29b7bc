"""What sources say of a town's cells, and one act that takes what they agree on."""

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import AuditEntry, User
from areas.models import AccessPoint, Area, Operator, ServiceOrder, Site
from common.exceptions import Refused
from common.periods import Quarter
from returns.checks import AGAINST_SOURCES, terms
from returns.entry.saving import save_lines
from returns.hooks import SOURCES
from returns.models import FigureEntry, LineStatus, OperatorCount, Return, ReturnLine
from returns.paper import return_paper
from returns.sheet import sheet_of, villages
from returns.sources.confirming import confirm
from returns.sources.suggesting import asked, open_suggestions
from returns.sources.vocabulary import FigureSource
from tests.returns.conftest import QUARTER, TOWN, approved, fill, report, typed

pytestmark = pytest.mark.django_db

BEFORE = QUARTER.plus(-1)
VILLAGE = f"{TOWN}201"


@pytest.fixture
def make_operator():
    return lambda code, name: Operator.objects.create(code=code, name=name)


@pytest.fixture
def town(make_return, make_area, people):
    """One village of 100 households, all approved last quarter (100, 90, 80, 60, 50); two natural villages, 80 reached."""
    earlier = make_return(1, BEFORE)
    approved(earlier, people.clerk, people.reviewer)
    for number, households in ((1, 80), (2, 15)):
        code = f"{VILLAGE}{200 + number}"
        make_area(code, f"{number}号围", permanent_households=households)
        place = {"lon": 113.05, "lat": 23.7 + number, "given_lon": 113.05, "given_lat": 23.7 + number}
        Site.objects.create(
            site_id=f"S{number}", area_id=code, name=f"{number}号围", kind="settlement", county=TOWN[:6], **place
        )
    return earlier


def figures(source: FigureSource, quarter: Quarter = QUARTER) -> dict[str, int]:
    areas = villages(TOWN, quarter)
    found = [each for ask in SOURCES for each in ask(TOWN, quarter, areas)]
    return {each.figure: each.value for each in found if each.source == source}


def open_point(operator: Operator) -> AccessPoint:
    place = {"lon": 113.05, "lat": 24.7, "given_lon": 113.05, "given_lat": 24.7}
    return AccessPoint.objects.create(
        ap_id="A1", operator=operator, downstream_mbps=100, tv_only=False, opened_on=date(2018, 1, 1), **place
    )


def count(operator: Operator, broadband: int, fibre: int) -> None:
    OperatorCount.objects.create(
        operator=operator, area_id=VILLAGE, county=TOWN[:6], period=str(QUARTER), broadband_users=broadband,
        fibre_users=fibre, by=User.objects.first(),
    )  # fmt: skip


def test_register_says_the_households_of_a_village_of_natural_villages_only(town, make_area):
    assert figures(FigureSource.REGISTER) == {"households": 95}
    make_area(f"{VILLAGE}301", "新苑", kind="quarter")
    assert figures(FigureSource.REGISTER) == {}


def test_access_points_say_whom_they_reach(town, make_operator):
    operator = make_operator("dx", "电信")
    point = open_point(operator)
    assert figures(FigureSource.COMPUTED) == {"broadband_covered_households": 80, "fibre_covered_households": 80}
    AccessPoint.objects.filter(pk=point.pk).update(downstream_mbps=20)
    assert figures(FigureSource.COMPUTED) == {"broadband_covered_households": 80, "fibre_covered_households": 0}
    Site.objects.filter(site_id="S2").update(lon=None, lat=None, given_lon=None, given_lat=None)
    assert figures(FigureSource.COMPUTED) == {}


def test_operators_speak_only_together(town, make_operator):
    dx, lt = make_operator("dx", "电信"), make_operator("lt", "联通")
    count(dx, 40, 30)
    assert figures(FigureSource.OPERATORS) == {}
    count(lt, 21, 20)
    assert figures(FigureSource.OPERATORS) == {"broadband_users": 61, "fibre_users": 50}


def test_orders_are_added_to_the_last_figures(town, make_operator):
    dx = make_operator("dx", "电信")
    for number, done in enumerate((date(2018, 12, 31), date(2019, 1, 2), date(2019, 3, 31), date(2019, 4, 1))):
        ServiceOrder.objects.create(
            order_id=f"O{number}", operator=dx, area_id=f"{VILLAGE}201", county=TOWN[:6],
            accepted_on=date(2018, 12, 20), completed_on=done, needs_expansion=False,
        )  # fmt: skip
    assert figures(FigureSource.ORDERS) == {"broadband_users": 62, "fibre_users": 52}


def test_figure_that_was_taken_is_no_witness_and_a_typed_one_speaks_for_a_year(town):
    assert figures(FigureSource.LAST)["households"] == 100
    ReturnLine.objects.filter(status=LineStatus.APPROVED).update(taken={"households": "register"})
    assert "households" not in figures(FigureSource.LAST)
    assert "fibre_users" in figures(FigureSource.LAST, BEFORE.plus(4))
    assert figures(FigureSource.LAST, BEFORE.plus(5)) == {}


@pytest.fixture
def agreeing(town, make_operator, make_return):
    dx = make_operator("dx", "电信")
    count(dx, 62, 51)
    return make_return(1)


def suggested(quarterly_return) -> dict:
    sheet = sheet_of(quarterly_return)
    return {cell: each.value for cell, each in open_suggestions(sheet, asked(sheet)).items()}


def test_one_act_takes_what_the_sources_agree_on(agreeing, people):
    seen = suggested(agreeing)
    assert seen == {(VILLAGE, "households"): 100, (VILLAGE, "broadband_users"): 62, (VILLAGE, "fibre_users"): 51}
    assert confirm(quarterly_return=agreeing, seen=seen, by=people.clerk) == 3
    line = agreeing.lines.get()
    assert line.taken == {"households": "last", "broadband_users": "operators", "fibre_users": "operators"}
    assert (line.households, line.broadband_users, line.fibre_covered_households) == (100, 62, None)
    assert set(FigureEntry.objects.filter(line=line).values_list("figure", "after", "source", "by__name")) == {
        ("households", 100, "last", "陈经办"),
        ("broadband_users", 62, "operators", "陈经办"),
        ("fibre_users", 51, "operators", "陈经办"),
    }
    (entry,) = AuditEntry.objects.filter(action="return.take_suggestions")
    assert VILLAGE in entry.detail and "运营企业合计" in entry.detail
    assert suggested(agreeing) == {}
    assert confirm(quarterly_return=agreeing, seen=seen, by=people.clerk) == 0


def test_what_is_typed_meanwhile_stays(agreeing, people):
    seen = suggested(agreeing)
    fill(agreeing, people.clerk, 100, 90, 80, 70, 55)
    assert confirm(quarterly_return=agreeing, seen=seen, by=people.clerk) == 0
    assert agreeing.lines.get().broadband_users == 70


def test_source_that_changed_meanwhile_takes_nothing(agreeing, people):
    seen = suggested(agreeing)
    OperatorCount.objects.update(broadband_users=64)
    with pytest.raises(Refused, match="有 1 格的来源数字已有变化"):
        confirm(quarterly_return=agreeing, seen=seen, by=people.clerk)
    assert agreeing.lines.get().households is None


def test_neighbours_and_heads_take_nothing(agreeing, people):
    for somebody in (people.neighbour, people.head, people.reviewer):
        with pytest.raises(PermissionDenied):
            confirm(quarterly_return=agreeing, seen=suggested(agreeing), by=somebody)


def test_nothing_is_suggested_that_would_be_odd(agreeing, people):
    OperatorCount.objects.update(broadband_users=58, fibre_users=50)
    assert suggested(agreeing) == {(VILLAGE, "households"): 100, (VILLAGE, "fibre_users"): 50}


def test_bureau_can_do_without(agreeing, people):
    terms.set_terms(
        county=Area.objects.get(code=TOWN[:6]), code=AGAINST_SOURCES, bound=0, blocks_from="", reason="先不用", number=0,
        by=people.bureau_head,
    )  # fmt: skip
    assert suggested(agreeing) == {}


def test_typing_over_a_figure_that_was_taken_makes_it_ones_own(agreeing, people):
    confirm(quarterly_return=agreeing, seen=suggested(agreeing), by=people.clerk)
    fill(agreeing, people.clerk, 100, 90, 80, 63, 51)
    assert agreeing.lines.get().taken == {"households": "last", "fibre_users": "operators"}


# ------------------------------------------------ what was taken stays marked


def test_desk_and_paper_say_what_was_taken(agreeing, people, client):
    confirm(quarterly_return=agreeing, seen=suggested(agreeing), by=people.clerk)
    client.force_login(people.clerk)
    printed = client.get(reverse("returns:sheet", args=[agreeing.pk])).content.decode()
    assert "62※" in printed and "取自来源、经填报人确认" in printed
    paper = return_paper(sheet_of(agreeing), None)
    assert "62※" in str(paper.body) and "取自来源" in str(paper.headline)


def test_figures_taken_from_the_operators_confirm_nothing(agreeing, people, client):
    confirm(quarterly_return=agreeing, seen=suggested(agreeing), by=people.clerk)
    line = agreeing.lines.get()
    seen = tuple(line.figures.values())
    row = {VILLAGE: typed(100, 90, 80, 62, 51, seen=seen)}
    save_lines(quarterly_return=agreeing, rows=row, by=people.clerk)
    report(agreeing, people.clerk)
    client.force_login(people.reviewer)
    page = client.get(reverse("returns:comparison_villages", args=[QUARTER, TOWN])).content.decode()
    assert "相符，含取自企业数" in page
    ReturnLine.objects.filter(quarterly_return=agreeing).update(taken={})
    page = client.get(reverse("returns:comparison_villages", args=[QUARTER, TOWN])).content.decode()
    assert "相符，含取自企业数</" not in page.replace("</option>", "")


def test_reviewer_reads_what_a_figure_was_taken_from(agreeing, people, client):
    confirm(quarterly_return=agreeing, seen=suggested(agreeing), by=people.clerk)
    row = {VILLAGE: typed(100, 90, 80, 62, 51, seen=tuple(agreeing.lines.get().figures.values()))}
    save_lines(quarterly_return=agreeing, rows=row, by=people.clerk)
    report(agreeing, people.clerk)
    client.force_login(people.reviewer)
    page = client.get(reverse("returns:review", args=[agreeing.pk])).content.decode()
    assert page.count("取自运营企业合计，经填报人确认") == 2


# ------------------------------------------------ the page


def test_clerk_confirms_all_suggestions_with_one_press(agreeing, people, client):
    client.force_login(people.clerk)
    assert "3 个空格各来源一致" in client.get(reverse("returns:return", args=[agreeing.pk])).content.decode()
    page = client.get(reverse("returns:sources", args=[agreeing.pk])).content.decode()
    taken = re.findall(r'name="take" value="([^"]+)"', page)
    assert "确认采用全部 3 格" in page and len(taken) == 3
    answer = client.post(reverse("returns:sources", args=[agreeing.pk]), {"take": taken}, follow=True)
    assert "已采用 3 格建议数" in answer.content.decode()
    assert agreeing.lines.get().broadband_users == 62


def test_refusal_is_said_where_nothing_can_be_typed_any_more(agreeing, people, client):
    client.force_login(people.clerk)
    Return.objects.filter(pk=agreeing.pk).update(state="submitted")
    answer = client.post(
        reverse("returns:sources", args=[agreeing.pk]), {"take": [f"{VILLAGE}-broadband_users-62"]}, follow=True
    )
    assert "不能修改" in answer.content.decode() and agreeing.lines.get().broadband_users is None


@pytest.mark.parametrize("said", [f"{VILLAGE}-broadband_users-63", "x", f"{VILLAGE}-figure-62", f"{VILLAGE}999-a-1"])
def test_nothing_but_a_suggestion_can_be_taken(agreeing, people, client, said):
    client.force_login(people.clerk)
    client.post(reverse("returns:sources", args=[agreeing.pk]), {"take": [said]})
    assert agreeing.lines.get().broadband_users is None


def test_page_says_where_sources_differ_and_why(agreeing, people, client):
    OperatorCount.objects.update(broadband_users=90)
    client.force_login(people.clerk)
    page = client.get(reverse("returns:sources", args=[agreeing.pk])).content.decode()
    assert "来源不一致（3 格）" in page and "运营企业合计（1 家） <strong>90</strong>" in page
    assert f'#f-{VILLAGE}-broadband_users"' in page


def test_figure_that_no_source_supports_is_named_before_it_is_handed_up(agreeing, people, client):
    fill(agreeing, people.clerk, 100, 90, 80, 80, 55)
    client.force_login(people.clerk)
    page = client.get(reverse("returns:check", args=[agreeing.pk])).content.decode()
    assert "宽带用户数（80）与各来源（62，" in page
