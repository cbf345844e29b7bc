"""Signing in, accounts, posts and the audit trail."""

from datetime import date

from accounts.audit import record
from accounts.models import Anomaly, AuditArchive, LoginFailures, LoginSession, SavedQuestion
from accounts.posts import Post, Power
from accounts.tokens import issue
from common.clock import real_now
from tests.access_table.row import NETWORK, PUBLIC, SIGNED_IN, Place, Row, World

MANAGING, ASSIGNING = {Power.MANAGE_ACCOUNTS}, {Power.ASSIGN_POSTS}
ACCOUNTS = MANAGING | ASSIGNING
TOKENS = {Power.ISSUE_TOKENS}
TRAIL = {Power.READ_AUDIT_TRAIL}
SEEING = ACCOUNTS | TRAIL
ASKED = {"requested_by": "东城街道办事处李主任", "basis": "账号申请表第 12 号"}
NEW = {"username": "zhang.san", "name": "张三", "unit": "东城街道办事处", **ASKED}


def of_account(world: World, place: Place) -> list:
    return [world.make_user(Post.CLERK, area=place.area).pk]


def of_audit_entry(world: World, place: Place) -> list:
    return [record(action="session.login", by=None).sequence]


def of_question(world: World, place: Place) -> list:
    """A question of somebody else's, which is shared and still not another's to delete."""
    owner = world.make_user(Post.AUDITOR)
    return [SavedQuestion.objects.create(name="夜间", query="action=session.login", owner=owner, is_shared=True).pk]


def of_archive(world: World, place: Place) -> list:
    """One whose file is gone: the auditor is led back to the list, which says so."""
    said = {"hash_after": "ab", "file": "audit-1-2.jsonl.gz", "sha256": "ab", "document": "{}"}
    return [AuditArchive.objects.create(first_sequence=1, last_sequence=2, **said).pk]


def of_anomaly(world: World, place: Place) -> list:
    said = {"rule": "night_login", "day": date(2026, 11, 1), "who": "li", "figure": 1, "threshold": 1}
    return [Anomaly.objects.create(**said).pk]


def of_token(world: World, place: Place) -> list:
    """A token of the operator at ``place``, whoever of its people made it."""
    owner = world.make_user(Post.OPERATOR, operator=place.operator)
    return [issue(name="统计系统", days=30, by=owner)[0].pk]


def of_alarm(world: World, place: Place) -> list:
    now = real_now()
    return [LoginFailures.objects.create(kind="account", username="li", failures=20, last_at=now, reached_at=now).pk]


def of_nobodys_session(world: World, place: Place) -> list:
    """A login of another's account: nobody's own."""
    other = world.make_user(Post.CLERK, area=place.area)
    return [LoginSession.objects.create(user=other, session_key="k", digest="d").pk]


ROWS = [
    Row("accounts:second_step", PUBLIC, answer=302),
    Row("accounts:second_step", PUBLIC, method="post", answer=302),
    Row("accounts:second_factor", SIGNED_IN),
    Row("accounts:second_factor", SIGNED_IN, method="post", data=lambda world, place: {"code": "000000"}),
    Row("accounts:renew_codes", SIGNED_IN, method="post", answer=302),
    Row("accounts:remove_second_factor", SIGNED_IN, method="post", answer=302),
    Row("accounts:end_session", SIGNED_IN, of_nobodys_session, method="post", answer=404),
    Row("accounts:end_sessions", SIGNED_IN, method="post"),
    Row("accounts:alarms", ASSIGNING),
    Row("accounts:release", ASSIGNING, of_alarm, method="post", answer=302),
    Row("accounts:life", SEEING, of_account),
    Row("accounts:reopen_user", ASSIGNING, of_account, method="post", answer=302),
    Row("accounts:reset_second_factor", ASSIGNING, of_account, method="post", answer=302),
    Row("accounts:end_sessions_of_user", ASSIGNING, of_account, method="post", answer=302),
    Row("accounts:login", PUBLIC),
    Row("accounts:login", PUBLIC, method="post"),
    Row("accounts:logout", PUBLIC, answer=302),
    Row("accounts:logout", PUBLIC, method="post", answer=302),
    Row("accounts:password", SIGNED_IN),
    Row("accounts:password", SIGNED_IN, method="post"),
    Row("accounts:me", SIGNED_IN),
    Row("accounts:me", SIGNED_IN, method="post", data=lambda world, place: {"email": "a@example.cn"}),
    Row("accounts:tokens", TOKENS),
    Row("accounts:tokens", TOKENS, method="post", data=lambda world, place: {"name": "统计系统", "days": 30}),
    Row("accounts:revoke_token", TOKENS, of_token, method="post", scoped=NETWORK, answer=302),
    Row("accounts:revoke_token_of_user", ASSIGNING, of_token, method="post", answer=302),
    Row("accounts:users", SEEING),
    Row("accounts:user", SEEING, of_account),
    Row("accounts:new_user", MANAGING),
    Row("accounts:new_user", MANAGING, method="post", data=lambda world, place: NEW),
    Row("accounts:edit_user", MANAGING, of_account),
    Row("accounts:edit_user", MANAGING, of_account, method="post", data=lambda world, place: NEW, answer=302),
    Row("accounts:assign_post", ASSIGNING, of_account),
    Row(
        "accounts:assign_post", ASSIGNING, of_account, method="post", data=lambda world, place: {"seen": 0}, answer=302
    ),
    Row("accounts:reset_password", MANAGING, of_account, method="post"),
    Row("accounts:disable_user", MANAGING, of_account, method="post", answer=302),
    Row("accounts:enable_user", MANAGING, of_account, method="post", answer=302),
    Row("accounts:unlock_user", ASSIGNING, of_account, method="post", answer=302),
    Row("accounts:audit", TRAIL),
    Row("accounts:entry", TRAIL, of_audit_entry),
    Row("accounts:keep_question", TRAIL, method="post", data=lambda world, place: {"name": "夜间"}, answer=302),
    Row("accounts:drop_question", TRAIL, of_question, method="post", answer=404),
    Row("accounts:archives", TRAIL),
    Row("accounts:archive", TRAIL, of_archive, answer=302),
    Row("accounts:anomalies", TRAIL, lambda world, place: of_anomaly(world, place)[1:]),
    Row("accounts:check_anomalies", TRAIL, lambda world, place: of_anomaly(world, place)[1:], method="post"),
    Row("accounts:anomaly_threshold", TRAIL, lambda world, place: ["night_login"], method="post", answer=302),
    Row("accounts:audit_verify", TRAIL, method="post", answer=302),
]
