"""The pages as a browser without scripts uses them."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.posts import Post
from common.periods import Quarter
from returns import actions
from returns.figures import NAMES
from returns.models import LineStatus, Objection, Return, ReturnLine, ReturnMove, ReturnState
from tests.returns.conftest import GOOD, QUARTER, SAID, TOWN, approved, fill, report, submitted

CODE = f"{TOWN}201"
FIRST = f"f-{CODE}-households"


@pytest.fixture
def browse():
    """A client with a session of the user."""

    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def fields(page: str) -> dict[str, str]:
    """The named fields of a page with their values, as a browser would post them."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") != "checkbox" and "name" in attributes:
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {name: value for name, value in found.items() if name != "q"}


def form_of(client: Client, quarterly_return: Return, **changes) -> dict[str, str]:
    return fields(client.get(reverse("returns:return", args=[quarterly_return.pk])).content.decode()) | changes


def all_good(form: dict[str, str]) -> dict[str, str]:
    """The form with good figures in every row."""
    good = dict(zip(NAMES, map(str, GOOD), strict=True))
    return form | {
        name: good[name.split("-")[2]] for name in form if name.startswith("f-") and not name.endswith("-reason")
    }


def test_clerk_fills_in_submits_and_gets_a_receipt(make_return, people, browse):
    quarterly_return = make_return()
    clerk = browse(people.clerk)
    address = reverse("returns:return", args=[quarterly_return.pk])

    answer = clerk.post(address, all_good(form_of(clerk, quarterly_return)) | {"check": "1"}, follow=True)
    assert answer.redirect_chain == [(reverse("returns:check", args=[quarterly_return.pk]), 302)]
    sent = clerk.post(
        reverse("returns:check", args=[quarterly_return.pk]), fields(answer.content.decode()), follow=True
    )

    assert Return.objects.get().state == ReturnState.SIGNING
    step = ReturnMove.objects.get(action="hand_up")
    assert sent.redirect_chain == [(reverse("returns:receipt", args=[quarterly_return.pk, step.pk]), 302)]
    assert step.receipt_number in sent.content.decode()


def test_submitting_the_same_form_twice_leads_to_the_same_receipt(make_return, people, browse):
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    clerk = browse(people.clerk)
    address = reverse("returns:check", args=[quarterly_return.pk])
    form = fields(clerk.get(address).content.decode())

    first, second = clerk.post(address, form), clerk.post(address, form)
    assert first.url == second.url
    assert ReturnMove.objects.filter(action="hand_up").count() == 1


def test_check_of_an_unfinished_return_leads_back_to_the_form_with_every_fault(make_return, people, browse):
    quarterly_return = make_return()
    clerk = browse(people.clerk)
    answer = clerk.post(
        reverse("returns:return", args=[quarterly_return.pk]), form_of(clerk, quarterly_return, check="1"), follow=True
    )
    page = answer.content.decode()
    assert "1号村：五项数字均未填" in page and "2号村：五项数字均未填" in page
    assert f'href="#{FIRST}"' in page and f'id="{FIRST}"' in page


def test_bad_cell_keeps_what_was_typed_and_good_rows_are_saved(make_return, people, browse):
    quarterly_return = make_return()
    clerk = browse(people.clerk)
    other = f"f-{TOWN}202-households"
    form = form_of(
        clerk, quarterly_return, save="1", **{FIRST: "1e5 <b>", f"f-{CODE}-fibre_users": "７", other: "1.2万"}
    )
    answer = clerk.post(reverse("returns:return", args=[quarterly_return.pk]), form)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert fields(page)[FIRST] == "1e5 <b>" and "<b>" not in page
    assert fields(page)[f"f-{CODE}-fibre_users"] == "７"
    assert page.count("“1e5 &lt;b&gt;”无法识别") == 2
    assert ReturnLine.objects.get(area_id=f"{TOWN}202").households == 12_000
    assert ReturnLine.objects.get(area_id=CODE).fibre_users is None


def test_row_that_was_corrected_is_saved_from_the_same_page(make_return, people, browse):
    quarterly_return = make_return()
    clerk = browse(people.clerk)
    address = reverse("returns:return", args=[quarterly_return.pk])
    page = clerk.post(
        address, form_of(clerk, quarterly_return, **{FIRST: "abc", f"f-{CODE}-fibre_users": "7"})
    ).content.decode()

    clerk.post(address, fields(page) | {FIRST: "10"})
    line = ReturnLine.objects.get(area_id=CODE)
    assert (line.households, line.fibre_users) == (10, 7)


def test_stale_form_is_refused_with_both_values(make_return, people, browse, make_user):
    quarterly_return = make_return()
    clerk, other = browse(people.clerk), browse(make_user(Post.CLERK, name="赵二"))
    address = reverse("returns:return", args=[quarterly_return.pk])
    mine, theirs = form_of(clerk, quarterly_return), form_of(other, quarterly_return)
    other.post(address, theirs | {FIRST: "111"})

    answer = clerk.post(address, mine | {FIRST: "222", f"f-{TOWN}202-households": "333"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "赵二已填为 111，您填的是 222" in page
    assert fields(page)[FIRST] == "222" and fields(page)[f"f-{TOWN}202-households"] == "333"
    assert ReturnLine.objects.get(area_id=CODE).households == 111

    assert clerk.post(address, fields(page)).status_code == 302
    assert ReturnLine.objects.get(area_id=CODE).households == 222
    assert ReturnLine.objects.get(area_id=f"{TOWN}202").households == 333


def test_form_posted_after_submission_shows_what_was_typed(make_return, people, browse):
    quarterly_return = make_return()
    clerk = browse(people.clerk)
    form = form_of(clerk, quarterly_return)
    submitted(quarterly_return, people.clerk)

    answer = clerk.post(reverse("returns:return", args=[quarterly_return.pk]), form | {FIRST: "987"})
    assert answer.status_code == 409
    assert "您填的“987”未保存" in answer.content.decode()


def test_explanation_is_asked_for_and_kept(make_return, people, browse):
    approved(make_return(1, Quarter(2018, 4)), people.clerk, people.reviewer)
    quarterly_return = make_return(1)
    clerk = browse(people.clerk)
    address = reverse("returns:return", args=[quarterly_return.pk])
    page = clerk.post(
        address, all_good(form_of(clerk, quarterly_return)) | {FIRST: "99", "check": "1"}, follow=True
    ).content.decode()
    assert "总户数比上季减少（100 → 99）" in page and "尚未说明" in page

    answer = clerk.post(
        address,
        fields(page) | {f"e-{CODE}": f" {SAID}\x00 ", f"f-{CODE}-reason": "demolition", "check": "1"},
        follow=True,
    )
    assert ReturnLine.objects.get(quarterly_return=quarterly_return).explanation == SAID
    assert "街镇说明" in answer.content.decode()


def test_explanation_that_is_too_long_is_kept_on_the_page(make_return, people, browse):
    quarterly_return = make_return(1)
    clerk = browse(people.clerk)
    answer = clerk.post(
        reverse("returns:return", args=[quarterly_return.pk]),
        form_of(clerk, quarterly_return, **{f"e-{CODE}": "长" * 501}),
    )
    assert answer.status_code == 422
    assert fields(answer.content.decode())[f"e-{CODE}"] == "长" * 501


def test_garbage_in_the_hidden_fields_is_no_error_of_ours(make_return, people, browse):
    quarterly_return = make_return(1)
    clerk = browse(people.clerk)
    for was in (
        "",
        "[",
        "[1]",
        "[[],[],[],[],[],[],[]]",
        "null",
        "[" * 5000,
        '["a",1,1,1,1,"",""]',
        "[1e400,1,1,1,1,1,1]",
    ):
        answer = clerk.post(reverse("returns:return", args=[quarterly_return.pk]), {f"was-{CODE}": was, FIRST: "5"})
        assert answer.status_code in (302, 409), was
    for version in ("", "x", "-1", "9" * 30):
        assert clerk.post(reverse("returns:check", args=[quarterly_return.pk]), {"version": version}).status_code == 409


def test_approved_line_in_a_draft_is_shown_locked(make_return, people, browse):
    quarterly_return = make_return()
    ReturnLine.objects.filter(area_id=CODE).update(status=LineStatus.APPROVED, **dict.fromkeys(NAMES, 9))
    page = browse(people.clerk).get(reverse("returns:return", args=[quarterly_return.pk])).content.decode()
    assert "已锁定（已审核）" in page
    assert FIRST not in fields(page) and f"f-{TOWN}202-households" in fields(page)


def test_reviewer_approves(make_return, people, browse):
    quarterly_return = submitted(make_return(), people.clerk)
    reviewer = browse(people.reviewer)
    address = reverse("returns:review", args=[quarterly_return.pk])
    form = fields(reviewer.get(address).content.decode()) | {"decision": "approve"}
    assert reviewer.post(address, form).status_code == 302
    assert reviewer.post(address, form).status_code == 302
    assert Return.objects.get().state == ReturnState.APPROVED
    assert ReturnMove.objects.filter(action="approve").count() == 1


def test_second_reviewer_is_told_who_decided(make_return, people, browse):
    quarterly_return = submitted(make_return(), people.clerk)
    address = reverse("returns:review", args=[quarterly_return.pk])
    late = browse(people.bureau_head)
    form = fields(late.get(address).content.decode())
    browse(people.reviewer).post(address, form | {"decision": "approve"})

    answer = late.post(reverse("returns:send_back", args=[quarterly_return.pk]), form | {"reason": "核对"})
    assert answer.status_code == 409
    assert re.search("王审核于.*已办理“审核通过”", answer.content.decode())


def test_another_decision_by_one_account_is_not_said_to_be_done(make_return, people, browse):
    """Two people share an account: who is late is told, however alike the forms; the very same form twice is one."""
    quarterly_return = submitted(make_return(), people.clerk)
    address, reviewer = reverse("returns:send_back", args=[quarterly_return.pk]), browse(people.reviewer)
    form = fields(reviewer.get(address).content.decode())

    def posted(cell: str, text: str) -> int:
        sent = {"cell": f"{TOWN}201-{cell}", f"why-{TOWN}201-{cell}": "other", f"text-{TOWN}201-{cell}": text}
        return reviewer.post(address, form | sent | {"reason": "请核实"}).status_code

    assert posted("fibre_users", "数字偏大") == 302
    assert posted("fibre_users", "数字偏大") == 302
    assert posted("fibre_users", "数字偏小") == 409
    assert posted("households", "数字偏大") == 409
    assert Objection.objects.count() == 1


def test_sending_back_without_a_reason_is_asked_again(make_return, people, browse):
    quarterly_return = submitted(make_return(), people.clerk)
    reviewer = browse(people.reviewer)
    address = reverse("returns:send_back", args=[quarterly_return.pk])
    form = fields(reviewer.get(address).content.decode())
    answer = reviewer.post(address, form | {"reason": " "})
    assert answer.status_code == 422
    assert "“退回”必须写明原因" in answer.content.decode()

    for _ in range(2):
        assert reviewer.post(address, form | {"reason": "请核对1号村"}).status_code == 302
    assert ReturnMove.objects.filter(action="send_back").count() == 1
    page = browse(people.clerk).get(reverse("returns:return", args=[quarterly_return.pk])).content.decode()
    assert "已退回" in page and "请核对1号村" in page and FIRST in fields(page)


def test_only_the_cells_sent_back_unlock_and_the_second_reading_shows_them(make_return, people, browse):
    quarterly_return = submitted(make_return(), people.clerk)
    reviewer, clerk = browse(people.reviewer), browse(people.clerk)
    place, address = f"{CODE}-fibre_users", reverse("returns:send_back", args=[quarterly_return.pk])
    page = reviewer.get(address, {"cell": [place, "nonsense"]}).content.decode()
    form = fields(page) | {f"why-{place}": "other", f"text-{place}": ""}
    assert "退回下面 1 个数字" in page
    assert "须写明说明" in reviewer.post(address, form).content.decode()
    reviewer.post(address, form | {f"why-{place}": "definition", f"text-{place}": "含了集体宿舍"})

    page = clerk.get(reverse("returns:return", args=[quarterly_return.pk])).content.decode()
    typed_in = [name for name in fields(page) if name.startswith("f-") and not name.endswith("-reason")]
    assert typed_in == [f"f-{place}"] and "口径错误：含了集体宿舍" in page
    forged = fields(page) | {FIRST: "77"}
    answer = clerk.post(reverse("returns:return", args=[quarterly_return.pk]), forged)
    assert answer.status_code == 409 and "只退回标出的数字" in answer.content.decode()
    clerk.post(reverse("returns:return", args=[quarterly_return.pk]), fields(page) | {f"f-{place}": "51"})

    report(Return.objects.get(), people.clerk)
    address = reverse("returns:review", args=[quarterly_return.pk])
    page = reviewer.get(address).content.decode()
    assert "只列出有改动" in page and "改动" in page and "1号村" in page and "2号村" not in page
    assert "2号村" in reviewer.get(f"{address}?all=1").content.decode()
    story = clerk.get(
        reverse("returns:history", args=[quarterly_return.pk, CODE]), {"figure": "fibre_users"}
    ).content.decode()
    assert "退回：口径错误：含了集体宿舍" in story and "陈经办" in story and "总户数</td>" not in story


def test_head_signs_or_gives_back(make_return, people, browse):
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    head, address = browse(people.head), reverse("returns:sign", args=[quarterly_return.pk])
    form = fields(head.get(address).content.decode())
    assert head.post(address, form | {"decision": "hand_back", "reason": ""}).status_code == 422
    assert head.post(address, form | {"decision": "hand_back", "reason": "请核对"}).status_code == 302
    assert Return.objects.get().state == ReturnState.DRAFT
    assert "请核对" in browse(people.clerk).get(reverse("returns:return", args=[quarterly_return.pk])).content.decode()

    quarterly_return.refresh_from_db()
    actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    form = fields(head.get(address).content.decode())
    first, second = (head.post(address, form | {"decision": "give"}) for _ in range(2))
    assert first.url == second.url and "receipt" in first.url
    assert Return.objects.get().state == ReturnState.SUBMITTED


def test_taken_return_cannot_be_recalled_and_is_the_takers(make_return, people, browse):
    quarterly_return = submitted(make_return(), people.clerk)
    reviewer, address = browse(people.reviewer), reverse("returns:review", args=[quarterly_return.pk])
    form = fields(reviewer.get(address).content.decode())
    for _ in range(2):
        assert reviewer.post(address, form | {"decision": "take"}).status_code == 302
    quarterly_return.refresh_from_db()
    answer = browse(people.clerk).post(
        reverse("returns:withdraw", args=[quarterly_return.pk]), {"version": quarterly_return.version}
    )
    assert answer.status_code == 409 and "受理" in answer.content.decode()

    chief = browse(people.bureau_head)
    form = fields(chief.get(address).content.decode())
    answer = chief.post(address, form | {"decision": "approve"})
    assert answer.status_code == 422 and "请先接办" in answer.content.decode()
    chief.post(address, form | {"decision": "take"})
    form = fields(chief.get(address).content.decode())
    assert chief.post(address, form | {"decision": "approve"}).status_code == 302


def test_with_four_eyes_another_confirms(make_return, people, browse, settings, make_user):
    settings.RETURNS_FOUR_EYES = True
    quarterly_return = submitted(make_return(), people.clerk)
    chief, address = browse(people.bureau_head), reverse("returns:review", args=[quarterly_return.pk])
    form = fields(chief.get(address).content.decode())
    assert chief.post(address, form | {"decision": "approve"}).status_code == 422
    chief.post(address, form | {"decision": "pass"})
    form = {"version": Return.objects.get().version}
    answer = chief.post(address, form | {"decision": "confirm"})
    assert answer.status_code == 422 and "另一位负责人" in answer.content.decode()
    assert browse(people.reviewer).post(address, form | {"decision": "confirm"}).status_code == 403

    other = browse(make_user(Post.BUREAU_HEAD))
    assert other.post(address, form | {"decision": "overrule", "reason": ""}).status_code == 422
    assert other.post(address, form | {"decision": "confirm"}).status_code == 302
    assert Return.objects.get().state == ReturnState.APPROVED


def test_correction_shows_old_beside_new_and_can_be_discarded(make_return, people, browse):
    old = approved(make_return(), people.clerk, people.reviewer)
    new = actions.correct(quarterly_return=old, version=old.version, reason="户数填错", by=people.clerk)
    fill(new, people.clerk, 101, *GOOD[1:])
    clerk, address = browse(people.clerk), reverse("returns:discard", args=[new.pk])
    assert "改动前 100" in clerk.get(reverse("returns:return", args=[new.pk])).content.decode()
    form = fields(clerk.get(address).content.decode())
    assert clerk.post(address, form | {"reason": ""}).status_code == 422
    for _ in range(2):
        assert clerk.post(address, form | {"reason": "不用改"}).url == reverse("returns:return", args=[old.pk])
    assert "已撤销" in clerk.get(reverse("returns:return", args=[new.pk])).content.decode()

    old.refresh_from_db()
    again = actions.correct(quarterly_return=old, version=old.version, reason="还是要改", by=people.clerk)
    assert (again.revision, again.lines.first().households) == (3, 100)
    fill(again, people.clerk, 102, *GOOD[1:])
    report(again, people.clerk)
    page = browse(people.reviewer).get(reverse("returns:review", args=[again.pk])).content.decode()
    assert "第 1 版 100" in page


def test_withdraw_and_correct_from_the_page(make_return, people, browse):
    quarterly_return = submitted(make_return(), people.clerk)
    clerk = browse(people.clerk)
    clerk.post(reverse("returns:withdraw", args=[quarterly_return.pk]), {"version": quarterly_return.version})
    assert Return.objects.get().state == ReturnState.DRAFT

    quarterly_return = approved(Return.objects.get(), people.clerk, people.reviewer)
    address = reverse("returns:correct", args=[quarterly_return.pk])
    form = fields(clerk.get(address).content.decode())
    assert clerk.post(address, form | {"reason": ""}).status_code == 422
    assert "原因有 501 字，最多 500 字" in clerk.post(address, form | {"reason": "长" * 501}).content.decode()
    first, second = (clerk.post(address, form | {"reason": "户数填错"}) for _ in range(2))
    new = Return.objects.get(revision=2)
    assert first.url == second.url == reverse("returns:return", args=[new.pk])
    assert (
        "第 2 版</a>，更正填报中）" in clerk.get(reverse("returns:return", args=[quarterly_return.pk])).content.decode()
    )


def test_list_cuts_a_long_reason_and_its_export_does_not(make_return, people, browse):
    old = approved(make_return(), people.clerk, people.reviewer)
    reason = "一" * 99 + "末" * 5
    actions.correct(quarterly_return=old, version=old.version, reason=reason, by=people.clerk)
    reviewer, address = browse(people.reviewer), reverse("returns:index")
    assert "一" * 99 + "…" in (page := reviewer.get(address).content.decode()) and "末" not in page
    assert reason in reviewer.get(address, {"export": "csv"}).getvalue().decode()


def test_reviewer_does_not_decide_on_his_own_figures(make_return, people, browse):
    quarterly_return = submitted(make_return(), people.clerk)
    people.clerk.post, people.clerk.area_id = Post.REVIEWER, "441802"
    people.clerk.save()
    page = browse(people.clerk).get(reverse("returns:review", args=[quarterly_return.pk])).content.decode()
    assert "不能由您审核" in page and "审核通过</button>" not in page


def test_quarter_that_has_not_begun_is_refused(people, make_area, browse):
    make_area(CODE)
    clerk = browse(people.clerk)
    assert "不能填报" in clerk.get(reverse("returns:open", args=["2019Q3"])).content.decode()
    answer = clerk.post(reverse("returns:open", args=["2019Q3"]))
    assert answer.status_code == 422 and "尚未开始" in answer.content.decode()
    assert clerk.post("/returns/open/2019Q5/").status_code == 404
    assert clerk.post("/returns/open/0000Q1/").status_code == 404
    assert clerk.post("/returns/open/2016Q4/").status_code == 422
    for far in ("9999Q4", "0001Q1"):
        assert clerk.get(f"/returns/open/{far}/").status_code == 200
        assert clerk.post(f"/returns/open/{far}/").status_code == 422


def test_clerk_opens_the_quarter(people, make_area, browse):
    make_area(CODE)
    answer = browse(people.clerk).post(reverse("returns:open", args=["2019Q1"]))
    assert answer.url == reverse("returns:return", args=[Return.objects.get().pk])


@pytest.mark.parametrize("name", ["return", "check", "sheet", "review", "correct"])
def test_return_next_door_is_not_there(name, make_return, people, browse):
    quarterly_return = submitted(make_return(), people.clerk)
    expected = 403 if name == "review" else 404
    assert browse(people.neighbour).get(reverse(f"returns:{name}", args=[quarterly_return.pk])).status_code == expected


def test_number_beyond_the_database_is_not_there(people, browse):
    assert browse(people.clerk).get(f"/returns/{2**63}/").status_code == 404
    assert browse(people.clerk).get(f"/returns/{10**40}/").status_code == 404


def test_receipt_of_a_correction_says_that_it_is_one(make_return, people, browse):
    old = approved(make_return(), people.clerk, people.reviewer)
    new = actions.correct(quarterly_return=old, version=old.version, reason="填错", by=people.clerk)
    report(new, people.clerk)
    clerk = browse(people.clerk)
    for quarterly_return, is_correction in ((old, False), (new, True)):
        step = quarterly_return.moves.get(action="submit")
        page = clerk.get(reverse("returns:receipt", args=[quarterly_return.pk, step.pk])).content.decode()
        assert ("报送回执（更正）" in page, "季报（更正）已报送。" in page) == (is_correction, is_correction)


def test_receipt_of_another_return_is_not_there(make_return, people, browse):
    quarterly_return, other = submitted(make_return(), people.clerk), make_return(2, Quarter(2018, 4))
    step = quarterly_return.moves.get(action="submit")
    clerk = browse(people.clerk)
    assert clerk.get(reverse("returns:receipt", args=[other.pk, step.pk])).status_code == 404
    assert clerk.get(f"/returns/{quarterly_return.pk}/receipt/{2**70}/").status_code == 404


def test_list_shows_what_is_in_scope_and_which_townships_have_none(make_return, people, browse):
    quarterly_return = make_return()
    address = reverse("returns:index")
    assert "区域441802105" in browse(people.leader).get(address).content.decode()
    assert reverse("returns:return", args=[quarterly_return.pk]) in browse(people.leader).get(address).content.decode()
    page = browse(people.neighbour).get(address).content.decode()
    assert reverse("returns:return", args=[quarterly_return.pk]) not in page
    assert reverse("returns:open", args=["2019Q1"]) in page


@pytest.mark.parametrize(("query", "count"), [
    ("period=2019Q1", 1), ("period=2018Q4", 1), ("state=not_begun", 1), ("state=submitted", 1), (f"township={TOWN}", 2),
    ("sort=-state", 2), ("township=441802105", 0),
])  # fmt: skip
def test_list_filters(query, count, make_return, people, browse):
    make_return()
    submitted(make_return(2, Quarter(2018, 4)), people.clerk)
    answer = browse(people.leader).get(f"{reverse('returns:index')}?{query}")
    assert answer.context["page"].paginator.count == count
    assert not answer.context["problems"]


def test_list_says_who_has_none_for_the_quarter_asked_for(make_return, people, browse):
    fill(make_return(), people.clerk)
    address = reverse("returns:index")
    codes = {
        period: [
            township.code for township in browse(people.leader).get(f"{address}?period={period}").context["absent"]
        ]
        for period in ("2019Q1", "2018Q4", "9999Q4", "")
    }
    assert codes == {
        "2019Q1": ["441802105"],
        "2018Q4": [TOWN, "441802105"],
        "9999Q4": ["441802105"],
        "": ["441802105"],
    }


@pytest.mark.parametrize("query", ["period=2019Q9", "state=x", "township=441803101", "sort=nothing", "page=99"])
def test_list_says_which_condition_it_did_not_understand(query, make_return, people, browse):
    make_return()
    answer = browse(people.leader).get(f"{reverse('returns:index')}?{query}")
    assert answer.status_code == 200 and answer.context["problems"]


def test_text_of_a_stranger_stays_text(make_return, people, browse):
    hostile = '"><img src=x onerror=alert(1)>'
    quarterly_return = make_return(1)
    fill(quarterly_return, people.clerk, explanation=hostile)
    ReturnLine.objects.filter(quarterly_return=quarterly_return).update(explanation=hostile)
    for user in (people.clerk, people.leader):
        for name in ("return", "sheet"):
            assert (
                "<img" not in browse(user).get(reverse(f"returns:{name}", args=[quarterly_return.pk])).content.decode()
            )


PAGES = {"return": "clerk", "check": "clerk", "sheet": "leader"}


@pytest.mark.parametrize("name", PAGES)
def test_page_of_a_hundred_lines_costs_as_many_queries_as_one_of_two(
    name, make_return, people, browse, django_assert_num_queries
):
    costs = []
    for quarter, villages in ((Quarter(2018, 4), 2), (QUARTER, 100)):
        quarterly_return = make_return(villages, quarter)
        fill(quarterly_return, people.clerk)
        client = browse(getattr(people, PAGES[name]))
        address = reverse(f"returns:{name}", args=[quarterly_return.pk])
        client.get(address)
        with django_assert_num_queries(QUERIES[name]) as queries:
            assert client.get(address).status_code == 200
        costs.append(len(queries))
    assert costs == [QUERIES[name]] * 2


QUERIES = {"sheet": 13, "check": 26, "return": 23}
"""Session, user, return, terms, lines, villages, earlier lines, leaves, operators, moves, status, round; and what the page adds."""


def test_list_costs_a_fixed_number_of_queries(make_return, people, browse, django_assert_num_queries):
    for number in range(1, 9):
        make_return(2, QUARTER.plus(-number))
    client = browse(people.leader)
    client.get(reverse("returns:index"))
    with django_assert_num_queries(8):
        client.get(reverse("returns:index"))


def test_every_move_has_a_page_that_names_it(make_return, people, browse):
    quarterly_return = approved(make_return(), people.clerk, people.reviewer)
    new = actions.correct(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="错", by=people.head
    )
    page = browse(people.leader).get(reverse("returns:return", args=[new.pk])).content.decode()
    assert "更正" in page and "李镇长" in page
