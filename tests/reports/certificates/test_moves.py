"""The life of a certificate: every action by every post in every state, against a table written by hand."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from accounts import audit
from accounts.models import AuditEntry, User
from accounts.posts import Post
from areas.models import Area
from common.exceptions import Refused, Stale
from inspection.models import Unit
from inspection.vocabulary import UnitState
from papers.models import Series
from reports.certificates import actions
from reports.certificates.models import MOVES_GUARD, Certificate, CertificateMove, CertificateState
from reports.certificates.moves import MOVES, WITHDRAWING
from tests.inspection.conftest import FAR, NEAR
from tests.reports.certificates.conftest import COVERED, ISSUED_ON, TOWN, XINMA, Procedure

REVIEWER, BUREAU_HEAD, GOVERNMENT = Post.REVIEWER, Post.BUREAU_HEAD, Post.GOVERNMENT
CLERK, HEAD = Post.CLERK, Post.TOWNSHIP_HEAD
# (state, action) → (posts that may, state afterwards); everything that is not here is refused.
LEGAL = {
    ("valid", "recheck"): ({REVIEWER, BUREAU_HEAD}, "rechecking"),
    ("rechecking", "explain"): ({CLERK, HEAD}, "rechecking"),
    ("rechecking", "confirm"): ({BUREAU_HEAD, GOVERNMENT}, "valid"),
}
ACTIONS = ("recheck", "explain", "confirm")
LATER = ISSUED_ON + timedelta(days=30)


def take(action: str, certificate: Certificate, by, **changes):
    said = {"reason": "现场核查", "on": LATER, "version": certificate.version} | changes
    return getattr(actions, action)(certificate=certificate, by=by, **said)


def bring_to(state: str, certificate: Certificate, people) -> Certificate:
    if state != "valid":
        take("recheck", certificate, people.reviewer)
    if state == "withdrawn":
        Procedure(certificate, people, LATER).withdrawn()
    return Certificate.objects.get(pk=certificate.pk)


def everyone(make_user) -> dict[Post, User]:
    return {post: make_user(post, TOWN) for post in Post}


@pytest.mark.parametrize("state", CertificateState.values)
def test_every_action_by_every_post(state, certificate, people, make_user):
    certificate, users, wrong = bring_to(state, certificate, people), everyone(make_user), []
    for action in ACTIONS:
        posts, after = LEGAL.get((state, action), (set(), state))
        for post, user in users.items():
            with transaction.atomic():
                with suppress(Refused, PermissionDenied):
                    take(action, Certificate.objects.get(pk=certificate.pk), user)
                now = Certificate.objects.get(pk=certificate.pk).state
                transaction.set_rollback(True)
            if now != (after if post in posts else state):
                wrong.append(f"{post}: {action} → {now}")
    assert not wrong


def test_document_says_what_the_table_says():
    text = (Path(settings.BASE_DIR) / "docs" / "certificates.md").read_text(encoding="utf-8")

    assert MOVES.as_table() in text
    assert WITHDRAWING.as_table() in text


def test_certificate_says_what_was_ratified(certificate, ratified):
    unit = certificate.unit

    assert certificate.number == "清城区全光网乡镇〔2018〕1号"
    assert (certificate.title, certificate.unit_full_name, certificate.period) == ("全光网乡镇", "源潭镇", "2018Q2")
    assert certificate.verdict_digest == unit.frozen.digest
    assert certificate.plan_digest == unit.frozen.said["plan"]["digest"]
    assert certificate.standard == "《清城区推进全光网城市建设实施方案》第二部分（三）3验收标准（试行）"
    assert (certificate.decision_number, certificate.decided_on) == ("清区府〔2018〕1号", unit.ratified_on)
    assert (certificate.issuer, certificate.issued_on) == ("清远市清城区人民政府", ISSUED_ON)


def test_numbers_run_without_a_gap_by_title_and_year(issued):
    numbers = [each.number for each in issued(TOWN, XINMA, COVERED)]

    assert numbers == ["清城区全光网乡镇〔2018〕1号", "清城区全光网行政村〔2018〕1号", "清城区全光网自然村〔2018〕1号"]
    assert len({each.code for each in Certificate.objects.all()}) == 3


def test_so_many_queries_however_many_are_awarded(ratified, people):
    Series.objects.create(code="清城区全光网自然村", year=ISSUED_ON.year)
    asked = []
    for codes in ((COVERED,), (NEAR, FAR)):
        units = list(ratified(*codes).values())
        with CaptureQueriesContext(connection) as queries:
            actions.issue(units=units, on=ISSUED_ON, by=people.second_government)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 32
    assert AuditEntry.objects.filter(action="certificate.issue").count() == 3 and audit.verified().problem == ""


def test_path_names_what_stands_above(issued):
    assert issued(COVERED)[0].unit_full_name == "源潭镇新马村新屋"


@pytest.mark.parametrize(
    ("post", "refusal"),
    [(Post.REVIEWER, PermissionDenied), (Post.CLERK, PermissionDenied), (Post.LEADER, PermissionDenied)],
)
def test_only_the_government_and_the_bureau_s_head_award(post, refusal, ratified, make_user):
    units = list(ratified().values())

    with pytest.raises(refusal):
        actions.issue(units=units, on=ISSUED_ON, by=make_user(post, TOWN))
    assert not Certificate.objects.exists()


def test_what_was_not_ratified_is_not_awarded_and_uses_no_number(chain, people):
    unit = chain.submitted().units.get()

    with pytest.raises(Refused, match="没有经区政府审定"):
        actions.issue(units=[unit], on=ISSUED_ON, by=people.second_government)
    assert not Series.objects.filter(code__contains="全光网", last__gt=0).exists()


def test_awarding_before_the_circular_is_refused(ratified, people):
    units = list(ratified().values())

    with pytest.raises(Refused, match="不能更早"):
        actions.issue(units=units, on=units[0].ratified_on - timedelta(days=1), by=people.second_government)


def test_one_that_cannot_be_awarded_stops_all(ratified, people):
    units = list(ratified(TOWN, XINMA).values())
    Area.objects.filter(code=XINMA).update(valid_to=date(2018, 8, 1))

    with pytest.raises(Refused, match="已撤并"):
        actions.issue(units=units, on=ISSUED_ON, by=people.second_government)
    assert not Certificate.objects.exists()


def test_awarding_twice_is_stale(certificate, people):
    with pytest.raises(Stale, match="已经授牌"):
        actions.issue(units=[certificate.unit], on=ISSUED_ON, by=people.second_government)
    assert Series.objects.get(code="清城区全光网乡镇").last == 1


def test_withdrawal_ends_the_title_and_a_new_one_may_follow(certificate, people, chain):
    certificate = bring_to("withdrawn", certificate, people)

    assert certificate.withdrawn_on == LATER
    assert Unit.objects.get(pk=certificate.unit_id).state == UnitState.ENDED
    unit = chain.announced().units.get()
    again = actions.issue(units=[unit], on=LATER, by=people.second_government)[0]
    assert again.number == "清城区全光网乡镇〔2018〕2号"


@pytest.mark.parametrize(("state", "action"), LEGAL)
def test_a_reason_is_required(state, action, certificate, people):
    certificate = bring_to(state, certificate, people)

    by = people.clerk if action == "explain" else people.bureau_head
    with pytest.raises(Refused, match="必须写明原因"):
        take(action, certificate, by, reason="　 ")


def test_steps_do_not_go_back_in_time(certificate, people):
    with pytest.raises(Refused, match="不能早于"):
        take("recheck", certificate, people.reviewer, on=ISSUED_ON - timedelta(days=1))


def test_stale_page_is_told_who_was_faster(certificate, people):
    seen = Certificate.objects.get(pk=certificate.pk)
    take("recheck", certificate, people.reviewer)

    with pytest.raises(Stale, match=r"王审核于.*已办理“启动复核”，.*现在是“复核中”"):
        take("recheck", seen, people.bureau_head)


def test_neighbouring_county_may_do_nothing(certificate, make_user):
    with pytest.raises(PermissionDenied):
        take("recheck", certificate, make_user(Post.REVIEWER, "441803101"))


def test_every_step_leaves_its_row_and_its_audit_record(certificate, people):
    bring_to("withdrawn", certificate, people)

    steps = certificate.moves.values_list("action", "from_state", "to_state", "by__name", "on")
    assert list(steps) == [
        ("issue", "", "valid", "冯主任", ISSUED_ON),
        ("recheck", "valid", "rechecking", "王审核", LATER),
        ("withdraw", "rechecking", "withdrawn", "吴区长", LATER),
    ]
    recorded = AuditEntry.objects.filter(action__startswith="certificate.").order_by("sequence")
    assert [entry.action for entry in recorded] == ["certificate.issue", "certificate.recheck", "certificate.withdraw"]
    assert AuditEntry.objects.filter(action__startswith="withdrawal.").count() == 5
    assert {entry.area_code for entry in recorded} == {TOWN}


BROKEN = {
    "certificate_withdrawn_has_date": lambda certificate: certificate.update(state="withdrawn"),
    "certificate_withdrawn_after_issue": lambda certificate: certificate.update(
        state="withdrawn", withdrawn_on=date(2018, 8, 14)
    ),
    "certificate_state_known": lambda certificate: certificate.update(state="lost"),
    "certificate_after_decision": lambda certificate: certificate.update(decision_number=""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_database_refuses_a_certificate_that_cannot_be(name, certificate):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BROKEN[name](Certificate.objects.filter(pk=certificate.pk))


STEP = {
    "action": "recheck",
    "from_state": "valid",
    "to_state": "rechecking",
    "on": LATER,
    "version": 1,
    "reason": "核查",
}
BROKEN_STEPS = {
    "certificate_move_needs_reason": {"reason": ""},
    "certificate_withdrawal_has_circular": {"action": "withdraw", "to_state": "withdrawn"},
    "certificate_portal_only_rechecks": {"by": None},
}


@pytest.mark.parametrize("name", BROKEN_STEPS)
def test_database_refuses_a_step_that_cannot_be(name, certificate, people):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CertificateMove.objects.create(certificate=certificate, **{"by": people.reviewer} | STEP | BROKEN_STEPS[name])


def test_steps_are_only_added(certificate):
    for change in (
        lambda: CertificateMove.objects.update(reason="改"),
        lambda: CertificateMove.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="只能增加"), transaction.atomic():
            change()
    assert MOVES_GUARD.missing(connection) == []


class Life(RuleBasedStateMachine):
    """Random actions by random posts on one certificate; the independent table says what comes of them."""

    certificate: Certificate
    users: dict[Post, User]

    def __init__(self):
        super().__init__()
        self.state, self.steps = self.certificate.state, self.certificate.version
        self.point = transaction.atomic()
        self.point.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    @rule(
        action=st.sampled_from(ACTIONS),
        post=st.sampled_from([REVIEWER, BUREAU_HEAD, CLERK]) | st.sampled_from(Post),
        reason=st.sampled_from(["核查", "核查", "核查", ""]),
    )
    def somebody_acts(self, action, post, reason):
        posts, after = LEGAL.get((self.state, action), (set(), self.state))
        is_legal = post in posts and reason != ""
        try:
            with transaction.atomic():
                take(action, Certificate.objects.get(pk=self.certificate.pk), self.users[post], reason=reason)
            assert is_legal, f"{post} did {action} in {self.state}"
            self.state, self.steps = after, self.steps + 1
        except (Refused, PermissionDenied):
            assert not is_legal, f"{post} could not {action} in {self.state}"
        self.agrees()

    @precondition(lambda self: self.steps)
    @rule(action=st.sampled_from(ACTIONS), post=st.sampled_from([Post.BUREAU_HEAD, Post.GOVERNMENT]))
    def somebody_acts_on_an_old_page(self, action, post):
        try:
            with transaction.atomic():
                take(action, Certificate.objects.get(pk=self.certificate.pk), self.users[post], version=self.steps - 1)
            raise AssertionError("an old page was believed")
        except (Refused, PermissionDenied):
            self.agrees()

    def agrees(self):
        now = Certificate.objects.get(pk=self.certificate.pk)
        assert (now.state, now.version, now.moves.count()) == (self.state, self.steps, self.steps + 1)
        assert (now.withdrawn_on is not None) == (self.state == "withdrawn")


@pytest.mark.parametrize("state", CertificateState.values)
def test_random_lives_follow_the_table(state, certificate, people, make_user):
    # A life begins in each state: how far a random one comes from the first is a matter of chance.
    Life.certificate, Life.users = bring_to(state, certificate, people), everyone(make_user)

    run_state_machine_as_test(Life, settings=effort(max_examples=10, stateful_step_count=25))
