"""One state, one word: every page that says how a township's quarter stands says the same."""

import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from acceptance import plan
from acceptance.judging import judging
from areas.models import Area
from reports.situation import SituationPage
from reports.townships import township_rows
from returns import actions
from returns.entry.saving import save_lines
from returns.models import AT_BUREAU, EDITABLE, Return, ReturnState, ReturnStatus, Round
from returns.models.vocabulary import CORRECTING
from returns.paper import return_paper
from returns.review import decisions
from returns.rounds import rounds
from returns.rounds.pages import LISTING as ROUND
from returns.rounds.pages import townships
from returns.sheet import sheet_of
from returns.summary import summary
from returns.tasks import owed_by, waiting_for
from returns.views import RETURNS as LIST
from tests.returns.conftest import ON, QUARTER, TOWN, approved, fill, report, typed
from workbooks.history import RETURNS, returns_of, write

VILLAGE = f"{TOWN}201"


@pytest.fixture
def quarterly_return(make_area, people) -> Return:
    """The return of a town with one village, in an open round."""
    make_area(VILLAGE, "一号村")
    rounds.open_round(county="441802", quarter=QUARTER, due=ON, on=ON, by=people.reviewer)
    return Return.objects.get(township_id=TOWN)


def _untouched(quarterly_return, people):
    pass


def _begun(quarterly_return, people):
    save_lines(quarterly_return=quarterly_return, rows={VILLAGE: typed(100, None, None, None, None)}, by=people.clerk)


def _handed_up(quarterly_return, people):
    fill(quarterly_return, people.clerk)
    actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)


def _submitted(quarterly_return, people):
    fill(quarterly_return, people.clerk)
    return report(quarterly_return, people.clerk)


def _returned(quarterly_return, people):
    quarterly_return = _submitted(quarterly_return, people)
    decisions.send_back(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="核对", by=people.reviewer
    )


def _approved(quarterly_return, people):
    return approved(quarterly_return, people.clerk, people.reviewer)


def _correcting(quarterly_return, people):
    quarterly_return = _approved(quarterly_return, people)
    return actions.correct(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="填错", by=people.clerk
    )


def _correction_submitted(quarterly_return, people):
    return report(_correcting(quarterly_return, people), people.clerk)


def _correction_returned(quarterly_return, people):
    new = _correction_submitted(quarterly_return, people)
    decisions.send_back(quarterly_return=new, version=new.version, reason="核对", by=people.reviewer)


def _correction_discarded(quarterly_return, people):
    new = _correcting(quarterly_return, people)
    actions.discard(quarterly_return=new, version=new.version, reason="不必更正", by=people.clerk)


def _correction_approved(quarterly_return, people):
    new = _correction_submitted(quarterly_return, people)
    decisions.approve(quarterly_return=new, version=new.version, by=people.reviewer)


WORDS = {
    _untouched: "未开始",
    _begun: "草稿",
    _handed_up: "待签发",
    _submitted: "已报送",
    _returned: "已退回",
    _approved: "已审核",
    _correcting: "已审核，更正填报中",
    _correction_submitted: "已审核，更正待审核",
    _correction_returned: "已审核，更正已退回",
    _correction_discarded: "已审核",
    _correction_approved: "已审核",
}


def told(people) -> dict[str, set[str]]:
    """What each page, paper, file and list says of the town's quarter."""
    leader, town = people.leader, Area.objects.get(code=TOWN)
    live = Return.objects.filter(township_id=TOWN).exclude(state__in=["superseded", "discarded"])
    judging.ensure_current("441802")
    pages = {key: [_page(leader, f"returns:{key}", each.pk) for each in live] for key in ("return", "sheet")}
    round_ = Round.objects.get()
    tasks = [*owed_by(people.clerk, ON), *waiting_for(people.reviewer)]
    history = load_workbook(io.BytesIO(write(town, returns_of(town), by="", at=timezone.now())))[RETURNS]
    situation = SituationPage(leader, plan.current(), town, QUARTER, "approved", ON)
    return {
        "return": {re.search(r'class="lead">.*?</svg>([^<]*)</span>', page, re.DOTALL)[1] for page in pages["return"]},
        "sheet": {re.search(r"第 \d+ 版 · ([^ <]*)", page)[1] for page in pages["sheet"]},
        "paper": {_stated(each) for each in live},
        "list": {_column(LIST, each) for each in live.with_status()},
        "round": {_column(ROUND, area) for area in townships(leader, round_, ON)},
        "summary": {line.state for line in summary(leader, round_, "reported", ON).lines},
        "townships": {
            row.returned.text
            for row in township_rows(leader, plan.current(), "441802", QUARTER, "approved")
            if row.area == town
        },
        "situation": {row.state.text for row in situation.returns if row.quarter == QUARTER},
        "workbook": {row[2] for row in history.iter_rows(values_only=True, min_row=2)} - {"已被更正", "已撤销"},
        "tasks": {task.state for task in tasks if QUARTER.label in task.title},
    }


def _page(user, name: str, pk: int) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=[pk])).content.decode()


def _stated(quarterly_return: Return) -> str:
    """The word in the headline of the signed sheet."""
    return return_paper(sheet_of(quarterly_return), None).headline[2].partition(" · ")[2]


def _column(listing, row) -> str:
    return next(column for column in listing.columns if column.label == "状态").of(row)


@pytest.mark.parametrize("arrange", WORDS, ids=lambda arrange: arrange.__name__.strip("_"))
def test_every_page_says_the_same_of_a_quarter(arrange, quarterly_return, people):
    arrange(quarterly_return, people)
    said = told(people)
    assert {key: words for key, words in said.items() if words not in ({WORDS[arrange]}, set())} == {}
    assert {key for key, words in said.items() if not words} <= {"tasks"}


def test_every_state_has_its_status():
    alone = {state.value for state in ReturnState} <= set(ReturnStatus.values)
    under_way = {f"{CORRECTING}{state}" for state in (*EDITABLE, ReturnState.SIGNING, *AT_BUREAU)}
    assert alone and under_way == {code for code in ReturnStatus.values if code.startswith(CORRECTING)}


def test_list_of_returns_is_filtered_by_the_word_that_it_shows(quarterly_return, people):
    _correction_submitted(quarterly_return, people)
    client = Client()
    client.force_login(people.leader)
    address = reverse("returns:index")
    both = client.get(address, {"state": "correcting_submitted"}).content.decode()
    none = client.get(address, {"state": "submitted"}).content.decode()
    assert both.count("已审核，更正待审核</span>") == 2 and "没有符合条件的季报" in none


def test_no_place_asks_a_return_for_its_bare_state():
    """``get_state_display`` of a return says 草稿 of what is not begun, and keeps silent about a correction."""
    asks = re.compile(r"(owner|entry|each|current)\.get_state_display")
    folders = (
        "returns",
        "workbooks",
        "reports",
        "papers",
        "templates/returns",
        "templates/workbooks",
        "templates/reports",
    )
    files = [
        file
        for folder in folders
        for file in Path(settings.BASE_DIR, folder).rglob("*.*")
        if file.suffix in (".py", ".html")
    ]
    found = {str(file.relative_to(settings.BASE_DIR)) for file in files if asks.search(file.read_text())}
    assert {each for each in found if "certificate" not in each} == set()
