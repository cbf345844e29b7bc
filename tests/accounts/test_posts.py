"""The table of posts: complete, written down, and holding in the database."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.posts import ADMINISTRATORS, ROLE_GRANTS, Post, Power, ScopeKind

KEEPING = {Power.MANAGE_ACCOUNTS, Power.SEE_STATUS, Power.ASSIGN_POSTS, Power.READ_AUDIT_TRAIL, Power.EXPORT}
BUSINESS = set(Power) - KEEPING


def documented() -> dict[str, set[str]]:
    """The powers of each post as docs/posts.md gives them."""
    page = (Path(__file__).parents[2] / "docs/posts.md").read_text(encoding="utf-8")
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")
    ]
    powers: dict[str, set[str]] = {label: set() for label in lines[0][1:]}
    for first, *marks in lines[2:]:
        if power := re.search(r"`(\w+)`", first):
            for label, mark in zip(powers, marks, strict=True):
                powers[label] |= {power[1]} if mark == "✓" else set()
    return powers


def test_posts_document_equals_table():
    assert documented() == {post.label: {str(power) for power in ROLE_GRANTS[post].powers} for post in Post}


def test_every_power_belongs_to_some_post():
    assert set().union(*(grants.powers for grants in ROLE_GRANTS.values())) == set(Power)


@pytest.mark.parametrize("post", ADMINISTRATORS)
def test_administrators_have_no_business_powers(post):
    assert not ROLE_GRANTS[post].powers & BUSINESS
    assert ROLE_GRANTS[post].scope_kind == ScopeKind.NONE


@pytest.mark.parametrize(
    "pair",
    [
        (Power.MANAGE_ACCOUNTS, Power.ASSIGN_POSTS),
        (Power.MANAGE_ACCOUNTS, Power.READ_AUDIT_TRAIL),
        (Power.ASSIGN_POSTS, Power.READ_AUDIT_TRAIL),
        (Power.ENTER_RETURNS, Power.REVIEW_RETURNS),
        (Power.SIGN_RETURNS, Power.REVIEW_RETURNS),
        (Power.ENTER_RETURNS, Power.SIGN_RETURNS),
        (Power.WRITE_INSPECTIONS, Power.SIGN_INSPECTIONS),
        (Power.WRITE_INSPECTIONS, Power.EXAMINE),
        (Power.SIGN_INSPECTIONS, Power.EXAMINE),
        (Power.EXAMINE, Power.RATIFY),
        (Power.COMPILE_SUBMISSIONS, Power.RATIFY),
        (Power.BREAK_DOWN, Power.ACCEPT_LETTERS),
        (Power.SIGN_BREAKDOWNS, Power.ACCEPT_LETTERS),
    ],
)
def test_separated_powers_never_meet_in_a_post(pair):
    assert not [post for post, grants in ROLE_GRANTS.items() if set(pair) <= grants.powers]


def test_account_without_a_post_may_nothing(make_area, make_user):
    user = User.objects.create_user("new", name="新人")
    make_area("441802103")

    assert not [power for power in Power if user.may(power)]
    assert user.post_label == "未定岗"
    assert user.area is None and user.scope.area is None and not user.scope.holds("441802")


def test_disabled_user_may_nothing(make_user):
    assert not make_user(Post.CLERK, is_active=False).may(Power.SEE_RETURNS)


# Post, the code of its area (blank: none), its operator (blank: none), whether the two fit the post.
SEATS = [
    (Post.CLERK, "441802103", "", True),
    (Post.CLERK, "441802", "", False),
    (Post.CLERK, "441802103201", "", False),
    (Post.CLERK, "", "", False),
    (Post.CLERK, "441802103", "telecom", False),
    (Post.TOWNSHIP_HEAD, "441802103", "", True),
    (Post.TOWNSHIP_HEAD, "", "telecom", False),
    (Post.REVIEWER, "441802", "", True),
    (Post.REVIEWER, "441802103", "", False),
    (Post.LEADER, "", "", False),
    (Post.OPERATOR, "", "telecom", True),
    (Post.OPERATOR, "", "", False),
    (Post.OPERATOR, "441802", "telecom", False),
    (Post.SYSTEM_ADMIN, "", "", True),
    (Post.SYSTEM_ADMIN, "441802", "", False),
    (Post.AUDITOR, "", "telecom", False),
    ("", "", "", True),
    ("", "441802", "", False),
]


@pytest.mark.parametrize(("post", "area", "operator", "fits"), SEATS)
def test_seat_fits_post(post, area, operator, fits, make_area, make_user):
    make_area("441802103201")
    make_user(Post.OPERATOR, operator="telecom")
    user = User(username="u", name="某人", post=post, area_id=area or None, operator_id=operator or None, password="x")

    if fits:
        user.full_clean()
        user.save()
    else:
        with pytest.raises(ValidationError, match=r"[\u4e00-\u9fff]"):
            user.full_clean()


@pytest.mark.parametrize(
    ("post", "area", "operator"),
    [
        (Post.CLERK, None, None),
        (Post.CLERK, "441802103", "telecom"),
        (Post.OPERATOR, None, None),
        (Post.AUDITOR, "441802", None),
        ("", "441802", None),
    ],
)
def test_database_refuses_a_seat_that_does_not_fit(post, area, operator, make_area, make_user):
    make_area("441802103")
    make_user(Post.OPERATOR, operator="telecom")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="u", name="某人", post=post, area_id=area, operator_id=operator)


def test_accounts_are_visible_to_the_three_administrators_only(make_user):
    clerk, admin, security = make_user(Post.CLERK), make_user(Post.SYSTEM_ADMIN), make_user(Post.SECURITY_ADMIN)
    auditor = make_user(Post.AUDITOR)

    assert [User.objects.visible_to(each).count() for each in (admin, security, auditor)] == [4, 4, 4]
    assert list(User.objects.visible_to(clerk)) == [clerk]
