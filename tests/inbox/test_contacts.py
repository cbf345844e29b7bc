"""Whom to call: each side sees the other, nobody a third; the administrator keeps the numbers."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.contacts import BUREAU, GOVERNMENT, bureau_of, contacts
from accounts.models import AuditEntry
from accounts.posts import Post
from inbox import items
from proposals.models import Proposal
from proposals.vocabulary import ProposalState
from returns.models import Round

TOWN, NEXT_DOOR = "441802103", "441802105"
ALL = {BUREAU, GOVERNMENT, TOWN, NEXT_DOOR, "telecom", "mobile"}


@pytest.fixture
def staff(make_area, make_user):
    for code in ("441802", TOWN, NEXT_DOOR):
        make_area(code)
    seats = [
        (Post.CLERK, {"area": TOWN}), (Post.TOWNSHIP_HEAD, {"area": TOWN}), (Post.CLERK, {"area": NEXT_DOOR}),
        (Post.REVIEWER, {}), (Post.BUREAU_HEAD, {}), (Post.GOVERNMENT, {}), (Post.LEADER, {}), (Post.LEAD_UNIT, {}),
        (Post.OPERATOR, {"operator": "telecom"}), (Post.OPERATOR, {"operator": "mobile"}),
        (Post.SYSTEM_ADMIN, {}), (Post.AUDITOR, {}),
    ]  # fmt: skip
    return {
        f"{post}{number}": make_user(post, name=f"{post}{number}", phone=f"0763-336{number:04}", **seat)
        for number, (post, seat) in enumerate(seats)
    }


def seen(user) -> set[str]:
    return {person.name for people in contacts(user, ALL).values() for person in people}


BUREAUS, OTHERS = (
    {"reviewer3", "bureau_head4"},
    {"clerk0", "township_head1", "clerk2", "government5", "operator8", "operator9"},
)


@pytest.mark.parametrize(("who", "others"), [
    ("clerk0", BUREAUS), ("township_head1", BUREAUS), ("operator8", BUREAUS), ("government5", BUREAUS),
    ("reviewer3", OTHERS), ("bureau_head4", OTHERS),
    ("leader6", set()), ("lead_unit7", set()), ("system_admin10", set()), ("auditor11", set()),
])  # fmt: skip
def test_each_side_sees_the_other_and_nobody_else(who, others, staff):
    assert seen(staff[who]) == others


def test_who_has_no_number_or_left_is_not_shown(staff):
    for name, change in (("reviewer3", {"phone": ""}), ("bureau_head4", {"is_active": False})):
        type(staff[name]).objects.filter(pk=staff[name].pk).update(**change)
    assert seen(staff["clerk0"]) == set()


def test_bureau_of_another_county_is_not_called(staff, make_area, make_user):
    make_area("441803")
    make_user(Post.REVIEWER, area="441803", name="清新", phone="0763-5555555")
    assert "清新" not in seen(staff["clerk0"])


def test_only_the_sides_that_are_asked_for_are_read(staff, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert contacts(staff["clerk0"], set()) == contacts(staff["leader6"], {BUREAU}) == {}
    with django_assert_num_queries(1):
        found = contacts(staff["reviewer3"], {TOWN})
    assert {person.name for person in found[TOWN]} == {"clerk0", "township_head1"}


@pytest.mark.parametrize("phone", ["0763-3361234", "3361234", "0763-3361234-802", "13800138000", ""])
def test_administrator_keeps_the_number(phone, staff):
    client = Client()
    client.force_login(staff["system_admin10"])
    account = staff["clerk2"]
    form = {"name": "陈", "unit": "洲心街道办事处", "phone": phone, "email": ""}
    assert client.post(reverse("accounts:edit_user", args=[account.pk]), form).status_code == 302
    account.refresh_from_db()
    assert account.phone == phone
    assert "phone" in AuditEntry.objects.filter(action="account.edit").first().facts


@pytest.mark.parametrize("phone", ["12345", "电话3361234", "0763 3361234", "138001380001"])
def test_what_is_no_number_is_refused(phone, staff):
    client = Client()
    client.force_login(staff["system_admin10"])
    form = {"name": "陈", "unit": "洲心街道办事处", "phone": phone, "email": ""}
    page = client.post(reverse("accounts:edit_user", args=[staff["clerk2"].pk]), form)
    assert "电话应写作 0763-3361234" in page.text


@pytest.fixture
def abroad(staff, make_area, make_user):
    """The bureau of another county, in which the same operators count."""
    make_area("441803103")
    return make_user(Post.REVIEWER, area="441803", name="清新", phone="0763-5555555")


def test_operator_calls_the_bureau_of_the_county_concerned(staff, abroad):
    found = contacts(staff["operator8"], {bureau_of("441802"), bureau_of("441803"), BUREAU})
    named = {side: {person.name for person in people} for side, people in found.items()}
    assert named == {
        bureau_of("441802"): BUREAUS,
        bureau_of("441803"): {"清新"},
        BUREAU: BUREAUS | {"清新"},
    }


def test_contacts_of_an_operators_items_are_those_of_their_county(staff, abroad, settings):
    settings.PORTAL_TODAY = date(2019, 4, 8)
    for county in ("441802", "441803"):
        Round.objects.create(county=county, period="2019Q1", due=date(2019, 4, 15))
        Proposal.objects.create(county=county, operator_id="telecom", title="接入点", state=ProposalState.RETURNED)
    found = [
        (row.item.kind, frozenset(person.name for person in row.contacts)) for row in items.of(staff["operator8"]).mine
    ]
    assert len(found) == 4 and set(found) == {
        (kind, names) for kind in ("用户数", "变更申请") for names in (frozenset(BUREAUS), frozenset({"清新"}))
    }
