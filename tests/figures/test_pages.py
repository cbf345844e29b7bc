"""The page of a figure: it lists exactly whom the figure counts, and never more than a user may see."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from acceptance import plan
from acceptance.models import MilestoneVerdict, Verdict
from accounts.posts import Post
from areas import changes
from areas.models import DatedValue
from common.periods import Quarter
from figures.address import figure
from figures.declared import FigureQuery, find
from figures.pages import FigurePage
from tests.scenes import COVERED, DAGUAN, FAR, NEAR, QUARTER, STREET, TOWN, XINMA, XIUXI

Q1, Q2 = Quarter.parse("2018Q1"), Quarter.parse("2018Q2")
PARTS = ("all", "passed", "failed", "unknown")


def listed(client, of: str, **asked) -> list[str]:
    """The codes of the members that the page lists, without its own address."""
    asked = {"area": "441802", "quarter": Q2} | asked
    response = client.get(figure(of, **asked))
    assert response.status_code == 200
    return [getattr(row, "area_id", None) or row.site.site_id for row in response.context["page"]]


def shown(client, of: str, **asked) -> int:
    """The number that the page shows for the part that was asked for."""
    page = client.get(figure(of, **{"area": "441802", "quarter": Q2} | asked)).content.decode()
    return int(re.search(r'data-figure="(\d+)" aria-current="true"', page)[1])


def test_every_milestone_lists_whom_it_counts(district, make_user):
    """A count is the length of its list; of a rate, which is a sum, the villages without a return are."""
    leader, wrong = make_user(Post.LEADER), []
    for row in MilestoneVerdict.objects.standing().filter(period=str(Q2), basis="approved").select_related("area"):
        asked = FigureQuery(leader, plan.current(), row.area, Q2, row.basis)
        found = find(row.key, asked.plan)
        page = FigurePage(found, asked, "all", found.members(asked), {})
        for part in PARTS:
            value = getattr(row, "total" if part == "all" else part)
            members = page.figure.part(page.members, part).count()
            if page.number(part) != value or (part not in page.figure.adds and members != value):
                wrong.append((row.key, row.area_id, part, value, members))

    assert wrong == []


MEMBERS = [
    ("G10", {}, [NEAR, FAR, COVERED]),
    ("G10", {"part": "lacking"}, [FAR]),
    ("G10", {"part": "lacking", "cause": "out_of_reach"}, [FAR]),
    ("G10", {"part": "lacking", "cause": "too_slow"}, []),
    ("G09", {"part": "passed"}, [NEAR, COVERED]),
    ("G10", {"area": XINMA}, [COVERED]),
    ("G10", {"township": STREET}, []),
    ("T02", {"area": STREET}, [QUARTER]),
    ("G04", {"part": "lacking"}, [STREET, TOWN]),
    ("G08", {}, ["S-6", "S-4", "S-5"]),
    ("G08", {"part": "unknown"}, ["S-6"]),
    ("sites", {"part": "failed"}, ["S-2"]),
    ("sites", {"kind": "school"}, ["S-5"]),
    ("sites", {"operator": "mobile"}, ["S-4", "S-5"]),
    ("titles.village", {}, [XIUXI, XINMA]),
    ("titles.village", {"part": "failed", "cause": "members"}, [XIUXI]),
    ("criterion.S12", {"area": STREET, "part": "unknown"}, ["S-6"]),
    ("returns", {"part": "passed"}, [DAGUAN, XIUXI, XINMA]),
    ("returns", {"part": "lacking", "quarter": Q1}, [DAGUAN, XIUXI, XINMA]),
    ("G07", {"area": STREET}, [DAGUAN]),
    ("penetration", {"part": "failed"}, [DAGUAN, XIUXI, XINMA]),
]
"""A figure, what is asked of it, and its members."""


def test_members_of_figures(enter):
    client = enter(Post.LEADER)

    assert [(of, asked, listed(client, of, **asked)) for of, asked, _ in MEMBERS] == MEMBERS


def test_sum_is_what_its_column_adds_up_to(enter):
    client = enter(Post.LEADER)

    assert [shown(client, "coverage", area=TOWN, part=part) for part in PARTS] == [680, 590, 90, 0]
    assert [shown(client, "full_coverage", part=part) for part in PARTS[:2]] == [1700, 1590]
    assert [shown(client, "penetration", quarter=Q1, part=part) for part in PARTS] == [0, 0, 0, 3]


def test_member_that_is_missing_has_no_figures_and_not_zero(enter):
    page = enter(Post.LEADER).get(figure("coverage", area=STREET, quarter=Q1)).content.decode()

    assert re.findall(r'data-label="宽带覆盖户数" class="number">\s*(\S+)', page) == ["—"]


def test_an_area_counts_as_what_it_was_on_the_day(enter):
    """A town that became a street in the summer is no town of the third quarter."""
    client = enter(Post.LEADER)
    DatedValue.objects.create(table="areas", key=TOWN, column="kind", effective_on="2018-07-01", value="street")
    changes.note("441802")

    assert listed(client, "titles.town") == [TOWN]
    assert listed(client, "titles.town", quarter=Quarter.parse("2018Q3")) == []
    assert listed(client, "titles.street", quarter=Quarter.parse("2018Q3")) == [STREET, TOWN]


def test_gap_says_how_many_are_wanted(enter):
    page = enter(Post.LEADER).get(figure("G10", area="441802", quarter=Q2, part="gap")).content.decode()

    assert "应达到 3 个，<strong>尚差 1 个</strong>。下列未达到和待定的，补齐差额即可。" in page


def test_criterion_behind_which_nothing_is_registered_says_so(enter, make_area):
    empty = f"{XIUXI}204"
    make_area(empty, "无点位村", permanent_households=30)
    changes.note("441802")
    client = enter(Post.LEADER)

    page = client.get(figure("criterion.S16", area=empty, quarter=Q2)).content.decode()

    assert "另有 1 个计为待定：没有登记主要人口聚居地点位。" in page
    assert listed(client, "G10", part="unknown", cause="not_recorded") == [empty]


def test_neighbour_is_not_there(enter):
    client = enter(Post.CLERK, area=TOWN)

    assert client.get(figure("sites", area=STREET, quarter=Q2)).status_code == 404
    assert client.get(figure("sites", area="441802", quarter=Q2)).status_code == 404
    assert listed(client, "sites", area=TOWN) == ["S-1", "S-2", "S-3"]


NOT_THERE = [
    "/figures/G99/?area=441802&period=2018Q2",
    "/figures/criterion.S99/?area=441802&period=2018Q2",
    "/figures/titles.moon/?area=441802&period=2018Q2",
    "/figures/odd.S10/?area=441802&period=2018Q2",
    "/figures/G10/?area=441802&period=2031Q1",
    "/figures/G10/?area=441802&period=sometime",
    "/figures/G10/?area=441802&period=2018Q2&basis=odd",
]


def test_what_is_not_there_is_said(enter):
    client = enter(Post.LEADER)
    answers = {address: client.get(address) for address in NOT_THERE}

    assert {answer.status_code for answer in answers.values()} == {404}
    assert [address for address, answer in answers.items() if "返回首页" not in answer.content.decode()] == []


def test_unknown_part_is_said_and_left_out(enter):
    page = enter(Post.LEADER).get("/figures/G10/?area=441802&period=2018Q2&part=odd").content.decode()

    assert "“范围”无效：没有该选项，请在列表中选择。" in page


def test_filters_keep_the_figure(enter):
    page = enter(Post.LEADER).get(figure("G10", area=TOWN, quarter=Q2, basis="reported", part="lacking"))

    assert page.context["kept"] == [("area", TOWN), ("period", "2018Q2"), ("basis", "reported")]
    assert page.context["reset"] == figure("G10", area=TOWN, quarter=Q2, basis="reported")


def test_export_says_what_it_counts(enter):
    answer = enter(Post.LEADER).get(figure("G10", area="441802", quarter=Q2, part="lacking", export="csv"))
    note, _, *rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert "依据：本区域内的自然村，按季末是否达到全光网自然村标准分列；口径：已审核；截至 2018-06-30" in note
    assert "范围：未达到、待定" in note
    assert len(rows) == 1 and rows[0].startswith("秀溪村黄岗,")


def test_page_costs_the_same_however_long_it_is(enter):
    client = enter(Post.LEADER)

    def cost() -> list[int]:
        found = []
        for of in ("G10", "G04", "sites", "coverage"):
            with CaptureQueriesContext(connection) as queries:
                client.get(figure(of, area="441802", quarter=Q2))
            found.append(len(queries))
        return found

    before = (cost(), cost())[1]
    Verdict.objects.standing().filter(area_id__in=[COVERED, XINMA, STREET]).update(superseded_at="2019-01-01T00:00Z")

    assert cost() == before


def test_members_lead_to_their_pages(enter):
    page = enter(Post.LEADER).get(figure("sites", area="441802", quarter=Q2)).content.decode()

    assert f'href="{reverse("acceptance:site_verdict", args=["2018Q2", "S-2"])}"' in page


def test_value_leads_to_the_whole_also_where_everybody_is_needed(enter):
    """T06 wants every natural village: what is needed and the whole are one number, of which only the whole has members."""
    page = enter(Post.LEADER).get("/progress/T06/?period=2018Q2").content.decode()

    assert (
        f'{figure("T06", area="441802", quarter=Q2)}"'.replace("&", "&amp;") + ' data-figure="3">3</a>（66.6%）' in page
    )


def test_orders_are_counted_in_sheets(enter):
    page = enter(Post.LEADER).get(figure("orders", area="441802", quarter=Q2)).content.decode()

    assert page.count("<small> 张</small>") == 3
