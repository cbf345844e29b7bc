"""Which archives stay: a table of what there is and what goes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from upkeep.backups.thinning import ArchiveName, Keeping, superfluous

ZONE = ZoneInfo("Asia/Shanghai")
OURS = "0a1b2c3d"


def name(at: str, mark: str = OURS, complete: bool = True) -> str:
    return str(ArchiveName(mark, datetime.fromisoformat(at).replace(tzinfo=ZONE), complete))


def gone(keeping: Keeping, *names: str) -> list[str]:
    return superfluous(reversed(names), OURS, keeping, ZONE)


MORNING, EVENING = name("2018-07-20T08:00"), name("2018-07-20T20:00")
BEFORE_MIDNIGHT, AFTER_MIDNIGHT = name("2018-07-20T23:59"), name("2018-07-21T00:01")
SUNDAY, MONDAY = name("2018-07-22T12:00"), name("2018-07-23T12:00")
JULY, AUGUST = name("2018-07-31T12:00"), name("2018-08-01T12:00")
LACKING = name("2018-08-02T12:00", complete=False)


@pytest.mark.parametrize(
    ("keeping", "there", "expected"),
    [
        (Keeping(days=7), [MORNING, EVENING], [MORNING]),
        (Keeping(days=2), [BEFORE_MIDNIGHT, AFTER_MIDNIGHT], []),
        (Keeping(days=1), [BEFORE_MIDNIGHT, AFTER_MIDNIGHT], [BEFORE_MIDNIGHT]),
        (Keeping(weeks=2), [SUNDAY, MONDAY], []),
        (Keeping(weeks=1), [SUNDAY, MONDAY], [SUNDAY]),
        (Keeping(months=2), [SUNDAY, JULY, AUGUST], [SUNDAY]),
        (Keeping(days=1, months=2), [SUNDAY, JULY, AUGUST], [SUNDAY]),
        (Keeping(), [JULY, AUGUST], [JULY]),
        (Keeping(days=1), [JULY, LACKING], []),
        (Keeping(days=1), [LACKING], []),
        (Keeping(days=1), [LACKING, name("2018-08-03T12:00")], [LACKING]),
        (Keeping(days=1), [JULY, name("2018-08-03T12:00", mark="ffffffff")], []),
        (Keeping(days=1), [], []),
    ],
    ids=[
        "the last of a day",
        "days are days here",
        "one day",
        "weeks end on Sunday",
        "one week",
        "the last of a month",
        "together",
        "never the newest",
        "an incomplete one does not count",
        "nothing but an incomplete one",
        "an incomplete one goes with the next complete one",
        "another installation's",
        "nothing",
    ],
)
def test_superfluous_archives(keeping, there, expected):
    assert gone(keeping, *there) == expected


def test_two_years_of_days_become_seven_four_and_twelve():
    days = [datetime(2018, 1, 1, 12, tzinfo=ZONE) + timedelta(days=number) for number in range(730)]
    there = [str(ArchiveName(OURS, day)) for day in days]

    kept = sorted(set(there) - set(gone(Keeping(7, 4, 12), *there)))

    assert [ArchiveName.parsed(each).at.astimezone(ZONE).strftime("%y-%m-%d") for each in kept] == [
        "19-01-31", "19-02-28", "19-03-31", "19-04-30", "19-05-31", "19-06-30", "19-07-31", "19-08-31", "19-09-30",
        "19-10-31", "19-11-30", "19-12-15", "19-12-22",
        "19-12-25", "19-12-26", "19-12-27", "19-12-28", "19-12-29", "19-12-30", "19-12-31",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "strange",
    [
        "portal-0a1b2c3d-20180720T000000Z.tar.bak",
        "portal-0a1b2c3d-20181320T000000Z.tar",
        "portal-0A1B2C3D-20180720T000000Z.tar",
        ".portal-0a1b2c3d-20180720T000000Z.tar",
        "portal.dump",
        "portal-0a1b2c3d-20180720T000000Z.tar\n",
    ],
)
def test_what_no_backup_wrote_is_never_superfluous(strange):
    assert ArchiveName.parsed(strange) is None
    assert gone(Keeping(days=1), strange, JULY, AUGUST) == [JULY]


def test_name_says_what_it_was_given():
    for is_complete in (True, False):
        for is_encrypted in (True, False):
            said = ArchiveName(OURS, datetime(2018, 7, 20, 4, 5, 6, tzinfo=UTC), is_complete, is_encrypted)
            assert ArchiveName.parsed(str(said)) == said
