"""Unusual behaviour: each rule just under and at its figure, and what becomes of what it finds."""

import re
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts import anomalies
from accounts.anomalies import BY_KEY, RULES, look_out
from accounts.audit import record
from accounts.models import Anomaly, AuditEntry
from accounts.posts import Post
from areas.models import Area, CalendarDay
from common import clock
from common.exceptions import Refused
from jobs.hooks import CHORES
from upkeep import auditing, chores

pytestmark = pytest.mark.django_db
MONDAY, SATURDAY, WORKED_SUNDAY, HOLIDAY = "2024-03-04", "2024-03-09", "2024-02-04", "2024-05-01"


@pytest.fixture
def at(monkeypatch):
    """Inside, the machine's clock stands at a moment of Beijing, and so do the entries written."""

    @contextmanager
    def standing(text: str):
        moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
        with monkeypatch.context() as patch:
            patch.setattr(clock, "real_now", lambda: moment)
            yield

    return standing


@pytest.fixture
def written(at, make_user):
    """Writes an entry at a moment, by an account that is made when it is new, from an address."""
    users: dict = {}

    def write(moment: str, action: str, by: str = "li", address: str = "10.0.0.1", post=Post.CLERK, **said) -> None:
        users[by] = users.get(by) or make_user(post, username=by)
        from accounts.audit import current_address

        token = current_address.set(address)
        try:
            with at(moment):
                subject = users[by] if said.pop("own", False) else said.pop("subject", None)
                record(action=action, by=users[by], subject=subject, detail=said)
        finally:
            current_address.reset(token)

    return write


def figures(rule: str, day: str) -> dict[str, int]:
    """What a rule counts on a day, with the filters' entries counted again."""
    on = date.fromisoformat(day)
    seen = anomalies.TrailDay(
        on,
        anomalies.is_working(on),
        anomalies.entries_of(on),
        anomalies.entries_of(on - timedelta(days=1)),
        frozenset({"admin"}),
    )
    return {who: figure for who, (figure, _) in BY_KEY[rule].figures(seen).items()}


# When somebody logs in, and whether it is unusual. The fourth of February 2024 is a Sunday that is worked.
HOURS = [
    (f"{MONDAY}T06:59:59", 1),
    (f"{MONDAY}T07:00:00", 0),
    (f"{MONDAY}T21:59:59", 0),
    (f"{MONDAY}T22:00:00", 1),
    (f"{SATURDAY}T10:00:00", 1),
    (f"{WORKED_SUNDAY}T10:00:00", 0),
    (f"{HOLIDAY}T10:00:00", 1),
]


@pytest.mark.parametrize(("moment", "expected"), HOURS)
def test_login_out_of_hours(moment, expected, written):
    written(moment, "session.login")

    assert figures("night_login", moment[:10]).get("li", 0) == expected


def test_day_of_the_bureaus_own_table_counts(written):
    CalendarDay.objects.create(day=date.fromisoformat(SATURDAY), is_working=True)
    written(f"{SATURDAY}T10:00:00", "session.login")

    assert figures("night_login", SATURDAY) == {}


def test_day_beyond_every_table_is_judged_by_the_week():
    assert anomalies.is_working(date(2040, 1, 2)) and not anomalies.is_working(date(2040, 1, 1))


@pytest.mark.parametrize(("third", "expected"), [("10:59:59", 3), ("11:00:00", 2)])
def test_exports_within_an_hour(third, expected, written):
    for clock_time in ("10:00:00", "10:30:00", third):
        written(f"{MONDAY}T{clock_time}", "export", rows=100)
    written(f"{MONDAY}T10:00:00", "return.save")

    assert figures("mass_export", MONDAY) == {"li": expected}
    assert figures("export_rows", MONDAY) == {"li": 100 * expected}


def test_accounts_of_an_address_and_addresses_of_an_account(written):
    for by, address in (("li", "10.0.0.1"), ("wang", "10.0.0.1"), ("wang", "10.0.0.2"), ("wang", "10.0.0.2")):
        written(f"{MONDAY}T10:00:00", "session.login", by, address)

    assert figures("address_accounts", MONDAY) == {"10.0.0.1": 2, "10.0.0.2": 1}
    assert figures("account_addresses", MONDAY) == {"li": 1, "wang": 2}


def test_refusals_are_counted_with_their_repetitions(written):
    written(f"{MONDAY}T10:00:00", "access.refused")
    written(f"{MONDAY}T10:01:00", "access.refused", times=19)

    assert figures("refusals", MONDAY) == {"li": 20}


def test_failed_logins_count_for_the_account_and_for_the_address(written, at):
    for by in ("li", "wang"):
        written(f"{MONDAY}T10:00:00", "session.failed", by)
    with at(f"{MONDAY}T10:00:00"):
        record(action="session.failed", by="（无此用户名）")

    assert figures("failed_logins", MONDAY) == {"li": 1, "wang": 1, "10.0.0.1": 2}


# What is done, by whom, to the own account or not, and whether it is unusual.
OWN = [
    ("account.edit", "admin", True, 1),
    ("account.password", "admin", True, 0),
    ("account.edit", "admin", False, 0),
    ("account.edit", "li", True, 0),
]


@pytest.mark.parametrize(("action", "by", "own", "expected"), OWN)
def test_administrators_own_account(action, by, own, expected, written):
    written(f"{MONDAY}T10:00:00", action, by, own=own)

    assert figures("own_account", MONDAY).get(by, 0) == expected


# When the register of which township was changed, where one's figures were taken on Tuesday at ten.
CHANGES = [
    ("2024-03-04T10:00:00", "441802103", 1),
    ("2024-03-04T09:59:59", "441802103", 0),
    ("2024-03-05T09:59:59", "441802103", 1),
    ("2024-03-05T10:00:00", "441802103", 0),
    ("2024-03-05T09:00:00", "441802105", 0),
]


@pytest.mark.parametrize(("moment", "township", "expected"), CHANGES)
def test_changes_shortly_before_a_freeze(moment, township, expected, written, make_area):
    make_area("441802103"), make_area("441802105")
    areas = Area.objects.in_bulk()
    written(moment, "proposal.apply", subject=areas[township])
    written("2024-03-05T10:00:00", "inspection.start", subject=areas["441802103"])

    assert figures("before_freeze", "2024-03-05").get("li", 0) == expected


def test_every_rule_finds_at_its_figure_and_not_below(written, at):
    for rule in RULES:
        said = anomalies.TrailDay(date(2024, 3, 4), True, [])
        for figure in (rule.threshold - 1, rule.threshold):
            counted = anomalies.AnomalyRule(
                rule.key, "", "", "", rule.threshold, lambda _, n=figure: {"li": (n, {"who": "li"})}
            )
            assert anomalies._keep(counted, said, rule.threshold) == (figure == rule.threshold)


def test_what_is_found_waits_for_the_auditor_until_it_is_checked(written, at, make_user):
    auditor, clerk = make_user(Post.AUDITOR), make_user(Post.CLERK, username="other")
    written(f"{MONDAY}T23:00:00", "session.login")
    client = Client()
    client.force_login(auditor)
    with at(f"{MONDAY}T23:30:00"):
        assert (look_out(), look_out()) == (1, 0)
    (item,) = auditing.pending(auditor)
    assert item.title == "非工作时间登录：1 项待核查" and list(auditing.pending(clerk)) == []

    (found,) = Anomaly.objects.all()
    entries = client.get(f"{reverse('accounts:audit')}?{found.query}").context["stretch"].entries
    assert [entry.action for entry in entries] == ["session.login"]
    page = client.get(item.url).content.decode()
    assert "待核查" in page and found.query.replace("&", "&amp;") in page

    check = reverse("accounts:check_anomalies")
    client.post(check, {"chosen": found.pk, "finding": " "})
    assert list(auditing.pending(auditor))
    client.post(check, {"chosen": found.pk, "finding": "本人值班，已电话核实。"})
    assert list(auditing.pending(auditor)) == []
    entry = AuditEntry.objects.get(action="anomaly.check")
    assert (entry.by, entry.facts["finding"]) == (auditor, "本人值班，已电话核实。")

    written(f"{MONDAY}T23:40:00", "session.login")
    with at(f"{MONDAY}T23:50:00"):
        assert look_out() == 1
    assert [each.version for each in auditing.pending(auditor)] != [item.version]


def ticked(page: str) -> list[int]:
    boxes = re.findall(r'<input class="tick"[^>]*>', page)
    return sorted(int(re.search(r'value="(\d+)"', box)[1]) for box in boxes if " checked" in box)


def test_several_are_checked_with_one_sentence_and_an_entry_each(make_user):
    said = {"rule": "night_login", "day": date(2024, 3, 4), "figure": 1, "threshold": 1, "query": ""}
    rows = [Anomaly.objects.create(who=f"u{number}", **said) for number in range(3)]
    client, address = Client(), reverse("accounts:check_anomalies")
    client.force_login(make_user(Post.AUDITOR))

    kept = client.post(address, {"chosen": [rows[0].pk, rows[2].pk], "finding": " "}).text
    everything = client.post(address, {"choose": "all", "finding": "值班"}).text
    assert ticked(kept) == [rows[0].pk, rows[2].pk] and "请写明核查情况" in kept
    assert len(ticked(everything)) == 3 and 'value="值班"' in everything
    assert "请勾选" in client.post(address, {"finding": "值班"}).text
    client.post(address, {"chosen": [rows[0].pk, rows[2].pk], "finding": "值班，已核实。"})

    assert list(Anomaly.objects.waiting()) == [rows[1]]
    told = AuditEntry.objects.filter(action="anomaly.check").order_by("sequence")
    assert [(each.subject_key, each.facts["finding"]) for each in told] == [
        (str(row.pk), "值班，已核实。") for row in (rows[0], rows[2])
    ]


def test_checking_asks_for_words():
    found = Anomaly.objects.create(rule="night_login", day=date(2024, 3, 4), who="li", figure=1, threshold=1)
    with pytest.raises(Refused):
        anomalies.check(anomaly=found, finding=" ", by=None)


def test_threshold_is_the_auditors(written, at, make_user):
    client, auditor = Client(), make_user(Post.AUDITOR)
    client.force_login(auditor)
    address = reverse("accounts:anomaly_threshold", args=["night_login"])
    for value in ("0", "x", "2"):
        client.post(address, {"threshold": value})
    written(f"{MONDAY}T23:00:00", "session.login")
    with at(f"{MONDAY}T23:30:00"):
        assert look_out() == 0

    assert anomalies.thresholds()["night_login"] == 2
    assert AuditEntry.objects.get(action="anomaly.set_terms").facts["threshold"] == [1, 2]


def test_worker_that_begins_looks_back_too(monkeypatch):
    asked = []
    monkeypatch.setattr(anomalies, "look_out", lambda days: asked.append(days))
    for chore in (chore for chore in CHORES if chore in (chores.look_back, chores.look_out)):
        chore.__wrapped__()

    assert asked == [35, 1]


def test_archive_that_fails_is_told(monkeypatch):
    def refuse(by):
        raise Refused("第 3 条缺失")

    monkeypatch.setattr(chores.retention, "is_due", lambda: True)
    monkeypatch.setattr(chores.retention, "archive_expired", refuse)
    chores.archive.__wrapped__()

    entry = AuditEntry.objects.get(action="audit.archive")
    assert (entry.result, entry.facts["problem"]) == ("failed", "第 3 条缺失")


def test_auditor_does_not_check_what_is_about_herself_while_there_is_another(make_user):
    her, day = make_user(Post.AUDITOR, username="shenji"), date(2019, 4, 8)
    own = Anomaly.objects.create(rule="mass_export", day=day, who="shenji", figure=30, threshold=20, query="")
    anomalies.check(anomaly=own, finding="本人核对数据。", by=her)  # Alone, she has to.
    other = make_user(Post.AUDITOR)
    client = Client()
    client.force_login(her)

    Anomaly.objects.filter(pk=own.pk).update(figure=31)
    another = Anomaly.objects.create(rule="mass_export", day=day, who="li", figure=30, threshold=20, query="")
    answer = client.post(
        reverse("accounts:check_anomalies"), {"chosen": [own.pk, another.pk], "finding": "本人核对数据。"}
    )
    assert "由另一名审计员核查" in answer.text and 'value="本人核对数据。"' in answer.text
    assert ticked(answer.text) == [own.pk, another.pk] and Anomaly.objects.waiting().count() == 2
    own.refresh_from_db()
    anomalies.check_all(chosen=[own, another], finding="已核实。", by=other)
    assert not Anomaly.objects.waiting().exists()
