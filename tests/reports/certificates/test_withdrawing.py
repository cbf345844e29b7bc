"""The withdrawal of a title: who may take which step when, the hearing and its term, the papers, the files, the end."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from acceptance import plan
from accounts.models import AuditEntry, User
from accounts.posts import Post
from areas.models import Area, Site
from common.exceptions import Refused, Stale
from evidence.store import original
from inspection.models import Unit
from papers.models import Document, Series
from reports.certificates import actions, withdrawing
from reports.certificates.models import (
    WITHDRAWAL_MOVES_GUARD,
    Certificate,
    CertificateState,
    Withdrawal,
    WithdrawalAction,
    WithdrawalFile,
    WithdrawalGround,
    WithdrawalMove,
    WithdrawalState,
)
from reports.certificates.moves import WITHDRAWING
from tests.evidence.files import png
from tests.reports.certificates.conftest import COVERED, ISSUED_ON, TOWN, Procedure

REVIEWER, BUREAU_HEAD, GOVERNMENT = Post.REVIEWER, Post.BUREAU_HEAD, Post.GOVERNMENT
CLERK, HEAD = Post.CLERK, Post.TOWNSHIP_HEAD
LAST_DAY = date(2018, 8, 29)
"""Ten working days after Wednesday, 15 August 2018: no holiday lies between."""

# (state, action) → (posts that may, state afterwards), while the term runs; everything that is not here is refused.
LEGAL = {
    ("proposed", "notify"): ({BUREAU_HEAD}, "hearing"),
    ("proposed", "drop"): ({REVIEWER, BUREAU_HEAD}, "dropped"),
    ("hearing", "answer"): ({CLERK, HEAD}, "pending"),
    ("hearing", "drop"): ({REVIEWER, BUREAU_HEAD}, "dropped"),
    ("pending", "withdraw"): ({GOVERNMENT}, "withdrawn"),
    ("pending", "keep"): ({GOVERNMENT}, "kept"),
    ("pending", "drop"): ({REVIEWER, BUREAU_HEAD}, "dropped"),
}
ACTIONS = [action for action in WithdrawalAction.values if action != "propose"]


@pytest.fixture
def walk(certificate, procedure) -> Procedure:
    return procedure(certificate)


def bring_to(state: str, walk: Procedure) -> Withdrawal:
    if state == "proposed":
        return walk.proposed()
    if state == "hearing":
        return walk.heard()
    if state == "dropped":
        withdrawal = walk.proposed()
        walk.take("drop", withdrawal, walk.people.reviewer)
        return withdrawal
    withdrawal = walk.answered()
    if state != "pending":
        walk.take({"withdrawn": "withdraw", "kept": "keep"}[state], withdrawal, walk.people.government)
    return withdrawal


@pytest.fixture
def without_hearing(monkeypatch):
    """A plan that asks for no hearing."""
    in_force = plan.current()
    silent = replace(in_force, award=replace(in_force.award, hearing=None))
    monkeypatch.setattr(plan, "current", lambda: silent)


@pytest.mark.parametrize("state", WithdrawalState.values)
def test_every_step_by_every_post(state, walk, make_user):
    withdrawal, wrong = bring_to(state, walk), []
    users: dict[Post, User] = {post: make_user(post, TOWN) for post in Post}
    for action in ACTIONS:
        posts, after = LEGAL.get((state, action), (set(), state))
        for post, user in users.items():
            with transaction.atomic():
                with suppress(Refused, PermissionDenied):
                    walk.take(action, Withdrawal.objects.get(pk=withdrawal.pk), user)
                now = Withdrawal.objects.get(pk=withdrawal.pk).state
                transaction.set_rollback(True)
            if now != (after if post in posts else state):
                wrong.append(f"{post}: {action} → {now}")
    assert not wrong


@pytest.mark.parametrize("post", Post)
def test_bureau_alone_proposes(post, walk, make_user):
    walk.rechecked()
    user = make_user(post, TOWN)

    with suppress(Refused, PermissionDenied):
        walk.proposed(by=user)
    assert Withdrawal.objects.exists() == (post in (REVIEWER, BUREAU_HEAD))


def test_neighbouring_township_may_not_answer(walk, make_user):
    with pytest.raises(PermissionDenied):
        walk.take("answer", walk.heard(), make_user(Post.TOWNSHIP_HEAD, "441802101"))


def test_title_must_be_under_recheck_before_its_withdrawal_is_proposed(certificate, people):
    said = {"ground": "other", "text": "核查", "on": ISSUED_ON, "by": people.reviewer}

    with pytest.raises(Stale, match="现在是“有效”"):
        withdrawing.propose(certificate=certificate, version=certificate.version, **said)


def test_one_withdrawal_at_a_time(walk):
    walk.proposed()

    with pytest.raises(Refused, match="正在办理（待签发告知）"):
        walk.proposed()


@pytest.mark.parametrize(("ground", "said"), [("fallen", "没有评定未达标"), ("merged", "没有登记该单位撤并")])
def test_ground_that_the_records_do_not_bear_out_is_refused(ground, said, walk):
    with pytest.raises(Refused, match=said):
        walk.proposed(ground)


def test_merged_unit_is_a_ground_that_needs_no_file(walk, people):
    Area.objects.filter(code=TOWN).update(valid_to=date(2018, 8, 10))
    withdrawal = walk.proposed("merged")
    withdrawing.detach(file=withdrawal.files.get(), by=people.reviewer)

    walk.take("notify", withdrawal, people.bureau_head)
    assert withdrawal.state == WithdrawalState.HEARING


@pytest.mark.parametrize("ground", sorted(set(WithdrawalGround.values) - {"fallen", "merged"}))
def test_any_other_ground_needs_a_file_before_the_notice(ground, walk, people):
    withdrawal = walk.proposed(ground)
    withdrawing.detach(file=withdrawal.files.get(), by=people.reviewer)

    with pytest.raises(Refused, match="须先上传证明材料"):
        walk.take("notify", withdrawal, people.bureau_head)
    assert not Document.objects.filter(kind="withdrawal-notice").exists()


def test_notice_goes_to_the_township_with_its_term(walk, people):
    withdrawal = walk.heard()

    notice = Document.objects.get(kind="withdrawal-notice")
    assert withdrawal.notice_number == notice.number == "清区经信函〔2018〕2号"
    assert (withdrawal.served_on, withdrawal.hear_until) == (ISSUED_ON, LAST_DAY)
    said = str(notice.paper)
    for words in (
        "清远市清城区源潭镇人民政府",
        "设施拆除",
        "分光器已经拆除。",
        "现场.png",
        "10个工作日",
        "2018年8月29日",
    ):
        assert words in said
    assert notice in Document.objects.visible_to(people.clerk)
    assert notice not in Document.objects.visible_to(people.neighbour)


@pytest.mark.parametrize(
    ("served", "until"),
    [
        (date(2018, 8, 15), date(2018, 8, 29)),
        (date(2018, 9, 28), date(2018, 10, 17)),  # Seven days of holiday; 29 and 30 September are worked.
        (date(2018, 8, 18), date(2018, 8, 31)),  # Delivered on a Saturday.
    ],
)
def test_day_of_delivery_is_not_counted(served, until, certificate, procedure):
    assert procedure(certificate, served).heard().hear_until == until


def test_term_beyond_the_calendar_is_refused(certificate, procedure):
    with pytest.raises(Refused, match="工作日表里没有"):
        procedure(certificate, date(2060, 1, 4)).heard()


@pytest.mark.parametrize("action", ["withdraw", "keep"])
def test_nothing_is_decided_before_the_answer_or_the_end_of_the_term(action, walk, people):
    withdrawal = walk.heard()

    with pytest.raises(Refused, match="期限至2018年8月29日：收到答复或期满之后才能决定"):
        walk.take(action, withdrawal, people.government, on=LAST_DAY)
    walk.take(action, withdrawal, people.government, on=LAST_DAY + timedelta(days=1))


def test_answer_that_comes_late_is_taken_until_it_is_decided(walk, people):
    withdrawal = walk.heard()

    walk.take("answer", withdrawal, people.clerk, on=LAST_DAY + timedelta(days=5))
    assert withdrawal.state == WithdrawalState.PENDING


def test_plan_without_a_hearing_lets_the_bureau_refer_at_once(walk, people, without_hearing):
    withdrawal = walk.proposed()

    with pytest.raises(Refused, match="没有规定陈述申辩的期限"):
        walk.take("notify", withdrawal, people.bureau_head)
    walk.take("refer", withdrawal, people.bureau_head)
    walk.take("withdraw", withdrawal, people.government)
    assert not Document.objects.filter(kind="withdrawal-notice").exists()
    assert "陈述申辩" not in str(Document.objects.get(kind="withdrawal-circular").paper)


def test_plan_with_a_hearing_refuses_to_refer(walk, people):
    with pytest.raises(Refused, match="请先签发告知书"):
        walk.take("refer", walk.proposed(), people.bureau_head)


@pytest.mark.parametrize(
    ("who", "deed"), [("reviewer", "提议撤销"), ("bureau_head", "签发告知书"), ("head", "陈述申辩")]
)
def test_nobody_decides_what_he_had_a_hand_in(who, deed, walk, people):
    withdrawal, person = walk.answered(), getattr(people, who)
    User.objects.filter(pk=person.pk).update(post=GOVERNMENT, area=Area.objects.get(code="441802"))

    for action in ("withdraw", "keep"):
        with pytest.raises(Refused, match=f"您已办理“{deed}”"):
            walk.take(action, withdrawal, User.objects.get(pk=person.pk))


@pytest.mark.parametrize(
    ("state", "action"), [(*key,) for key in LEGAL if key[1] not in ("notify", "refer")], ids=lambda each: each
)
def test_words_are_required(state, action, walk):
    withdrawal = bring_to(state, walk)
    by = {"answer": walk.people.head, "drop": walk.people.reviewer}.get(action, walk.people.government)

    with pytest.raises(Refused, match="必须写明原因"):
        walk.take(action, withdrawal, by, reason="　 ")


def test_withdrawal_issues_its_circular_and_ends_the_title(walk, people):
    certificate = walk.withdrawn()

    circular = Document.objects.get(kind="withdrawal-circular")
    said = str(circular.paper)
    for words in (
        certificate.number,
        "源潭镇",
        "全光网乡镇",
        "设施拆除",
        "2018年8月15日起撤销",
        "提出陈述申辩，已予听取",
    ):
        assert words in said
    assert circular.number == "清区府〔2018〕2号" == certificate.withdrawals.get().circular_number
    assert circular in Document.objects.visible_to(people.neighbour)
    assert (certificate.state, certificate.withdrawn_on) == (CertificateState.WITHDRAWN, ISSUED_ON)
    step = certificate.moves.last()
    assert (step.action, step.circular, step.by) == ("withdraw", circular.number, people.government)
    assert step.reason == "经核实 （撤销事由：设施拆除）"
    assert Unit.objects.get(pk=certificate.unit_id).state == "ended"


def test_circular_says_that_the_term_was_let_pass(walk, people):
    walk.take("withdraw", walk.heard(), people.government, on=LAST_DAY + timedelta(days=1))

    said = str(Document.objects.get(kind="withdrawal-circular").paper)
    assert "经事先告知（清区经信函〔2018〕2号），清远市清城区源潭镇人民政府在期限内没有提出陈述申辩。" in said


def test_decision_that_fails_uses_no_number(walk, people):
    withdrawal = walk.answered()
    last = Series.objects.get(code="清区府").last

    with pytest.raises(Stale):
        walk.take("withdraw", withdrawal, people.government, version=0)
    assert Series.objects.get(code="清区府").last == last


def test_kept_title_is_in_force_again_and_may_be_proposed_anew(walk, people):
    walk.take("keep", walk.answered(), people.government, reason="已经恢复")

    step = walk.fresh.moves.last()
    assert (walk.fresh.state, step.action, step.reason) == (CertificateState.VALID, "confirm", "已经恢复")
    assert walk.proposed().state == WithdrawalState.PROPOSED


def test_dropped_proposal_leaves_the_recheck(walk, people):
    walk.take("drop", walk.heard(), people.reviewer)

    assert walk.fresh.state == CertificateState.RECHECKING
    actions.confirm(
        certificate=walk.fresh, version=walk.fresh.version, reason="核实", on=ISSUED_ON, by=people.bureau_head
    )


@pytest.mark.parametrize(("action", "who"), [("confirm", "bureau_head"), ("explain", "clerk")])
def test_while_a_withdrawal_is_under_way_the_recheck_stands_still(action, who, walk, people):
    walk.heard()
    said = {"version": walk.fresh.version, "reason": "核实", "on": ISSUED_ON, "by": getattr(people, who)}

    with pytest.raises(Refused, match=r"撤销程序正在办理（听取陈述申辩）"):
        getattr(actions, action)(certificate=walk.fresh, **said)
    assert walk.fresh.state == CertificateState.RECHECKING


def test_files_are_handed_in_by_each_side_in_its_turn(walk, people):
    withdrawal = walk.proposed()
    kept = withdrawal.files.get()
    assert original(kept) == png()

    with pytest.raises(Refused, match="您不能增减材料"):
        withdrawing.attach(withdrawal=withdrawal, name="答复.png", data=png(shade=9), by=people.clerk)
    walk.take("notify", withdrawal, people.bureau_head)
    with pytest.raises(Refused, match="您不能增减材料"):
        withdrawing.attach(withdrawal=withdrawal, name="补充.png", data=png(shade=8), by=people.reviewer)
    with pytest.raises(Refused, match="不能移除对方"):
        withdrawing.detach(file=kept, by=people.clerk)
    answer = withdrawing.attach(withdrawal=withdrawal, name="答复.png", data=png(shade=9), by=people.clerk)
    assert (kept.is_answer, answer.is_answer) == (False, True)
    with pytest.raises(Refused, match="无须重复"):
        withdrawing.attach(withdrawal=withdrawal, name="又.png", data=png(shade=9), by=people.clerk)


def test_neighbour_hands_in_nothing(walk, people):
    with pytest.raises(Refused, match="您不能增减材料"):
        withdrawing.attach(withdrawal=walk.heard(), name="a.png", data=png(shade=5), by=people.neighbour)


def test_number_of_files_is_limited(walk, people, settings):
    settings.EVIDENCE_FILES = 1

    with pytest.raises(Refused, match="最多 1 个文件"):
        withdrawing.attach(withdrawal=walk.proposed(), name="b.png", data=png(shade=5), by=people.reviewer)


def test_file_taken_out_leaves_the_disk(walk, people, django_capture_on_commit_callbacks, tmp_path):
    kept = walk.proposed().files.get()
    with django_capture_on_commit_callbacks(execute=True):
        withdrawing.detach(file=kept, by=people.reviewer)

    assert not WithdrawalFile.objects.exists()
    assert not list((tmp_path / "evidence").rglob(f"*{kept.digest}*"))
    assert [entry.action for entry in AuditEntry.objects.filter(action__contains="tach").order_by("sequence")] == [
        "withdrawal.attach",
        "withdrawal.detach",
    ]


def test_township_sees_it_from_the_notice_on(walk, people):
    withdrawal = walk.proposed()
    seen = lambda user: Withdrawal.objects.visible_to(user).exists()  # noqa: E731

    assert seen(people.reviewer) and seen(people.government) and not seen(people.clerk)
    walk.take("notify", withdrawal, people.bureau_head)
    assert seen(people.clerk) and not seen(people.neighbour)


def test_every_step_leaves_its_row_and_its_audit_record(walk, people):
    walk.withdrawn()

    steps = WithdrawalMove.objects.values_list("action", "from_state", "to_state", "by__name")
    assert list(steps) == [
        ("propose", "", "proposed", "王审核"),
        ("notify", "proposed", "hearing", "周局长"),
        ("answer", "hearing", "pending", "李镇长"),
        ("withdraw", "pending", "withdrawn", "吴区长"),
    ]
    recorded = AuditEntry.objects.filter(action__startswith="withdrawal.").order_by("sequence")
    assert [entry.action.partition(".")[2] for entry in recorded] == [
        "propose",
        "attach",
        "notify",
        "answer",
        "withdraw",
    ]


def test_steps_are_only_added(walk):
    walk.proposed()
    for change in (
        lambda: WithdrawalMove.objects.update(reason="改"),
        lambda: WithdrawalMove.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="只能增加"), transaction.atomic():
            change()
    assert WITHDRAWAL_MOVES_GUARD.missing(connection) == []


BROKEN = {
    "withdrawal_state_known": {"state": "lost"},
    "withdrawal_has_ground": {"text": ""},
    "withdrawal_hearing_has_notice": {"state": "hearing"},
    "withdrawal_decided_has_date": {"state": "kept"},
    "withdrawal_decided_has_circular": {"state": "withdrawn", "decided_on": ISSUED_ON},
}


@pytest.mark.parametrize("name", BROKEN)
def test_database_refuses_a_withdrawal_that_cannot_be(name, walk):
    withdrawal = walk.proposed()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Withdrawal.objects.filter(pk=withdrawal.pk).update(**BROKEN[name])


def test_database_refuses_a_second_open_withdrawal(walk):
    withdrawal = walk.proposed()

    with pytest.raises(IntegrityError), transaction.atomic():
        Withdrawal.objects.create(certificate=withdrawal.certificate, ground="other", text="又一件")


def test_database_refuses_a_step_without_words(walk, people):
    withdrawal = walk.proposed()

    with pytest.raises(IntegrityError, match="withdrawal_move_needs_reason"), transaction.atomic():
        WITHDRAWING.log(withdrawal, WithdrawalAction.DROP, "proposed", people.reviewer, on=ISSUED_ON)


def test_fallen_title_is_withdrawn_without_a_file(issued, people, procedure):
    """A natural village whose site lost its access point: the portal's own verdict is the proof."""
    from acceptance.judging.judging import ensure_current
    from areas import changes
    from areas.models import AccessPoint

    village = issued(COVERED)[0]
    assert Site.objects.beneath(COVERED).exists()
    AccessPoint.objects.filter(ap_id="DX-2").update(closed_on=date(2018, 9, 16))
    changes.note("441802")
    ensure_current("441802")
    walk = procedure(village, date(2018, 10, 8))
    withdrawal = walk.proposed("fallen")
    withdrawing.detach(file=withdrawal.files.get(), by=people.reviewer)

    walk.take("notify", withdrawal, people.bureau_head)
    assert Certificate.objects.get(pk=village.pk).state == CertificateState.RECHECKING
