"""Who may do what to which account: the separation of the three administrators, as tables."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts import actions, passwords, second_factor, sessions
from accounts.actions import Refused
from accounts.models import AuditEntry, LoginFailures, User
from accounts.posts import ADMINISTRATORS, Post

pytestmark = pytest.mark.django_db


def give(user, by, post, area=None, operator=None):
    seen = User.objects.get(pk=user.pk).session_version
    return actions.assign_post(user=user, post=post, area=area, operator=operator, seen=seen, by=by)


ASKED = {"requested_by": "李主任", "basis": "账号申请表第 12 号"}
DEEDS = {
    "create": lambda user, by: actions.create_account(username="new1", name="新", unit="单位", **ASKED, by=by),
    "edit": lambda user, by: actions.edit_account(user=user, name="新名", unit="单位", by=by),
    "reset": lambda user, by: actions.reset_password(user=user, by=by),
    "disable": lambda user, by: actions.disable(user=user, by=by),
    "enable": lambda user, by: actions.enable(user=user, by=by),
    "assign": lambda user, by: give(user, by, ""),
    "unlock": lambda user, by: actions.unlock(user=user, by=by),
    "reopen": lambda user, by: actions.reopen(user=user, by=by),
    "end logins": lambda user, by: sessions.end_of(user=user, by=by),
    "reset second factor": lambda user, by: second_factor.reset(user=user, by=by),
    "release": lambda user, by: actions.release(failures=LoginFailures.objects.create(username="x"), by=by),
}
ALLOWED = {
    Post.SYSTEM_ADMIN: {"create", "edit", "reset", "disable", "enable"},
    Post.SECURITY_ADMIN: {"assign", "unlock", "reopen", "end logins", "reset second factor", "release"},
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("post", Post)
def test_deeds_by_post(post, deed, make_user):
    by, clerk = make_user(post), make_user(Post.CLERK)
    if deed in ALLOWED.get(post, ()):
        DEEDS[deed](clerk, by)
    else:
        with pytest.raises(PermissionDenied):
            DEEDS[deed](clerk, by)
        assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("post", "deed"),
    [
        (Post.SYSTEM_ADMIN, "reset"),
        (Post.SYSTEM_ADMIN, "disable"),
        (Post.SECURITY_ADMIN, "assign"),
        (Post.SECURITY_ADMIN, "reopen"),
    ],
)
def test_nobody_does_it_to_oneself(post, deed, make_user):
    make_user(post)
    by = make_user(post)
    with pytest.raises(Refused, match="自己的账号"):
        DEEDS[deed](by, by)


@pytest.mark.parametrize("post", ADMINISTRATORS)
@pytest.mark.parametrize("deed", ["disable", "assign"])
def test_last_active_administrator_stays(post, deed, make_user):
    by = make_user(Post.SYSTEM_ADMIN if deed == "disable" else Post.SECURITY_ADMIN)
    if by.post == post:
        return  # the last one is oneself
    last = make_user(post)
    make_user(post, is_active=False)
    with pytest.raises(Refused, match=f"最后一名在用的{post.label}"):
        DEEDS[deed](last, by)

    make_user(post)
    DEEDS[deed](last, by)


@pytest.mark.parametrize("post", ADMINISTRATORS)
def test_administrators_passwords_are_not_reset_on_the_page(post, make_user):
    with pytest.raises(Refused, match="reset_password"):
        actions.reset_password(user=make_user(post), by=make_user(Post.SYSTEM_ADMIN))


def test_new_account_has_no_powers_until_it_is_given_a_post(make_user, make_area):
    admin, security = make_user(Post.SYSTEM_ADMIN), make_user(Post.SECURITY_ADMIN)

    user, password = actions.create_account(username="new1", name="新人", unit="石角镇人民政府", **ASKED, by=admin)

    assert user.check_password(password) and user.must_change_password
    assert user.grants.powers == frozenset()

    user = give(user, security, Post.CLERK, make_area("441802103"))
    assert user.grants.powers
    assert user.scope.area == "441802103"


@pytest.mark.parametrize(("post", "area"), [(Post.CLERK, None), (Post.CLERK, "441802"), (Post.AUDITOR, "441802")])
def test_post_needs_its_seat(post, area, make_user, make_area):
    make_area("441802")
    user = make_user(Post.CLERK)
    with pytest.raises(ValidationError):
        give(user, make_user(Post.SECURITY_ADMIN), post, area and make_area("441803"))

    assert User.objects.get(pk=user.pk).post == Post.CLERK


def test_assignment_based_on_an_old_page_is_refused(make_user):
    clerk, security = make_user(Post.CLERK), make_user(Post.SECURITY_ADMIN)
    seen = clerk.session_version
    actions.disable(user=clerk, by=make_user(Post.SYSTEM_ADMIN))

    with pytest.raises(Refused, match="刚被他人修改"):
        actions.assign_post(user=clerk, post="", area=None, operator=None, seen=seen, by=security)


def test_every_change_is_recorded_with_before_and_after(make_user, make_area):
    admin, security, clerk = (
        make_user(Post.SYSTEM_ADMIN),
        make_user(Post.SECURITY_ADMIN),
        make_user(Post.CLERK, name="李"),
    )
    LoginFailures.objects.create(username=clerk.username, address="a", failures=5)

    user, _ = actions.create_account(username="new1", name="新人", unit="单位", **ASKED, by=admin)
    actions.edit_account(user=clerk, name="李二", unit="", by=admin)
    actions.reset_password(user=clerk, by=admin)
    actions.disable(user=clerk, by=admin)
    actions.enable(user=clerk, by=admin)
    give(clerk, security, Post.REVIEWER, make_area("441803"))
    actions.unlock(user=clerk, by=security)
    actions.change_password(user=clerk, password="Whatever-1")

    entries = [
        (entry.by_id, entry.action, entry.subject_key, entry.facts) for entry in AuditEntry.objects.order_by("pk")
    ]
    said = {"username": "new1", "name": "新人", "unit": "单位", **ASKED, "valid_until": None}
    made = {key: [None, value] for key, value in said.items()}
    assert entries == [
        (admin.pk, "account.create", str(user.pk), made),
        (admin.pk, "account.edit", str(clerk.pk), {"name": ["李", "李二"]}),
        (admin.pk, "account.reset_password", str(clerk.pk), {}),
        (admin.pk, "account.disable", str(clerk.pk), {"is_active": [True, False]}),
        (admin.pk, "account.enable", str(clerk.pk), {"is_active": [False, True]}),
        (
            security.pk,
            "account.assign_post",
            str(clerk.pk),
            {"post": ["clerk", "reviewer"], "area": ["441802103", "441803"]},
        ),
        (security.pk, "account.unlock", str(clerk.pk), {}),
        (clerk.pk, "account.password", str(clerk.pk), {}),
    ]


def test_what_changes_nothing_leaves_nothing(make_user):
    admin, security, clerk = make_user(Post.SYSTEM_ADMIN), make_user(Post.SECURITY_ADMIN), make_user(Post.CLERK)

    actions.edit_account(user=clerk, name=clerk.name, unit=clerk.unit, by=admin)
    actions.enable(user=clerk, by=admin)
    give(clerk, security, clerk.post, clerk.area)
    actions.unlock(user=clerk, by=security)

    assert not AuditEntry.objects.exists()
    assert User.objects.get(pk=clerk.pk).session_version == 0


@pytest.mark.django_db(transaction=True)
def test_two_security_administrators_cannot_remove_each_other_at_once(make_user):
    pair = [make_user(Post.SECURITY_ADMIN), make_user(Post.SECURITY_ADMIN)]
    ready, outcomes = threading.Barrier(2), []

    def remove(by, other) -> None:
        try:
            ready.wait()
            give(other, by, "")
            outcomes.append("done")
        except (Refused, PermissionDenied):
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=args) for args in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "refused"]
    assert User.objects.active().filter(post=Post.SECURITY_ADMIN).count() == 1


# Password, and the word of the refusal (blank: accepted).
PASSWORDS = [
    ("Abcdefgh12", ""),
    ("abcdefgh1-", ""),
    ("全光网城市建设Ab1", ""),
    ("Abcdefg12", "至少要 10 个"),
    ("abcdefgh12", "四类中至少有 3 类"),
    ("ABCDEFGHIJ", "四类中至少有 3 类"),
    ("1234567890", "四类中至少有 3 类"),
    ("全光网城市建设进度门户", "四类中至少有 3 类"),
]


@pytest.mark.parametrize(("password", "word"), PASSWORDS)
def test_composition(password, word):
    if word:
        with pytest.raises(ValidationError, match=word):
            passwords.Composition().validate(password)
    else:
        passwords.Composition().validate(password)


def test_last_five_passwords_are_not_used_again(make_user):
    user = make_user(Post.CLERK, password="Password-0")
    rule = passwords.NotUsedBefore(5)
    for number in range(1, 6):
        with pytest.raises(ValidationError, match="最近 5 个"):
            rule.validate(f"Password-{number - 1}", user)
        passwords.change(user, f"Password-{number}", must_change=False)

    rule.validate("Password-0", user)
    with pytest.raises(ValidationError):
        rule.validate("Password-1", user)


def test_initial_passwords_meet_the_rules_and_differ():
    made = {passwords.initial_password() for _ in range(50)}

    assert len(made) == 50
    for password in made:
        passwords.Composition(14, 4).validate(password)
