"""The pages of whoever decides, as a browser without scripts uses them: sign, review, send back, confirm, correct."""

import re

from django.urls import reverse

from accounts.posts import Post
from common.periods import Quarter
from returns import actions
from returns.models import Objection, Return, ReturnMove, ReturnState
from tests.returns.conftest import GOOD, TOWN, approved, fill, report, submitted
from tests.returns.forms import CODE, FIRST, fields


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


def test_receipt_of_a_correction_says_that_it_is_one(make_return, people, browse):
    old = approved(make_return(), people.clerk, people.reviewer)
    new = actions.correct(quarterly_return=old, version=old.version, reason="填错", by=people.clerk)
    report(new, people.clerk)
    clerk = browse(people.clerk)
    for quarterly_return, is_correction in ((old, False), (new, True)):
        step = quarterly_return.moves.get(action="submit")
        page = clerk.get(reverse("returns:receipt", args=[quarterly_return.pk, step.pk])).content.decode()
        assert ("报送回执（更正）" in page, "季报（更正）已报送。" in page) == (is_correction, is_correction)
        assert ("可以撤回" in page) == is_correction, "the first is approved"


def test_receipt_of_another_return_is_not_there(make_return, people, browse):
    quarterly_return, other = submitted(make_return(), people.clerk), make_return(2, Quarter(2018, 4))
    step = quarterly_return.moves.get(action="submit")
    clerk = browse(people.clerk)
    assert clerk.get(reverse("returns:receipt", args=[other.pk, step.pk])).status_code == 404
    assert clerk.get(f"/returns/{quarterly_return.pk}/receipt/{2**70}/").status_code == 404
