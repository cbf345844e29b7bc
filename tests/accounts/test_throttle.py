"""Ceilings of failed logins: what an attacker gains, and that his victim gets in."""

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import throttle
from accounts.models import AuditEntry, FailureKind, LoginFailures, LoginSession
from accounts.posts import Post
from accounts.throttle import CODE, PASSWORD, ceilings, network, seconds_to_wait
from common import clock

pytestmark = pytest.mark.django_db
NOW = datetime(2018, 6, 30, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
GOOD = "Good-Pass-123"

# Kind, failures, the pause after them: just under, at and over each edge of the table.
PAUSES = [
    ("pair", 2, 0), ("pair", 3, 2), ("pair", 4, 4), ("pair", 5, 900), ("pair", 99, 900),
    ("account", 10, 0), ("account", 11, 2), ("account", 19, 512), ("account", 20, 900), ("account", 9999, 900),
    ("address", 20, 0), ("address", 21, 2), ("address", 29, 512), ("address", 30, 900),
    ("whole", 100, 0), ("whole", 101, 2), ("whole", 104, 16), ("whole", 105, 30), ("whole", 9999, 30),
    ("code_pair", 2, 0), ("code_pair", 5, 900), ("code_account", 5, 0), ("code_account", 6, 2), ("code_account", 10, 900),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "failures", "expected"), PAUSES)
def test_pause_of_each_counter(kind, failures, expected):
    assert ceilings()[kind].pause_after(failures) == expected


# Kind, and the quiet in seconds after which its failures are forgotten.
@pytest.mark.parametrize(("kind", "quiet"), [("pair", 900), ("account", 86400), ("address", 86400), ("whole", 3600)])
def test_failures_are_forgotten_after_their_quiet(kind, quiet):
    row = LoginFailures(kind=kind, failures=7, last_at=NOW - timedelta(seconds=quiet))

    assert [ceilings()[kind].counted(row, NOW + timedelta(seconds=later)) for later in (-1, 0)] == [7, 0]


def address(number: int) -> str:
    return f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"


def guesses(way, seconds: int) -> int:
    """How many passwords are checked of one who tries again the moment that he may, with another name or address each time."""
    now, number, checked = NOW, 0, 0
    while now < NOW + timedelta(seconds=seconds):
        username, origin = way(number)
        wait = seconds_to_wait(username=username, address=origin, now=now)
        now, number, checked = now + timedelta(seconds=wait), number + 1, checked + (not wait)
    return checked


WAYS = {
    "many addresses, one name": lambda number: ("li", address(number)),
    "one address, many names": lambda number: (f"name{number}", "10.0.0.1"),
    "many of both": lambda number: (f"name{number}", address(number)),
}
# The counter that holds him, and what docs/logins.md promises for a quarter of an hour and for a day.
PROMISED = {
    "many addresses, one name": (FailureKind.ACCOUNT, 19, 114),
    "one address, many names": (FailureKind.ADDRESS, 29, 124),
    "many of both": (FailureKind.WHOLE, 133, 2983),
}


@pytest.mark.parametrize("way", WAYS)
def test_attack_of_a_quarter_of_an_hour_gains_few_guesses(way):
    assert guesses(WAYS[way], 900) == PROMISED[way][1]


@pytest.mark.parametrize("way", WAYS)
def test_attack_of_a_day_gains_few_guesses(way):
    kind, _, most = PROMISED[way]
    limit, checked, at = ceilings()[kind], 0, 0
    while at < throttle.DAY:
        checked += 1
        at += limit.pause_after(checked)

    assert checked == most


def test_addresses_that_have_to_wait_leave_no_rows_behind():
    for number in range(60):
        seconds_to_wait(username="li", address=address(number), now=NOW)

    checked = ceilings()[FailureKind.ACCOUNT].free + 1
    assert LoginFailures.objects.count() == 2 * checked + 2


@pytest.fixture
def clerk(make_user):
    user = make_user(Post.CLERK, username="li", password=GOOD)
    LoginSession.objects.create(user=user, digest="d", address="10.9.9.9")
    return user


def post(username="li", password=GOOD, address="10.9.9.9"):
    return Client().post(reverse("accounts:login"), {"username": username, "password": password}, REMOTE_ADDR=address)


def set_counters(**failures: int) -> None:
    keys = {"account": {"username": "li"}, "address": {"address": "10.9.9.9"}, "whole": {}}
    for kind, count in failures.items():
        LoginFailures.objects.create(kind=kind, failures=count, last_at=clock.real_now(), **keys[kind])


def test_victim_gets_in_from_her_address_while_strangers_are_at_the_ceilings(clerk):
    set_counters(account=9999, address=9999)

    assert post().status_code == 302
    assert post(address="10.1.1.1").status_code == 429
    assert LoginFailures.objects.get(kind="account").failures == 9999


def test_ceiling_of_the_whole_delays_the_victim_by_two_seconds_at_most(clerk):
    limit = ceilings()[FailureKind.WHOLE].ceiling
    row = LoginFailures.objects.create(kind="whole", failures=limit, last_at=NOW)
    waits = {later: seconds_to_wait(username="li", address="10.9.9.9", now=NOW + timedelta(seconds=later), known=True)
             for later in (0, 1, 2)}  # fmt: skip
    row.failures = limit - 1
    row.save()
    LoginFailures.objects.filter(kind="pair").delete()

    assert waits == {0: 2, 1: 1, 2: 0}
    assert seconds_to_wait(username="li", address="10.9.9.9", now=NOW, known=True) == 0


def test_known_pair_has_a_small_allowance_of_its_own(clerk):
    for _ in range(3):
        assert post(password="wrong").status_code == 200

    assert post(password="wrong").status_code == 429
    assert not LoginFailures.objects.exclude(kind="pair").filter(failures__gt=0).exists()


def test_login_in_between_makes_no_room_for_more_guesses(clerk):
    """Whoever has an account of his own does not clear the counter of his address with it."""
    for n in range(15):
        post(f"name{n}", "wrong", address="10.1.1.1")
    post(address="10.1.1.1")

    assert LoginFailures.objects.get(kind="address").failures == 15


@pytest.mark.parametrize(
    ("kind", "username", "failures"), [("account", "li", 19), ("address", "zhang", 29), ("whole", "zhang", 104)]
)
def test_alarm_is_raised_once_when_a_ceiling_is_reached(kind, username, failures, clerk):
    keys = {"account": {"username": "li"}, "address": {"address": "10.1.1.1"}, "whole": {}}
    hour_ago = clock.real_now() - timedelta(minutes=16)
    LoginFailures.objects.create(kind=kind, failures=failures, last_at=hour_ago, **keys[kind])

    post(username, "wrong", address="10.1.1.1")
    LoginFailures.objects.update(last_at=hour_ago)
    post(username, "wrong", address="10.1.1.1")

    [entry] = AuditEntry.objects.filter(action="session.ceiling")
    assert entry.facts == {"limit": FailureKind(kind).label, "failures": failures + 1}
    assert [row.kind for row in throttle.alarms(clock.real_now())] == [kind]


def test_right_password_at_the_ceiling_raises_no_alarm(clerk):
    LoginFailures.objects.create(
        kind="account", username="li", failures=19, last_at=clock.real_now() - timedelta(minutes=16)
    )

    assert post(address="10.1.1.1").status_code == 302
    assert not throttle.alarms(clock.real_now()).exists()
    assert LoginFailures.objects.get(kind="account").failures == 19


def test_security_administrator_sees_the_alarm_and_clears_it(clerk, make_user):
    now = clock.real_now()
    told = {"failures": 20, "last_at": now, "reached_at": now}
    row = LoginFailures.objects.create(kind="account", username="li", **told)
    LoginFailures.objects.create(kind="account", username="My-Secret-1", **told)
    client = Client()
    client.force_login(make_user(Post.SECURITY_ADMIN))

    page = client.get(reverse("accounts:alarms")).text
    client.post(reverse("accounts:release", args=[row.pk]))

    assert "li" in page and "每 900 秒一次" in page and "My-Secret-1" not in page and "（无此用户名）" in page
    assert AuditEntry.objects.get(action="session.release").facts["limit"] == "同一用户名"
    assert post(address="10.1.1.1").status_code == 302


def test_unlocking_an_account_clears_its_ceiling_too(clerk, make_user):
    set_counters(account=20)
    client = Client()
    client.force_login(make_user(Post.SECURITY_ADMIN))

    client.post(reverse("accounts:unlock_user", args=[clerk.pk]))

    assert post(address="10.1.1.1").status_code == 302


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::2", "2001:db8::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("", ""),
        ("x", "x"),
    ],
)
def test_whoever_has_a_network_has_all_its_addresses(address, counted):
    assert network(address) == counted


def test_codes_are_counted_apart_from_passwords():
    for n in range(6):
        assert seconds_to_wait(username="li", address=f"10.0.0.{n}", now=NOW, steps=CODE) == 0

    assert seconds_to_wait(username="li", address="10.0.0.9", now=NOW, steps=CODE) == 2
    assert seconds_to_wait(username="li", address="10.0.0.9", now=NOW, steps=PASSWORD) == 0


@pytest.mark.django_db(transaction=True)
def test_many_strangers_at_once_gain_nothing():
    """Each from an address of its own, so that only the name's counter can hold them."""
    allowed = []

    def guess(number: int) -> None:
        try:
            allowed.append(seconds_to_wait(username="li", address=f"10.0.0.{number}", now=NOW) == 0)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=[number]) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(allowed), sum(allowed)) == (16, ceilings()[FailureKind.ACCOUNT].free + 1)
