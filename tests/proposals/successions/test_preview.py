"""What is shown of an act before it is sent is what happens."""

from datetime import date

import pytest

from acceptance.models import Verdict
from areas.models import Area, Site, Succession
from common.periods import Quarter
from proposals.drafts import ItemDraft
from proposals.successions import acting
from proposals.successions.acting import faulty
from proposals.successions.preview import SuccessionPreview
from proposals.vocabulary import Act
from returns.checks.terms import using
from returns.models import LineStatus, Return, ReturnLine, ReturnState
from returns.sheet import sheet_of, villages
from returns.surroundings import ReturnSurroundings
from tests.proposals.successions.conftest import DAY
from tests.scenes import COVERED, FAR, NEAR, TOWN, XINMA, XIUXI

pytestmark = pytest.mark.django_db
Q2, Q3 = Quarter(2018, 2), Quarter(2018, 3)


@pytest.fixture
def draft_return(district) -> Return:
    """The return of 2018Q3 under way, with a figure of 新马村."""
    found = Return.objects.create(township_id=TOWN, county="441802", period="2018Q3", state=ReturnState.DRAFT)
    for code, households in ((XIUXI, None), (XINMA, 300)):
        ReturnLine.objects.create(
            quarterly_return=found, area_id=code, county="441802", period="2018Q3", status=LineStatus.DRAFT,
            households=households,
        )  # fmt: skip
    return found


def test_returns_under_way_and_what_they_ask_afterwards(draft_return, ask, done):
    new = f"{TOWN}203"
    asked = ("merge", XINMA, XIUXI)
    seen = SuccessionPreview(ask(*asked, to=[(new, "秀马村")]).plan.drafts)
    before = {area.name for area in villages(TOWN, Q3)}
    [row] = seen.returns

    assert (row.quarterly_return, set(row.left), set(row.entered), row.filled) == (
        draft_return,
        {"新马村", "秀溪村"},
        {"秀马村"},
        1,
    )
    done(*asked, to=[(new, "秀马村")])
    assert {area.name for area in villages(TOWN, Q3)} == (before - set(row.left)) | set(row.entered)


def test_proposals_that_wait_on_what_ends_are_named(ask, propose):
    waiting, _ = propose(ItemDraft("areas", COVERED, Act.CORRECT, {"permanent_households": "41"}))
    propose(ItemDraft("areas", FAR, Act.CORRECT, {"permanent_households": "26"}))

    assert SuccessionPreview(ask("merge", XINMA, to=[XIUXI]).plan.drafts).waiting == [waiting]


def test_sites_that_move_and_verdicts_that_turn(ask, done):
    prepared = ask("merge", XINMA, to=[XIUXI], on=date(2018, 5, 1))
    seen = SuccessionPreview(prepared.plan.drafts)
    foretold = {(line["code"], period) for line in prepared.sketch.effect["areas"] for period in line["periods"]}
    before = {(v.area_id, v.period, v.basis): (v.outcome, v.reference, v.covered) for v in Verdict.objects.standing()}
    assert [(each.site_id, each.name, each.old, each.new) for each in seen.moved] == [
        ("S-3", "新屋聚居点", f"新屋（{COVERED}）", f"新屋（{XIUXI}204）")
    ]

    done("merge", XINMA, to=[XIUXI], on=date(2018, 5, 1))

    after = {(v.area_id, v.period, v.basis): (v.outcome, v.reference, v.covered) for v in Verdict.objects.standing()}
    assert {key[:2] for key in before.keys() | after.keys() if before.get(key) != after.get(key)} == foretold
    assert seen.recoded == [("新屋", COVERED, f"{XIUXI}204")]
    assert prepared.sketch.turns_past and Site.objects.filter(site_id="S-3").exists()


def test_comparisons_say_what_the_sheets_compare_with(ask, done):
    merged = SuccessionPreview(ask("merge", XINMA, to=[XIUXI]).plan.drafts).compared
    assert merged == [f"秀溪村（{XIUXI}）：上季数为秀溪村、新马村之和"]
    done("merge", XINMA, to=[XIUXI])

    beside = ReturnSurroundings(TOWN, Q3, using("441802", Q3)).beside(Area.objects.get(pk=XIUXI))
    assert beside.previous["households"] == 700 and not beside.is_part


def test_recoded_village_is_compared_with_itself(ask, done):
    new = f"{TOWN}210"
    [said] = SuccessionPreview(ask("recode", XINMA, to=[(new, "新马村")]).plan.drafts).compared
    assert said == f"新马村（{new}）：上季数为原新马村（{XINMA}）的数"
    done("recode", XINMA, to=[(new, "新马村")])
    assert (
        ReturnSurroundings(TOWN, Q3, using("441802", Q3)).beside(Area.objects.get(pk=new)).previous["households"] == 300
    )


def test_part_of_a_split_says_that_it_has_nothing_to_compare_with(draft_return, ask, done):
    one, two = f"{TOWN}203", f"{TOWN}204"
    more = {"to": [(one, "新东村"), (two, "新西村")], "parts": {COVERED: one}}
    said = SuccessionPreview(ask("split", XINMA, **more).plan.drafts).compared
    assert said == [f"新东村（{one}）：分设单位，上季无可比数", f"新西村（{two}）：分设单位，上季无可比数"]
    done("split", XINMA, **more)

    rows = {row.area.code: row for row in sheet_of(draft_return).rows}
    assert rows[one].is_part and rows[one].previous is None
    assert not rows[XIUXI].is_part


def test_accounts_of_a_town_that_ends_are_counted(ask, people):
    assert SuccessionPreview(ask("recode", TOWN, to=[("441802120", "源潭镇")]).plan.drafts).accounts == 1
    assert SuccessionPreview(ask("merge", XINMA, to=[XIUXI]).plan.drafts).accounts == 0


def test_nothing_is_written_by_looking(ask):
    ask("merge", XINMA, to=[XIUXI])
    assert not Succession.objects.exists() and Area.objects.get(pk=XINMA).valid_to is None


# ---------------------------------------------------------------- rows from before


def test_rows_from_before_are_kept_and_listed(done, district):
    """A row of another level, one whose dates do not meet, and a ring: kept as they are; what was done is sound."""
    done("merge", XINMA, to=[XIUXI])
    Succession.objects.create(area_id=NEAR, successor_id=XIUXI, on=DAY, kind="merge")
    Succession.objects.create(area_id=FAR, successor_id=NEAR, on=DAY, kind="merge")
    Succession.objects.create(area_id=NEAR, successor_id=FAR, on=DAY, kind="merge")

    found = {(each.succession.area_id, each.succession.successor_id, each.column) for each in faulty("441802")}
    assert found == {
        (NEAR, XIUXI, "to_code"),
        (NEAR, XIUXI, "effective_on"),
        (FAR, NEAR, "effective_on"),
        (NEAR, FAR, "effective_on"),
        (NEAR, FAR, "to_code"),
    }
    assert all(each.sentence for each in faulty("441802"))
    assert acting.faulty("441803") == [] and Succession.objects.count() == 5
