"""Two colleagues mend one sheet at once: the second is told what the first has changed, and loses nothing of her own."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.posts import Post
from tests.returns.conftest import make_return as made_return
from tests.returns.conftest import people
from tests.workbooks.test_sheets import (
    HEADINGS,
    ONE,
    SHEET,
    TWO,
    UNKNOWN,
    clerk,
    client_of,
    figures,
    paste,
    quarterly_return,
)
from workbooks import actions
from workbooks.models import Upload

__all__ = ["clerk", "made_return", "people", "quarterly_return"]

USERS = f"m-{ONE}-broadband_users"
ILLEGIBLE = SHEET.replace("\t60\t", "\t六+十\t")


@pytest.fixture
def colleague(make_user) -> Client:
    return client_of(make_user(Post.CLERK, name="李同事"))


def preview_of(client: Client):
    return client.get(reverse("workbooks:preview", args=[Upload.objects.get().pk]))


def reading_of(client: Client):
    return client.get(reverse("workbooks:reading", args=[Upload.objects.get().pk]))


def send(client: Client, page, button: str = "look", **fields):
    """Send a preview as a browser does: all that its fields show, but for those that were typed in."""
    preview = page.context["preview"]
    data = {cell.name: cell.in_field for cell in preview.cells} | {
        cell.choice: "1" for cell in preview.contested if cell.is_chosen
    }
    data |= {"shown": preview.fields, "standing": preview.standing, button: "1", **fields}
    return client.post(reverse("workbooks:preview", args=[page.context["upload"].pk]), data, follow=True)


def answer(client: Client, page, fields: dict[str, str]):
    """Send a reading as a browser does; of two fields of one name the first is changed, and the last counts."""
    data: dict[str, list[str]] = {"shown": [page.context["fields"]]}
    for name in ("questions", "choices", "settled", "lines"):
        for each in page.context[name]:
            if not each.get("is_asked"):
                data.setdefault(each["name"], []).append(each["said"])
    for name, text in fields.items():
        data[name][0] = text
    return client.post(reverse("workbooks:reading", args=[page.context["upload"].pk]), data, follow=True)


def test_second_to_mend_a_cell_is_told_and_keeps_what_she_typed(quarterly_return, clerk, colleague):
    paste(clerk, quarterly_return, ILLEGIBLE)
    mine, theirs = preview_of(clerk), preview_of(colleague)
    send(colleague, theirs, **{USERS: "61"})

    told = send(clerk, mine, "save", **{USERS: "60"})

    assert told.status_code == 409 and figures(quarterly_return) == [(None,) * 5] * 2
    page = told.content.decode()
    assert "您打开本页之后，本表已被他人改动" in page
    assert "黄岗村宽带用户数：李同事已改为“61”；您填的“60”未采用，再次提交则以此为准。" in page
    assert f'name="{USERS}" value="60"' in page
    assert Upload.objects.get().mended == {ONE: {"broadband_users": "61"}}
    assert send(clerk, told, "save").status_code == 200
    assert figures(quarterly_return)[0] == (100, 90, 80, 60, 50)


def test_what_a_colleague_mended_is_not_kept_unseen(quarterly_return, clerk, colleague):
    paste(clerk, quarterly_return, ILLEGIBLE)
    mine = preview_of(clerk)
    send(colleague, preview_of(colleague), **{USERS: "61"})

    told = send(clerk, mine, "save", **{f"m-{TWO}-households": "201"})

    assert told.status_code == 409 and "黄岗村宽带用户数：李同事已改为“61”。" in told.content.decode()
    assert figures(quarterly_return) == [(None,) * 5] * 2
    send(clerk, told, "save")
    assert figures(quarterly_return) == [(100, 90, 80, 61, 50), (201, 180, 160, 120, 100)]


def test_two_who_mend_different_cells_lose_neither(quarterly_return, clerk, colleague):
    paste(clerk, quarterly_return, ILLEGIBLE)
    mine, theirs = preview_of(clerk), preview_of(colleague)
    send(colleague, theirs, **{USERS: "61"})
    send(clerk, mine, **{f"m-{TWO}-households": "201"})
    assert Upload.objects.get().mended == {ONE: {"broadband_users": "61"}, TWO: {"households": "201"}}


def test_own_changes_are_no_others(quarterly_return, clerk):
    """The browser keeps each cell as one leaves it, from one and the same page."""
    paste(clerk, quarterly_return, ILLEGIBLE)
    mine = preview_of(clerk)
    for text in ("61", "62", "60"):
        assert send(clerk, mine, **{USERS: text}).status_code == 200
    send(clerk, mine, "save", **{USERS: "60"})
    assert figures(quarterly_return)[0] == (100, 90, 80, 60, 50)


def test_same_text_of_two_is_no_quarrel(quarterly_return, clerk, colleague):
    paste(clerk, quarterly_return, ILLEGIBLE)
    mine = preview_of(clerk)
    send(colleague, preview_of(colleague), **{USERS: "60"})
    send(clerk, mine, "save", **{USERS: "60"})
    assert figures(quarterly_return)[0] == (100, 90, 80, 60, 50)


def test_tick_of_a_colleague_stays_and_is_told(quarterly_return, clerk, colleague):
    paste(clerk, quarterly_return)
    quarterly_return.lines.filter(area_id=ONE).update(households=99)
    mine, choice = preview_of(clerk), f"take-{ONE}-households"
    send(colleague, preview_of(colleague), **{choice: "1"})

    told = send(clerk, mine, "save")

    assert told.status_code == 409 and "黄岗村总户数改用表里的数字：李同事已改为“已勾选”。" in told.content.decode()
    assert Upload.objects.get().chosen == [choice]
    send(clerk, told, "save")
    assert figures(quarterly_return)[0][0] == 100


def test_field_that_nobody_touched_takes_no_older_figure(quarterly_return, clerk):
    """Of a page that was opened before a figure was changed on the form."""
    paste(clerk, quarterly_return, f"{HEADINGS}1\t黄岗\t\t90\t80\t60\t50\n2\t青塘\t200\t180\t160\t120\t100\n")
    mine = preview_of(clerk)
    quarterly_return.lines.filter(area_id=ONE).update(households=120)
    assert send(clerk, mine, "save").status_code == 409
    assert Upload.objects.get().mended == {} and figures(quarterly_return)[0] == (120, None, None, None, None)


def test_second_to_answer_is_told_and_her_answer_stays_in_the_field(quarterly_return, clerk, colleague):
    paste(clerk, quarterly_return, UNKNOWN)
    mine, theirs = reading_of(clerk), reading_of(colleague)
    (question,) = mine.context["questions"]
    labels = {label: value for value, label in question["options"]}
    name, leave = question["name"], labels["不读这一行"]
    take = next(value for label, value in labels.items() if "青塘村" in label)
    answer(colleague, theirs, {name: leave})

    told = answer(clerk, mine, {name: take})

    page = told.content.decode()
    assert told.status_code == 409 and "李同事已改为“不读这一行”；您填的“区域441802103青塘村" in page
    (settled,) = told.context["settled"]
    assert settled["said"] == take and Upload.objects.get().answers == {"row/新围": ""}
    answer(clerk, told, {})
    assert Upload.objects.get().answers == {"row/新围": TWO}


def test_answer_that_a_colleague_gives_while_the_sheet_is_read_counts(quarterly_return, clerk, colleague, monkeypatch):
    paste(clerk, quarterly_return, UNKNOWN)
    mine, theirs = reading_of(clerk), reading_of(colleague)
    (question,) = mine.context["questions"]
    name, labels = question["name"], {label: value for value, label in question["options"]}
    faster, read = [theirs], actions.sheet_content

    def slowly(*args, **more):
        if faster:
            answer(colleague, faster.pop(), {name: labels["不读这一行"]})
        return read(*args, **more)

    monkeypatch.setattr(actions, "sheet_content", slowly)
    told = answer(clerk, mine, {name: next(value for label, value in labels.items() if "青塘村" in label)})
    assert told.status_code == 409 and Upload.objects.get().answers == {"row/新围": ""}


def test_columns_and_rows_that_a_colleague_gave_away_are_told(quarterly_return, clerk, colleague):
    paste(clerk, quarterly_return)
    mine, theirs = reading_of(clerk), reading_of(colleague)
    column = "answer:column/broadband_users"
    line = next(each["name"] for each in mine.context["lines"] if each["line"].row == 4)
    answer(colleague, theirs, {column: "D", line: ""})

    told = answer(clerk, mine, {column: "C", line: "黄岗村"})

    page = told.content.decode()
    assert "宽带用户数：李同事已改为“D 列”；您填的“C 列”未采用" in page
    assert "您填的另 1 项现已无须答复，未采用。" in page
    assert Upload.objects.get().answers == {"column/broadband_users": "D", line.removeprefix("answer:"): ""}


def test_column_that_was_asked_can_be_changed_afterwards(quarterly_return, clerk):
    paste(clerk, quarterly_return, SHEET.replace("宽带用户\t光网用户", "光网用户\t光网用户"))
    shown = reading_of(clerk)
    asked = {each["name"]: each["options"][-1][0] for each in shown.context["questions"]}
    answer(clerk, shown, {name: "=F" if name.endswith("fibre_users") else value for name, value in asked.items()})
    assert Upload.objects.get().content["letters"]["fibre_users"] == "F"
    answer(clerk, reading_of(clerk), {"answer:column/fibre_users": "G"})
    assert Upload.objects.get().content["letters"]["fibre_users"] == "G"


@pytest.mark.parametrize("shown", ["", "[" * 100_000, "[]", "{", '{"a": []}', "null"], ids=range(6))
def test_page_that_does_not_say_what_it_showed_is_held_against_what_stands(quarterly_return, clerk, shown):
    paste(clerk, quarterly_return, ILLEGIBLE)
    assert send(clerk, preview_of(clerk), shown=shown, **{USERS: "61"}).status_code == 200
    assert Upload.objects.get().mended == {ONE: {"broadband_users": "61"}}
