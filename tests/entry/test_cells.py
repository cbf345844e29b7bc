"""Cells saved one by one: what becomes of each, and what the grid is told."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Area
from common import clock
from common.periods import Quarter
from returns import actions
from returns.entry.saving import EXPLANATION, REASON
from returns.figures import NAMES
from returns.models import FigureEntry, LineStatus, Return, ReturnLine, ReturnState
from returns.review import decisions
from tests.entry.conftest import fates, sent
from tests.returns.conftest import GOOD, QUARTER, SAID, TOWN, approved, fill, head_of, submitted

CODE, OTHER = f"{TOWN}201", f"{TOWN}202"


def cell(name: str, text: str, *seen, code: str = CODE) -> dict:
    return {"code": code, "name": name, "text": text, "seen": list(seen or [None])}


def send(client: Client, quarterly_return: Return, *cells: dict):
    return sent(client, "return", quarterly_return.pk, *cells)


def rows(client: Client, quarterly_return: Return, *codes: str, **query) -> list[dict]:
    """The rows of the villages (none: all) as the grid is told of them."""
    return client.get(reverse("entry:problems", args=["return", quarterly_return.pk]), {"code": codes} | query).json()[
        "rows"
    ]


def test_cell_is_kept_and_its_row_says_how_it_stands(make_return, people, browse):
    quarterly_return = make_return()
    answer = send(
        browse(people.clerk),
        quarterly_return,
        cell("households", "１,200"),
        cell("broadband_covered_households", "1.3成"),
    )
    assert (answer.status_code, fates(answer)[0]) == (422, ("households", "saved", 1200))
    assert "无法识别" in answer.json()["cells"][1]["message"]

    answer = send(browse(people.clerk), quarterly_return, cell("broadband_covered_households", "0.13万"))
    assert answer.status_code == 200 and Return.objects.get().version == 2
    found = (
        browse(people.clerk).get(reverse("entry:problems", args=["return", quarterly_return.pk]), {"code": CODE}).json()
    )
    assert [row["code"] for row in found["rows"]] == [CODE]
    assert found["rows"][0]["values"] == [1200, 1300, None, None, None, "", ""]
    assert "大于总户数（1200）" in found["rows"][0]["notes"]["broadband_covered_households"][0][1]
    assert found["rows"][0]["faults"][0]["href"] == f"#f-{CODE}-broadband_covered_households"
    assert (found["total"]["households"], found["total"]["fibre_users"]) == (1200, None)


def test_grid_is_told_when_it_was_kept(make_return, people, browse):
    """By the portal's clock: this computer's may go wrong, or stand in another zone."""
    quarterly_return = make_return()
    with clock.standing_on(date(2019, 4, 8), 7):
        answer = send(browse(people.clerk), quarterly_return, cell("households", "12"))
    assert answer.json()["at"].startswith("07:")


def test_only_what_was_typed_is_written(make_return, people, browse):
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    send(browse(people.clerk), quarterly_return, cell("fibre_users", "7", 50))
    line = ReturnLine.objects.get(area_id=CODE)
    assert tuple(line.figures.values()) == (*GOOD[:4], 7)
    entry = FigureEntry.objects.last()
    assert (entry.figure, entry.before, entry.after, entry.by) == ("fibre_users", 50, 7, people.clerk)
    assert "fibre_users" in AuditEntry.objects.filter(action="return.save").last().detail


def test_same_message_twice_has_one_effect(make_return, people, browse):
    quarterly_return, clerk = make_return(), browse(people.clerk)
    first, second = (send(clerk, quarterly_return, cell("households", "5")) for _ in range(2))
    assert fates(first) == fates(second) == [("households", "saved", 5)]
    assert FigureEntry.objects.count() == 1 and Return.objects.get().version == 1


def test_two_people_on_a_cell_and_the_second_sees_both_values(make_return, people, browse, make_user):
    quarterly_return = make_return()
    clerk, other = browse(people.clerk), browse(make_user(Post.CLERK, name="赵二"))
    send(other, quarterly_return, cell("households", "111"))
    answer = send(clerk, quarterly_return, cell("households", "222"), cell("fibre_users", "9"))
    assert answer.status_code == 409
    assert fates(answer) == [("households", "conflict", 111), ("fibre_users", "saved", 9)]
    assert answer.json()["cells"][0]["by"] == "赵二"
    assert ReturnLine.objects.get(area_id=CODE).households == 111

    assert send(clerk, quarterly_return, cell("households", "222", None, 111)).status_code == 200
    assert ReturnLine.objects.get(area_id=CODE).households == 222


def test_answer_that_was_lost_makes_no_conflict_with_oneself(make_return, people, browse):
    quarterly_return, clerk = make_return(), browse(people.clerk)
    send(clerk, quarterly_return, cell("households", "5"))
    answer = send(clerk, quarterly_return, cell("households", "57", None, 5))
    assert fates(answer) == [("households", "saved", 57)]


def test_same_figure_from_two_people_is_no_conflict(make_return, people, browse, make_user):
    quarterly_return = make_return()
    send(browse(make_user(Post.CLERK)), quarterly_return, cell("households", "5"))
    assert send(browse(people.clerk), quarterly_return, cell("households", "5")).status_code == 200


def test_explanation_is_a_cell_too(make_return, people, browse, make_user):
    quarterly_return, clerk = make_return(), browse(people.clerk)
    assert fates(send(clerk, quarterly_return, cell(EXPLANATION, " 拆\n迁 ", ""))) == [(EXPLANATION, "saved", "拆 迁")]
    answer = send(browse(make_user(Post.CLERK)), quarterly_return, cell(EXPLANATION, "合并", ""))
    assert fates(answer) == [(EXPLANATION, "conflict", "拆 迁")]
    assert fates(send(clerk, quarterly_return, cell(EXPLANATION, "长" * 501, "拆 迁")))[0][1] == "unreadable"


def test_locked_line_keeps_its_figures(make_return, people, browse):
    quarterly_return = make_return()
    ReturnLine.objects.filter(area_id=CODE).update(status=LineStatus.APPROVED, **dict.fromkeys(NAMES, 9))
    answer = send(
        browse(people.clerk), quarterly_return, cell("households", "8", 9), cell("households", "8", code=OTHER)
    )
    assert answer.status_code == 409
    assert [fate for _, fate, _ in fates(answer)] == ["locked", "saved"]


@pytest.fixture
def sent_back(make_return, people):
    """A return of which the fibre users of the first village came back."""
    quarterly_return = submitted(make_return(), people.clerk)
    doubts = [decisions.Doubt(CODE, "fibre_users", "definition", "")]
    decisions.send_back(
        quarterly_return=quarterly_return, version=quarterly_return.version, doubts=doubts, by=people.reviewer
    )
    return Return.objects.get()


def test_of_what_came_back_only_the_cells_sent_back_change(sent_back, people, browse):
    answer = send(browse(people.clerk), sent_back, cell("fibre_users", "40", 50), cell("households", "99", 100))
    assert [fate for _, fate, _ in fates(answer)] == ["saved", "locked"]


def test_missing_cell_of_what_came_back_can_be_typed_in_steps(sent_back, people, browse, make_area):
    """A figure that is saved while it is typed does not lock itself half-way."""
    make_area(f"{TOWN}209")
    clerk = browse(people.clerk)
    send(clerk, sent_back, cell("households", "1", code=f"{TOWN}209"))
    answer = send(clerk, sent_back, cell("households", "12", 1, code=f"{TOWN}209"))
    assert fates(answer) == [("households", "saved", 12)]
    page = clerk.get(reverse("returns:return", args=[sent_back.pk])).content.decode()
    assert f'name="f-{TOWN}209-households"' in page and f'name="f-{CODE}-households"' not in page


def test_return_that_was_handed_up_is_refused_whole(make_return, people, browse):
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    answer = send(browse(people.clerk), quarterly_return, cell("households", "8", 100))
    assert answer.status_code == 409 and "待签发" in answer.json()["detail"]
    state = browse(people.clerk).get(reverse("entry:cells", args=["return", quarterly_return.pk])).json()
    assert state["open"] is False


def test_missing_figures_count_only_while_checking(make_return, people, browse):
    quarterly_return, clerk = make_return(), browse(people.clerk)
    send(clerk, quarterly_return, cell("households", "8"))
    first, second = rows(clerk, quarterly_return)[0], rows(clerk, quarterly_return, check="1")[0]
    assert len(rows(clerk, quarterly_return)) == 2 and rows(clerk, quarterly_return, "x", "441802105201") == []
    assert first["faults"] == [] and first["notes"]["fibre_users"] == []
    assert "未填" in second["faults"][0]["text"] and second["notes"]["fibre_users"]


def test_oddity_asks_for_a_sentence(make_return, people, browse):
    approved(make_return(1, Quarter(2018, 4)), people.clerk, people.reviewer)
    quarterly_return, clerk = make_return(1), browse(people.clerk)
    fill(quarterly_return, people.clerk)
    send(clerk, quarterly_return, cell("households", "99", 100))
    row = rows(clerk, quarterly_return, CODE)[0]
    assert row["asks"] and row["faults"][-1]["href"] == f"#e-{CODE}"
    send(clerk, quarterly_return, cell(EXPLANATION, SAID, ""), cell(REASON, "demolition", ""))
    row = rows(clerk, quarterly_return, CODE)[0]
    assert row["asks"] and row["faults"] == [] and row["explained"]["about"] == ["households"]


def test_how_the_return_stands(make_return, people, browse):
    quarterly_return = make_return(1)
    fill(quarterly_return, people.clerk, explanation="拆迁")
    state = browse(people.clerk).get(reverse("entry:cells", args=["return", quarterly_return.pk])).json()
    assert state["user"] == people.clerk.pk and state["open"] and state["token"]
    assert state["lines"] == {CODE: [*GOOD, "demolition", "拆迁"]}


def test_page_made_for_another_user_saves_nothing(make_return, people, browse, make_user):
    quarterly_return, client = make_return(), browse(people.clerk)
    client.user = make_user(Post.CLERK)
    answer = send(client, quarterly_return, cell("households", "5"))
    assert answer.status_code == 403 and "陈经办" in answer.json()["detail"]
    assert not FigureEntry.objects.exists()


@pytest.mark.parametrize("body", [
    b"", b"[", b"[]", b"null", b"{}", b'{"user": 1}', b'{"user": 1, "cells": 5}', b'{"user": 1, "cells": [5]}',
    b'{"user": 1e999, "cells": []}', b'{"user": 1, "cells": [{}]}', b"[" * 9999, b"\xff",
    b'{"user": 1, "cells": [{"code": "1;", "name": "households", "text": "1", "seen": []}]}',
    b'{"user": 1, "cells": [{"code": "441802103201", "name": "pk", "text": "1", "seen": []}]}',
    b'{"user": 1, "cells": [{"code": "441802103201", "name": "households", "text": 1, "seen": []}]}',
    b'{"user": 1, "cells": [{"code": "441802103201", "name": "households", "text": "1", "seen": 5}]}',
    b'{"user": 1, "cells": [{"code": "441802103201", "name": "households", "text": "1", "seen": [[1]]}]}',
    b'{"user": 1, "cells": [{"code": "441802103201", "name": "explanation", "text": "\\ud800", "seen": [""]}]}',
    b'{"user": 1, "cells": [{"code": ["x"], "name": ["y"], "text": "1", "seen": []}]}',
])  # fmt: skip
def test_message_that_no_page_sends_is_refused_in_words(body, make_return, people, browse):
    address = reverse("entry:cells", args=["return", make_return().pk])
    answer = browse(people.clerk).post(address, body, content_type="application/json")
    assert answer.status_code == 400 and "刷新" in answer.json()["detail"]


def test_village_of_another_township_is_refused(make_return, make_area, people, browse):
    make_area("441802105201")
    answer = send(browse(people.clerk), make_return(), cell("households", "5", code="441802105201"))
    assert answer.status_code == 409 and "不是本街镇" in answer.json()["detail"]


def test_save_costs_the_same_for_a_cell_and_for_a_hundred_rows(make_return, people, browse, django_assert_num_queries):
    quarterly_return, client = make_return(100), browse(people.clerk)
    codes = list(Area.objects.filter(code__startswith=TOWN, kind="village").values_list("code", flat=True))
    send(client, quarterly_return, cell("households", "1"))
    for number, names in enumerate(([CODE], codes)):
        with django_assert_num_queries(SAVING):
            send(
                client,
                quarterly_return,
                *(cell("households", f"{number + 2}", None, 1, 2, code=code) for code in names),
            )
        with django_assert_num_queries(CHECKING):
            rows(client, quarterly_return, *names)


SAVING, CHECKING = 14, 11
"""Session, user, return, and: the round, lines, what was sent back; line, entry; the audit trail's four. Checking:
earlier lines, what went into a village, lines, villages, leaves, counts, terms, sums. Beginning and end of transactions count, too."""


def test_head_does_not_sign_what_he_typed_into_a_cell(make_return, people, browse):
    """A cell leaves the same trace as the form."""
    quarterly_return = make_return()
    send(browse(people.clerk), quarterly_return, cell("households", "5"))
    assert quarterly_return.was_entered_by(people.clerk) and not quarterly_return.was_entered_by(
        head_of(quarterly_return)
    )
    assert Return.objects.get().state == ReturnState.DRAFT and quarterly_return.quarter == QUARTER
