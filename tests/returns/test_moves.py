"""Every action from every state by every post, against a table written by hand."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Area, FactChange
from common.exceptions import Refused, Stale
from common.periods import Quarter
from returns import actions
from returns.entry.saving import save_lines
from returns.models import LineStatus, Return, ReturnLine, ReturnMove, ReturnState
from returns.moves import LOOK, MOVES, ReturnAction, allows
from returns.review import decisions
from returns.review.decisions import Doubt
from tests.returns.conftest import ON, QUARTER, SAID, TOWN, approved, fill, report, submitted, typed

CHINESE = re.compile(r"[\u4e00-\u9fff]")

# (state, action) → (posts that may, state afterwards); everything that is not here is refused.
TOWNSHIP = {Post.CLERK, Post.TOWNSHIP_HEAD}
CLERK, HEAD = {Post.CLERK}, {Post.TOWNSHIP_HEAD}
BUREAU = {Post.REVIEWER, Post.BUREAU_HEAD}
CHIEF = {Post.BUREAU_HEAD}
LEGAL = {
    ("draft", "hand_up"): (CLERK, "signing"),
    ("returned", "hand_up"): (CLERK, "signing"),
    ("signing", "hand_back"): (HEAD, "draft"),
    ("signing", "submit"): (HEAD, "submitted"),
    ("signing", "withdraw"): (TOWNSHIP, "draft"),
    ("submitted", "withdraw"): (TOWNSHIP, "draft"),
    ("submitted", "take"): (BUREAU, "reviewing"),
    ("reviewing", "take"): (CHIEF, "reviewing"),
    ("submitted", "send_back"): (BUREAU, "returned"),
    ("reviewing", "send_back"): ({Post.REVIEWER}, "returned"),
    ("passed", "confirm"): (CHIEF, "approved"),
    ("passed", "overrule"): (CHIEF, "submitted"),
    ("approved", "correct"): (TOWNSHIP, "approved"),
    ("correction", "hand_up"): (CLERK, "signing"),
    ("correction", "discard"): (TOWNSHIP, "discarded"),
}
TWO_EYES = LEGAL | {
    ("submitted", "approve"): (BUREAU, "approved"),
    ("reviewing", "approve"): ({Post.REVIEWER}, "approved"),
}
FOUR_EYES = LEGAL | {("submitted", "pass"): (BUREAU, "passed"), ("reviewing", "pass"): ({Post.REVIEWER}, "passed")}
# Under ``reviewing`` people.reviewer has taken it: a colleague must take it over first, so the table's posts are
# asked as that reviewer and as another head of the bureau. ``correction`` is a draft that corrects.
STATES = (
    "draft", "signing", "submitted", "reviewing", "passed", "returned", "approved", "superseded", "correction", "discarded",
)  # fmt: skip
TAKEN_ELSEWHERE = {
    ReturnAction.OPEN: "begins from nothing",
    ReturnAction.SAVE: "keeps figures, moves nothing",
    ReturnAction.SUPERSEDE: "automatic, when a correction is approved",
}
ACTIONS = tuple(action.value for action in ReturnAction if action not in TAKEN_ELSEWHERE)
NEEDING_REASON = ("hand_back", "overrule", "send_back", "correct", "discard")


def bring_to(state: str, quarterly_return: Return, people) -> Return:
    """The return on the honest way to a state."""
    if state == "draft":
        return quarterly_return
    fill(quarterly_return, people.clerk)
    actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    if state != "signing":
        actions.submit(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.head)
    if state == "reviewing":
        decisions.take(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.reviewer)
    if state == "passed":
        decisions.pass_(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.reviewer)
    if state == "returned":
        decisions.send_back(
            quarterly_return=quarterly_return, version=quarterly_return.version, reason="请核对", by=people.reviewer
        )
    if state in ("approved", "superseded", "correction", "discarded"):
        quarterly_return = _approved(quarterly_return, people)
    if state in ("superseded", "correction", "discarded"):
        new = actions.correct(
            quarterly_return=quarterly_return, version=quarterly_return.version, reason="填错", by=people.clerk
        )
        if state == "superseded":
            _approved(report(new, people.clerk), people)
        if state == "discarded":
            actions.discard(quarterly_return=new, version=new.version, reason="不用改", by=people.clerk)
        quarterly_return = quarterly_return if state == "superseded" else new
    return Return.objects.get(pk=quarterly_return.pk)


def _approved(quarterly_return: Return, people) -> Return:
    if settings.RETURNS_FOUR_EYES:
        decisions.pass_(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.reviewer)
        decisions.confirm(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.bureau_head)
    else:
        decisions.approve(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.reviewer)
    return Return.objects.get(pk=quarterly_return.pk)


def take(action: str, quarterly_return: Return, by) -> None:
    reason = {"reason": "原因"} if action in NEEDING_REASON else {}
    name = {"pass": "pass_"}.get(action, action)
    deed = getattr(actions, name, None) or getattr(decisions, name)
    deed(quarterly_return=quarterly_return, version=quarterly_return.version, by=by, **reason)


@pytest.mark.parametrize("four_eyes", [False, True])
@pytest.mark.parametrize("state", STATES)
def test_every_action_by_every_post_in_state(state, four_eyes, make_return, people, make_user, settings):
    settings.RETURNS_FOUR_EYES = four_eyes or state == "passed"
    quarterly_return = bring_to(state, make_return(), people)
    settings.RETURNS_FOUR_EYES = four_eyes
    if state == "draft":
        fill(quarterly_return, people.clerk)
        quarterly_return.refresh_from_db()
    users = {post: make_user(post) for post in Post} | {Post.REVIEWER: people.reviewer}
    table, wrong = FOUR_EYES if four_eyes else TWO_EYES, []
    for action in ACTIONS:
        before = quarterly_return.state
        posts, after = table.get((state, action), (set(), before))
        for post, user in users.items():
            with transaction.atomic():
                try:
                    take(action, Return.objects.get(pk=quarterly_return.pk), user)
                    happened = True
                except (PermissionDenied, Refused):
                    happened = False
                now = Return.objects.get(pk=quarterly_return.pk).state
                transaction.set_rollback(True)
            expected = post in posts
            if happened != expected or now != (after if expected else before):
                wrong.append(f"{post} {action}: {happened}, {now}")
            if allows(ReturnAction(action), quarterly_return, user) != expected and state != "reviewing":
                wrong.append(f"{post} {action}: the page would say otherwise")
    assert not wrong


def test_table_names_every_move_that_reaches_a_state():
    named = {(str(s), str(a)) for a, move in MOVES.items() for s in move.sources if a in ACTIONS}
    written = {("draft" if s == "correction" else s, a) for s, a in TWO_EYES | FOUR_EYES}
    assert named == written | {("returned", "discard")}


@pytest.mark.parametrize("action", [*ReturnAction.values, LOOK, "import"])
def test_every_step_is_told_in_words(action):
    assert CHINESE.search(ReturnMove(action=action).deed)


def test_step_without_words_is_not_shown_as_its_code():
    with pytest.raises(ValueError, match="unheard_of"):
        _ = ReturnMove(action="unheard_of").deed


@pytest.mark.parametrize("action", ["hand_up", "correct"])
def test_township_next_door_may_do_nothing(action, make_return, people):
    quarterly_return = bring_to("draft" if action == "hand_up" else "approved", make_return(), people)
    with pytest.raises(PermissionDenied):
        take(action, quarterly_return, people.neighbour)


def test_each_move_leaves_a_row_an_audit_entry_and_a_note(make_return, people):
    quarterly_return = bring_to("returned", make_return(), people)

    steps = [(m.action, m.from_state, m.to_state, m.by, m.reason) for m in quarterly_return.moves.all()]
    assert steps == [
        ("open", "", "draft", people.clerk, ""),
        ("hand_up", "draft", "signing", people.clerk, ""),
        ("submit", "signing", "submitted", people.head, ""),
        ("send_back", "submitted", "returned", people.reviewer, "请核对"),
    ]
    audited = AuditEntry.objects.filter(action__startswith="return.").order_by("sequence")
    assert [e.action.removeprefix("return.") for e in audited] == ["open", "save", "hand_up", "submit", "send_back"]
    noted = set(FactChange.objects.values_list("area_code", "first", "last", "only"))
    assert noted == {(f"{TOWN}20{number}", "2019Q1", "2019Q1", "returns") for number in (1, 2)}


def test_a_correction_leaves_every_step_in_the_trail(make_return, people):
    """Each by the engine: from where to where, and at which version."""
    old = bring_to("approved", make_return(1), people)
    new = actions.correct(quarterly_return=old, version=old.version, reason="户数填错", by=people.clerk)
    _approved(report(new, people.clerk), people)

    begun = {"reason": "户数填错", "corrects": "第 1 版"}
    entries = AuditEntry.objects.filter(action__startswith="return.").order_by("sequence")
    told = {entry.action: (entry.subject_key, entry.facts) for entry in entries}
    assert told["return.correct"][0] == told["return.supersede"][0] == str(old.pk)
    assert told["return.correct"][1]["state"] == ["approved", "approved"]
    assert told["return.correct"][1]["reason"] == "户数填错"
    assert told["return.supersede"][1]["state"] == ["approved", "superseded"]
    assert told["return.open"] == (str(new.pk), {"state": ["", "draft"], "version": 0} | begun)
    assert "version" in told["return.supersede"][1]


@pytest.mark.parametrize("reason", ["", "  ", "\u3000"])
def test_sending_back_needs_a_reason(reason, make_return, people):
    quarterly_return = submitted(make_return(), people.clerk)
    with pytest.raises(Refused, match="必须写明原因"):
        decisions.send_back(
            quarterly_return=quarterly_return, version=quarterly_return.version, reason=reason, by=people.reviewer
        )
    assert Return.objects.get().state == ReturnState.SUBMITTED


def test_database_refuses_a_return_without_a_reason(make_return):
    with pytest.raises(IntegrityError):
        ReturnMove.objects.create(
            quarterly_return=make_return(), action="send_back", from_state="submitted", to_state="returned"
        )


def test_database_refuses_a_second_move_at_one_version(make_return):
    quarterly_return = make_return()
    with pytest.raises(IntegrityError):
        ReturnMove.objects.create(
            quarterly_return=quarterly_return,
            action="submit",
            from_state="draft",
            to_state="submitted",
            version=quarterly_return.version,
        )


def test_stale_version_is_refused(make_return, people):
    quarterly_return = submitted(make_return(), people.clerk)
    with pytest.raises(Stale, match=r"李镇长于.*已办理“报送”"):
        decisions.approve(quarterly_return=quarterly_return, version=quarterly_return.version - 1, by=people.reviewer)
    assert Return.objects.get().state == ReturnState.SUBMITTED


def test_loser_is_told_who_was_faster(make_return, people):
    quarterly_return = submitted(make_return(), people.clerk)
    decisions.approve(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.reviewer)
    with pytest.raises(Stale, match=r"王审核于.*已办理“审核通过”，.*现在是“已审核”"):
        decisions.send_back(
            quarterly_return=quarterly_return, version=quarterly_return.version, reason="晚了", by=people.bureau_head
        )


def test_submission_needs_every_figure(make_return, people):
    quarterly_return = make_return()
    code = f"{TOWN}201"
    save_lines(quarterly_return=quarterly_return, rows={code: typed(100, 90, 80, 60, None)}, by=people.clerk)
    with pytest.raises(actions.ReturnNotReady) as refused:
        actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)

    assert [fault.text for fault in refused.value.faults] == [
        "1号村：光网用户数未填。请填写，确实没有请填 0。",
        "2号村：五项数字均未填。请填写，确实没有请填 0。",
    ]
    assert Return.objects.get().state == ReturnState.DRAFT


def test_submission_needs_no_error(make_return, people):
    quarterly_return = make_return(1)
    fill(quarterly_return, people.clerk, 100, 90, 80, 60, 61)
    with pytest.raises(actions.ReturnNotReady):
        actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)


def test_submission_needs_an_explanation_of_what_is_odd(make_return, people):
    approved(make_return(1, Quarter(2018, 4)), people.clerk, people.reviewer)
    quarterly_return = make_return(1)
    fill(quarterly_return, people.clerk, 100, 90, 79, 60, 50)
    with pytest.raises(actions.ReturnNotReady) as refused:
        actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    assert refused.value.faults[0].href == f"#e-{TOWN}201"

    quarterly_return.refresh_from_db()
    fill(quarterly_return, people.clerk, 100, 90, 79, 60, 50, explanation=SAID)
    report(quarterly_return, people.clerk)
    assert ReturnLine.objects.get(quarterly_return=quarterly_return).status == LineStatus.SUBMITTED


def test_all_zeros_can_be_submitted(make_return, people):
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk, 0, 0, 0, 0, 0)
    actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    assert Return.objects.get(pk=quarterly_return.pk).state == ReturnState.SIGNING


def test_village_that_came_later_is_waited_for(make_return, make_area, people):
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    make_area(f"{TOWN}209", "新村")
    quarterly_return.refresh_from_db()
    with pytest.raises(actions.ReturnNotReady, match="1 处"):
        actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)

    fill(quarterly_return, people.clerk)
    report(quarterly_return, people.clerk)
    assert ReturnLine.objects.filter(quarterly_return=quarterly_return, status=LineStatus.SUBMITTED).count() == 3


def test_nobody_approves_figures_of_his_own(make_return, people):
    quarterly_return = submitted(make_return(), people.clerk)
    people.clerk.post, people.clerk.area_id = Post.REVIEWER, "441802"
    people.clerk.save()
    with pytest.raises(Refused, match="不能由您审核"):
        decisions.approve(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    assert Return.objects.get().state == ReturnState.SUBMITTED


def test_nobody_approves_a_correction_of_figures_of_his_own(make_return, people, make_user):
    old = bring_to("approved", make_return(), people)
    new = report(
        actions.correct(quarterly_return=old, version=old.version, reason="填错", by=people.head), make_user(Post.CLERK)
    )
    people.clerk.post, people.clerk.area_id = Post.REVIEWER, "441802"
    people.clerk.save()
    with pytest.raises(Refused, match="不能由您审核"):
        decisions.approve(quarterly_return=new, version=new.version, by=people.clerk)


def test_approved_figures_stay_usable_while_a_correction_is_open(make_return, people):
    old = bring_to("approved", make_return(1), people)
    new = actions.correct(quarterly_return=old, version=old.version, reason="户数填错", by=people.clerk)
    fill(new, people.clerk, 200, 90, 80, 60, 50)
    assert ReturnLine.objects.usable("approved").get().households == 100

    new = report(new, people.clerk)
    assert ReturnLine.objects.usable("approved").get().households == 100
    assert ReturnLine.objects.usable("reported").get().households == 200

    decisions.approve(quarterly_return=new, version=new.version, by=people.reviewer)
    assert ReturnLine.objects.usable("approved").get().households == 200
    old.refresh_from_db()
    assert (old.state, old.lines.get().status, old.lines.get().households) == ("superseded", "superseded", 100)
    assert old.moves.last().action == ReturnAction.SUPERSEDE
    assert (new.corrects, new.revision, new.reason) == (old, 2, "户数填错")


def test_sending_a_correction_back_leaves_the_old_in_place(make_return, people):
    old = bring_to("approved", make_return(1), people)
    new = actions.correct(quarterly_return=old, version=old.version, reason="填错", by=people.clerk)
    new = report(new, people.clerk)
    decisions.send_back(quarterly_return=new, version=new.version, reason="没有依据", by=people.reviewer)
    assert ReturnLine.objects.usable("approved").get().quarterly_return == old


def test_one_correction_at_a_time(make_return, people):
    old = bring_to("approved", make_return(1), people)
    actions.correct(quarterly_return=old, version=old.version, reason="填错", by=people.clerk)
    with pytest.raises(Stale, match="正在更正"):
        actions.correct(quarterly_return=old, version=old.version, reason="又错", by=people.clerk)


def test_line_that_a_package_left_open_moves_to_the_correction(make_return, people, make_area):
    old = bring_to("approved", make_return(1), people)
    late = make_area(f"{TOWN}208", "后来村")
    ReturnLine.objects.create(
        quarterly_return=old, area=late, county="441802", period="2019Q1", status=LineStatus.DRAFT
    )
    new = actions.correct(quarterly_return=old, version=old.version, reason="补报", by=people.clerk)
    assert sorted(new.lines.values_list("area_id", "status")) == [(f"{TOWN}201", "draft"), (f"{TOWN}208", "draft")]


def test_approved_line_in_a_draft_is_locked_and_blocks_nothing(make_return, people):
    quarterly_return = make_return(2)
    locked = quarterly_return.lines.first()
    figures = dict(
        zip(("households", "broadband_covered_households", "fibre_covered_households"), (9, 9, 9), strict=True)
    )
    ReturnLine.objects.filter(pk=locked.pk).update(
        status=LineStatus.APPROVED, broadband_users=9, fibre_users=9, **figures
    )
    fill(quarterly_return, people.clerk)
    report(quarterly_return, people.clerk)
    locked.refresh_from_db()
    assert (locked.status, locked.households) == (LineStatus.APPROVED, 9)


@pytest.mark.parametrize(("quarter", "on", "word"), [
    (Quarter(2019, 2), date(2019, 3, 31), "尚未开始"), (Quarter(2016, 4), ON, "早于方案"), (Quarter(2019, 2), date(2019, 4, 1), ""),
    (Quarter(2017, 1), ON, ""),
])  # fmt: skip
def test_quarter_can_be_opened_from_its_first_day(quarter, on, word, make_area, people):
    make_area(f"{TOWN}201")
    town = Area.objects.get(code=TOWN)
    if word:
        with pytest.raises(Refused, match=word):
            actions.open_return(township=town, quarter=quarter, on=on, by=people.clerk)
    else:
        assert actions.open_return(township=town, quarter=quarter, on=on, by=people.clerk).lines.count() == 1


def test_return_covers_the_villages_in_force_on_the_last_day(make_area, people):
    make_area(f"{TOWN}201", valid_to=date(2019, 3, 31))
    make_area(f"{TOWN}202", valid_from=date(2019, 3, 31))
    make_area(f"{TOWN}203", valid_from=date(2019, 4, 1))
    town = Area.objects.get(code=TOWN)
    quarterly_return = actions.open_return(township=town, quarter=QUARTER, on=ON, by=people.clerk)
    assert [line.area_id for line in quarterly_return.lines.all()] == [f"{TOWN}202"]


def test_township_without_villages_has_nothing_to_report(people):
    with pytest.raises(Refused, match="没有村或社区"):
        actions.open_return(township=Area.objects.get(code=TOWN), quarter=QUARTER, on=ON, by=people.clerk)


def test_return_without_lines_cannot_be_submitted(people):
    quarterly_return = Return.objects.create(township_id=TOWN, county="441802", period="2019Q1")
    with pytest.raises(actions.ReturnNotReady):
        actions.hand_up(quarterly_return=quarterly_return, version=0, by=people.clerk)


def test_opening_twice_finds_the_same(make_return):
    assert make_return() == make_return()
    assert ReturnMove.objects.count() == 1


def test_document_has_the_table():
    page = Path(__file__).parents[2] / "docs/returns.md"
    assert MOVES.as_table() in page.read_text(encoding="utf-8")


def test_head_does_not_sign_what_he_entered(make_return, people):
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    people.clerk.post = Post.TOWNSHIP_HEAD
    people.clerk.save()
    with pytest.raises(Refused, match="不能签发"):
        actions.submit(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)


@pytest.mark.parametrize("doubt", [
    Doubt(f"{TOWN}209", "households", "jump"), Doubt(f"{TOWN}201", "pk", "jump"), Doubt(f"{TOWN}201", "households", "bad"),
    Doubt(f"{TOWN}201", "households", "other", " "), Doubt(f"{TOWN}201", "households", "jump", "长" * 301),
])  # fmt: skip
def test_doubt_that_cannot_be_meant_is_refused(doubt, make_return, people):
    quarterly_return = submitted(make_return(), people.clerk)
    with pytest.raises(Refused):
        decisions.send_back(
            quarterly_return=quarterly_return, version=quarterly_return.version, doubts=[doubt], by=people.reviewer
        )
    assert Return.objects.get().state == ReturnState.SUBMITTED


def test_cells_stay_locked_when_the_township_takes_the_return_back(make_return, people):
    quarterly_return = submitted(make_return(), people.clerk)
    doubt = Doubt(f"{TOWN}201", "households", "jump")
    decisions.send_back(
        quarterly_return=quarterly_return, version=quarterly_return.version, doubts=[doubt], by=people.reviewer
    )
    actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    actions.withdraw(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    row = {f"{TOWN}202": typed(99, 90, 80, 60, 50, seen=(100, 90, 80, 60, 50))}
    with pytest.raises(Refused, match="只退回标出的数字"):
        save_lines(quarterly_return=quarterly_return, rows=row, by=people.clerk)
    save_lines(
        quarterly_return=quarterly_return,
        rows={f"{TOWN}201": typed(99, 90, 80, 60, 50, seen=(100, 90, 80, 60, 50))},
        by=people.clerk,
    )


def test_corrections_in_effect_are_those_approved_of_the_township(make_return, people):
    old = bring_to("approved", make_return(1), people)
    new = actions.correct(quarterly_return=old, version=old.version, reason="户数填错", by=people.clerk)
    assert not Return.objects.corrections_in_effect(TOWN, "2019Q1")
    new = _approved(report(new, people.clerk), people)
    for code in ("441802", TOWN, f"{TOWN}201"):
        assert [each.reason for each in Return.objects.corrections_in_effect(code, "2019Q1")] == ["户数填错"]
    assert not Return.objects.corrections_in_effect("441802105", "2019Q1")
    assert new.moves.last().at == Return.objects.corrections_in_effect(TOWN, "2019Q1").get().approved_at
