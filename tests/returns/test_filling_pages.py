"""The clerk's pages as a browser without scripts uses them: fill in, check, hand up."""

from django.urls import reverse

from accounts.posts import Post
from common.periods import Quarter
from returns.figures import NAMES
from returns.models import LineStatus, Return, ReturnLine, ReturnMove, ReturnState
from tests.returns.conftest import SAID, TOWN, approved, fill, submitted
from tests.returns.forms import CODE, FIRST, all_good, fields, form_of


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
