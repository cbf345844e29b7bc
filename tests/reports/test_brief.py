"""The brief: one page, its words edited before it is issued, its edits kept while the figures move."""

from datetime import date

import pytest
from django.urls import reverse

from acceptance.judging import judging
from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import AccessPoint, Area
from common.exceptions import Refused
from papers import drafts
from papers.computed import edits
from papers.document import Layout, Paper, PaperTable, Paragraph
from papers.models import Document, DraftAction, PaperDraft
from papers.pdf import page_count
from papers.word import word
from papers.wording import words_for
from reports.brief import BriefFigures, brief, fitted
from reports.brief_drafts import draftable, figures_of
from reports.brief_tables import item_table
from reports.open_items import BriefItem
from reports.query import Asking, PageQuery
from tests.scenes import STREET, TOWN, build_district

TODAY = date(2018, 7, 10)
NAME = "441802.2018Q2.approved"
EDIT = "多数街镇已达标。"


@pytest.fixture
def district(make_area, monkeypatch) -> Area:
    for module in ("views", "brief_drafts"):
        monkeypatch.setattr(f"reports.{module}.today", lambda: TODAY)
    build_district(make_area)
    judging.ensure_current("441802")
    return Area.objects.get(pk="441802")


def figures(user, area: str = "441802") -> BriefFigures:
    return figures_of(PageQuery(Asking(user, {"period": "2018Q2"}), TODAY), Area.objects.get(code=area))


def brief_of(user, area: str = "441802") -> Paper:
    return brief(figures(user, area), words_for("brief", "441802"), TODAY)


def said(paper: Paper) -> str:
    """Everything that stands in it, a line each."""
    found: list[str] = []
    for block in paper.body:
        found += [block.text] if isinstance(block, Paragraph) else []
        found += ["|".join(row) for row in block.rows] if isinstance(block, PaperTable) else []
    return "\n".join(found)


# ---------------------------------------------------------------- one page


@pytest.mark.any_database
@pytest.mark.parametrize("lines", [3, 30])
def test_as_many_items_stand_on_the_page_as_it_holds(lines):
    item = BriefItem(
        "G10.1", "飞来峡镇：自然村全部建成", "未达到，差17个", "超出半径", "区科学技术协会", "2018年12月", "新建接入点"
    )

    def made(count: int) -> Paper:
        beginning = [Paragraph("进度滞后。" * 8)] * lines
        return Paper("进度", (*beginning, *item_table([item] * count)), Layout.BRIEF)

    paper = fitted(made, 60)
    count = len(paper.body[-1].rows)
    assert page_count(paper) == 1
    assert page_count(made(count + 3)) == 2


@pytest.mark.any_database
def test_words_that_fill_more_than_a_page_are_refused():
    with pytest.raises(Refused, match="请压缩结论的文字"):
        fitted(lambda count: Paper("进度", (Paragraph("进度滞后。" * 1_000),), Layout.BRIEF), 3)


def test_brief_of_the_district_says_all_and_fills_one_page(district, make_user):
    paper = brief_of(make_user(Post.LEADER))
    text = said(paper)

    assert (paper.title, paper.head.mark) == ("2018年第二季度全光网城市建设进度", "清城区全光网建设简报")
    assert (paper.head.made_by, paper.head.made_on) == ("清远市清城区经济和信息化局", "2018年7月10日")
    assert "2个街镇中" in text
    assert "数据截至2018年6月30日，口径：已审核" in text
    assert "源潭镇|" in text
    assert "光网络覆盖率|" in text
    assert "全区：建成4个以上全光网街镇|2018年6月|" in text
    assert "|区经济和信息化局|" in text
    assert page_count(paper) == 1
    assert word(paper).startswith(b"PK")


def test_brief_of_a_town_is_its_own(district, make_user):
    paper = brief_of(make_user(Post.CLERK, area=TOWN), TOWN)

    assert "凤城街道" not in said(paper)
    assert (paper.head.mark, paper.head.made_by) == ("源潭镇全光网建设简报", "清远市清城区源潭镇人民政府")
    assert page_count(paper) == 1


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_brief_is_handed_out(client, district, make_user, form):
    client.force_login(make_user(Post.LEADER))

    assert client.get(reverse("brief", args=[form]), {"period": "2018Q2"}).status_code == 200
    assert AuditEntry.objects.filter(action="document.export").count() == 1


# ---------------------------------------------------------------- edited and issued


def edited(client, writer, name: str = NAME) -> PaperDraft:
    """A draft whose conclusion she edited on its page."""
    client.force_login(writer)
    url = reverse("papers:draft", args=["brief", name])
    assert client.post(url, {"action": "open", "version": 0}).status_code == 302
    assert (
        client.post(
            url, {"action": "word", "version": PaperDraft.objects.get().version, "conclusion": EDIT}
        ).status_code
        == 302
    )
    return PaperDraft.objects.get()


def move_figures() -> None:
    AccessPoint.objects.all().update(downstream_mbps=10)
    judging.refresh("441802", everything=True)


def test_edit_is_kept_and_the_page_says_that_the_figures_moved(client, district, make_user):
    draft = edited(client, make_user(Post.REVIEWER))
    before = edits(draft.texts)["conclusion"].computed
    move_figures()
    page = client.get(reverse("papers:draft", args=["brief", NAME]))

    [(edit, now)] = page.context["page"].moved
    assert (edit.text, edit.computed) == (EDIT, before)
    assert now != before
    assert "文字修改后数据已变化" in page.text
    assert EDIT in said(draftable("brief", NAME).build("", TODAY))


def test_checked_brief_is_issued_in_its_words_with_the_next_number(client, district, make_user):
    writer, head = make_user(Post.REVIEWER), make_user(Post.BUREAU_HEAD)
    draft = edited(client, writer)
    client.force_login(head)
    assert client.post(f"{reverse('issue_brief')}?period=2018Q2").url == reverse("papers:draft", args=["brief", NAME])
    drafts.move(draft=draft, action=DraftAction.HAND_IN, version=draft.version, by=writer)
    drafts.move(draft=draft, action=DraftAction.CHECK, version=draft.version, by=head)
    for _ in range(2):
        assert client.post(f"{reverse('issue_brief')}?period=2018Q2").status_code == 302

    first, second = Document.objects.filter(kind="brief").order_by("pk")
    assert [first.number, second.number] == ["2018年第1期", "2018年第2期"]
    assert [EDIT in said(each.description) for each in (first, second)] == [True, False]
    assert first.draft == draft
    assert page_count(first.description) == 1
    client.force_login(make_user(Post.CLERK, area=TOWN))
    assert client.get(reverse("papers:document", args=[first.pk])).status_code == 200


def test_brief_is_not_issued_in_words_that_are_older_than_its_figures(client, district, make_user):
    writer, head = make_user(Post.REVIEWER), make_user(Post.BUREAU_HEAD)
    draft = edited(client, writer)
    drafts.move(draft=draft, action=DraftAction.HAND_IN, version=draft.version, by=writer)
    drafts.move(draft=draft, action=DraftAction.CHECK, version=draft.version, by=head)
    move_figures()
    client.force_login(head)

    response = client.post(f"{reverse('issue_brief')}?period=2018Q2", follow=True)
    assert "文字修改后数据已变化：结论" in response.text
    assert not Document.objects.exists()


def test_brief_of_a_town_is_edited_checked_and_issued_in_its_own_name(client, district, make_user):
    name = f"{TOWN}.2018Q2.approved"
    clerk, head = make_user(Post.CLERK, area=TOWN), make_user(Post.TOWNSHIP_HEAD, area=TOWN)
    draft = edited(client, clerk, name)
    assert reverse("papers:draft", args=["brief", name]) in client.get(reverse("progress"), {"period": "2018Q2"}).text
    for action, by in ((DraftAction.HAND_IN, clerk), (DraftAction.CHECK, head)):
        drafts.move(draft=draft, action=action, version=draft.version, by=by)
    issue = f"{reverse('issue_brief')}?period=2018Q2"
    assert client.post(issue).status_code == 403
    client.force_login(head)
    client.post(issue)

    issued = Document.objects.get(kind="brief")
    assert (issued.number, issued.issuer) == ("2018年第1期", "清远市清城区源潭镇人民政府")
    assert EDIT in said(issued.description) and "凤城街道" not in said(issued.description)
    bureau, neighbour = make_user(Post.REVIEWER), make_user(Post.CLERK, area=STREET)
    for person, status in ((bureau, 200), (neighbour, 404)):
        client.force_login(person)
        assert client.get(reverse("papers:document", args=[issued.pk])).status_code == status


def test_words_of_a_towns_brief_are_its_own_peoples(client, district, make_user):
    address = reverse("papers:draft", args=["brief", f"{TOWN}.2018Q2.approved"])
    for person in (make_user(Post.CLERK, area=STREET), make_user(Post.REVIEWER), make_user(Post.GOVERNMENT)):
        client.force_login(person)
        client.post(address, {"action": "open", "version": 0})

    assert not PaperDraft.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["441802", "441802.2018Q9.approved", "441802.2031Q1.approved", "441802107.2018Q2.approved", "441802.2018Q2.x"],
)
def test_only_a_judged_quarter_of_a_district_or_township_has_a_brief_to_draft(district, name):
    assert draftable("brief", name) is None
