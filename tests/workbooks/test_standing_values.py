"""A ledger's workbook shows what stands on its day, and what is typed in it is meant for that."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from acceptance.judging import judging
from accounts.posts import Post
from areas.models import AccessPoint, Area, DatedValue, ServiceOrder, Site
from proposals.models import ProposalItem
from proposals.vocabulary import Act
from tests import scenes
from tests.workbooks.conftest import FIRST, Person, put, row_of
from workbooks.ledgers import actions, declared
from workbooks.ledgers.declared import LEDGERS

pytestmark = pytest.mark.django_db

APRIL, JUNE, NEXT_YEAR = date(2018, 4, 1), date(2018, 6, 1), date(2019, 1, 1)
HOUSEHOLDS = "permanent_households"


@pytest.fixture
def clerk(make_area, make_user, settings) -> Person:
    settings.PORTAL_TODAY = date(2018, 8, 15)
    scenes.build_district(make_area)
    judging.refresh("441802")
    return Person(make_user(Post.CLERK, area=scenes.TOWN))


@pytest.fixture
def operator(clerk, make_user) -> Person:
    return Person(make_user(Post.OPERATOR, operator="telecom"))


def becomes(table: str, key: str, column: str, on: date, value: str) -> None:
    DatedValue.objects.create(table=table, key=key, column=column, effective_on=on, value=value)


@pytest.fixture
def grown(clerk) -> Person:
    """A village that was renamed in April, had 33 households from June on, and will have 50 next year."""
    becomes("areas", scenes.NEAR, "name", APRIL, "大围新村")
    becomes("areas", scenes.NEAR, HOUSEHOLDS, APRIL, "31")
    becomes("areas", scenes.NEAR, HOUSEHOLDS, JUNE, "33")
    becomes("areas", scenes.NEAR, HOUSEHOLDS, NEXT_YEAR, "50")
    return clerk


def shown(book, key: str) -> dict:
    page = book.worksheets[0]
    labels = [cell.value for cell in page[declared.HEADER_ROW]]
    return dict(zip(labels, [cell.value for cell in page[row_of(book, key)]], strict=True))


def sent(person: Person, ledger: str, key: str, **cells):
    book = person.download(ledger)
    return person.send(ledger, put(book, row_of(book, key), **cells))


def from_day(person: Person, answer, day: str):
    pk = answer.context["upload"].pk
    said = {"action": "compare", "nature": "change", "on": day}
    return person.client.post(f"/ledgers/uploads/{pk}/", said, follow=True)


def items() -> set[tuple]:
    return {
        (item.act, item.effective_on, column, *pair)
        for item in ProposalItem.objects.all()
        for column, pair in item.values.items()
    }


def test_workbook_shows_what_stands_on_its_day(grown):
    row = shown(grown.download("natural-villages"), scenes.NEAR)
    assert (row["名称"], row["常住户数"]) == ("大围新村", 33)
    assert shown(grown.download("natural-villages"), scenes.FAR)["常住户数"] == 25


def test_moved_site_stands_with_its_area_as_that_is_called(clerk):
    becomes("sites", "S-1", "area_code", APRIL, scenes.FAR)
    becomes("areas", scenes.FAR, "name", JUNE, "黄岗新村")
    becomes("areas", scenes.XIUXI, "name", JUNE, "秀溪新村")
    row = shown(clerk.download("sites"), "S-1")
    assert (row["所属区域"], row["区域名称"]) == (scenes.FAR, "黄岗新村")
    assert shown(clerk.download("natural-villages"), scenes.NEAR)["所属村居"] == "秀溪新村"


def test_untouched_workbook_changes_nothing(grown, operator):
    key = AccessPoint.objects.filter(operator="telecom").values_list("ap_id", flat=True).first()
    becomes("sites", "S-1", "area_code", APRIL, scenes.FAR)
    becomes("access_points", key, "downstream_mbps", APRIL, "200")
    becomes("access_points", key, "tv_only", APRIL, "1")
    for person, ledger in ((grown, "natural-villages"), (grown, "sites"), (operator, "access-points")):
        found = person.send(ledger, person.download(ledger)).context["found"]
        assert (found.writes, found.unchanged, found.wrong_count) == (False, found.rows, 0)


def test_correction_is_of_the_value_that_stands(grown):
    """The cell beside it, which nobody touched, is no change although it began with another value."""
    answer = sent(grown, "natural-villages", scenes.NEAR, 常住户数=34)
    assert [(cell.before, cell.after) for cell in answer.context["found"].cells] == [("33户", "34户")]
    assert not any("最初的值" in remark.message for remark in answer.context["found"].odd)
    grown.confirm(answer)
    assert items() == {(Act.CORRECT, JUNE, HOUSEHOLDS, "33", "34")}


def test_each_column_is_corrected_where_its_own_value_began(grown):
    grown.confirm(sent(grown, "natural-villages", scenes.NEAR, 名称="大围老村", 常住户数=34, 生效日期=date(2017, 2, 1)))
    assert {each[:3] for each in items()} == {
        (Act.CORRECT, APRIL, "name"),
        (Act.CORRECT, JUNE, HOUSEHOLDS),
        (Act.CORRECT, None, "valid_from"),
    }
    assert DatedValue.objects.get(key=scenes.NEAR, column="name").value == "大围老村"
    assert Area.objects.get(pk=scenes.NEAR).name == "大围"


def test_first_value_typed_again_corrects_the_value_that_stands(grown):
    grown.confirm(sent(grown, "natural-villages", scenes.NEAR, 常住户数=30))
    assert items() == {(Act.CORRECT, JUNE, HOUSEHOLDS, "33", "30")}


def test_change_from_a_day_on_follows_the_value_that_stands(grown):
    answer = from_day(grown, sent(grown, "natural-villages", scenes.NEAR, 常住户数=30), "2018-08-01")
    assert [(cell.before, cell.after) for cell in answer.context["found"].cells] == [("33户", "30户")]
    grown.confirm(answer)
    assert items() == {(Act.CHANGE, date(2018, 8, 1), HOUSEHOLDS, "33", "30")}


def test_change_before_the_value_that_stands_is_refused(grown):
    """From June on 33 would stand all the same, which is not what the cell says; other rows go on."""
    book = grown.download("natural-villages")
    for code in (scenes.NEAR, scenes.FAR):
        put(book, row_of(book, code), 常住户数=28)
    found = from_day(grown, grown.send("natural-villages", book), "2018-05-01").context["found"]
    [wrong] = found.wrong
    assert wrong.row == row_of(book, scenes.NEAR) and wrong.label == "常住户数"
    assert "现在的值自 2018-06-01 起" in wrong.message
    assert [cell.key for cell in found.cells] == [scenes.FAR]


@pytest.mark.parametrize(("on", "is_refused"), [(date(2018, 8, 10), True), (date(2018, 9, 1), False)])
def test_what_has_changed_by_today_since_the_download_is_not_guessed(grown, on, is_refused):
    book = grown.download("natural-villages")
    becomes("areas", scenes.NEAR, "setting", on, "rural")
    becomes("areas", scenes.FAR, HOUSEHOLDS, on, "26")
    found = grown.send("natural-villages", put(book, row_of(book, scenes.NEAR), 常住户数=34)).context["found"]
    assert ["网上又有改动" in remark.message for remark in found.wrong] == [True] * is_refused
    assert [cell.key for cell in found.cells] == [scenes.NEAR] * (not is_refused)


def test_planned_change_counts_from_its_day(grown, settings):
    book = put(grown.download("natural-villages"), FIRST, 常住户数=34)
    settings.PORTAL_TODAY = NEXT_YEAR
    [wrong] = grown.send("natural-villages", book).context["found"].wrong
    assert "网上又有改动" in wrong.message
    assert shown(grown.download("natural-villages"), scenes.NEAR)["常住户数"] == 50


def test_rate_in_the_workbook_of_an_operator_is_todays(operator):
    key = AccessPoint.objects.filter(operator="telecom").values_list("ap_id", flat=True).first()
    becomes("access_points", key, "downstream_mbps", APRIL, "200")
    becomes("access_points", key, "ports_used", APRIL, "3")
    row = shown(operator.download("access-points"), key)
    assert (row["下行速率"], row["已用端口"]) == (200, 3)
    operator.confirm(sent(operator, "access-points", key, 下行速率=500))
    assert items() == {(Act.CORRECT, APRIL, "downstream_mbps", "200", "500")}


def test_api_takes_back_what_it_gives_out(operator):
    point = AccessPoint.objects.filter(operator="telecom").first()
    becomes("access_points", point.ap_id, "downstream_mbps", APRIL, "200")
    body = {
        "ap_id": point.ap_id, "name": point.name, "lon": point.given_lon, "lat": point.given_lat, "datum": point.datum,
        "downstream_mbps": 200, "tv_only": point.tv_only, "opened_on": str(point.opened_on),
    }  # fmt: skip

    def put_row(**values) -> dict:
        rows = {"rows": [body | values]}
        return operator.client.put("/api/load/access-points/", rows, content_type="application/json").json()

    assert put_row()["unchanged"] == 1 and not ProposalItem.objects.exists()
    put_row(downstream_mbps=300)
    assert items() == {(Act.CORRECT, APRIL, "downstream_mbps", "200", "300")}


# How much is asked


def more_sites(start: int) -> None:
    for number in range(start, start + 40):
        key = f"X-{number}"
        Site.objects.create(site_id=key, name=key, kind="school", area_id=scenes.FAR, county="441802")
        becomes("sites", key, "name", APRIL, f"{key}小学")
        becomes("sites", key, "area_code", APRIL, scenes.COVERED)


def asked(person: Person, ledger: str) -> tuple[list[str], list[str]]:
    """The queries of handing out, and of reading back with nothing changed."""
    kept, user = LEDGERS[ledger], person.user
    with CaptureQueriesContext(connection) as out:
        rows = kept.rows(user).order_by("pk")
        content = actions.issue(ledger=kept, rows=rows, condition="", on=date(2018, 8, 15), by=user)
    with CaptureQueriesContext(connection) as back:
        person.send(ledger, content)
    return [query["sql"] for query in out], [query["sql"] for query in back]


def of_dated_values(queries: list[str]) -> int:
    table = f'FROM "{DatedValue._meta.db_table}"'
    return len([sql for sql in queries if table in sql.split(" WHERE ")[0]])


def test_no_more_is_asked_of_many_rows(clerk):
    becomes("areas", scenes.COVERED, "name", APRIL, "新屋新村")
    more_sites(100)
    asked(clerk, "sites")
    few = asked(clerk, "sites")
    more_sites(200)
    many = asked(clerk, "sites")
    assert [len(queries) for queries in many] == [len(queries) for queries in few]
    assert [of_dated_values(queries) for queries in many] == [4, 2]


@pytest.mark.parametrize("ledger", ["natural-villages", "access-points", "orders"])
def test_only_whether_there_are_any_is_asked_where_nothing_is_dated(clerk, operator, ledger):
    ServiceOrder.objects.update(operator="telecom")
    person = clerk if ledger == "natural-villages" else operator
    out, back = map(of_dated_values, asked(person, ledger))
    assert (out, back) == (1, int(ledger != "orders"))
