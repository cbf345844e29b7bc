"""Over the whole demonstration package nothing goes without its sentence: what is, what is missing, and the clause."""

import re
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from acceptance import wording
from acceptance.comparison.differences import View, compare, names
from acceptance.judging import judging
from acceptance.models import MilestoneVerdict, SiteVerdict, Verdict
from acceptance.plan import current
from acceptance.verdicts.pages import shown_criteria
from acceptance.wording import changes
from areas.models import Operator
from common.periods import Quarter
from demonstration.package import build_package

pytestmark = pytest.mark.django_db

DISTRICT = "441802"
CODES = re.compile(r"None|nan|null|unknown|undetermined|achieved|not_|\{|\}|  ")
"""What a program says and a deputy head does not."""


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory, django_db_setup, django_db_blocker):
    """The package imported and judged; undone afterwards."""
    folder = tmp_path_factory.mktemp("demonstration")
    build_package(folder)
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("import_package", str(folder), "--no-judge", stdout=StringIO(), stderr=StringIO())
        judging.ensure_current(DISTRICT)
        yield
        transaction.set_rollback(True)


def fault(words: wording.Words, *, open_end: bool) -> bool:
    """Whether something is not said, or not in the words of people; what is open must say what is missing."""
    return bool(
        not words.text
        or CODES.search(f"{words.text}{words.gap}{words.turn}")
        or (open_end and not (words.gap or words.turn))
    )


@pytest.fixture
def verdicts(demonstration):
    return Verdict.objects.standing().filter(county=DISTRICT).select_related("area").order_by("pk")


def test_every_area_and_criterion_has_its_sentence_figures_and_clause(verdicts):
    plan, seen, faults = current(), Counter(), []
    for verdict in verdicts.iterator():
        rows = shown_criteria(plan, verdict)
        title = plan.titles.get(verdict.area.kind)
        words = wording.area_words(
            verdict.area.name, verdict.quarter.label, title and title.name, verdict.outcome, verdict.reference,
            [(row.criterion, row.figures, row.words) for row in rows],
        )  # fmt: skip
        if fault(words, open_end=verdict.outcome in ("not_achieved", "undetermined")):
            faults.append((verdict, words))
        for row in rows:
            seen[row.criterion.key] += 1
            is_open = row.figures["outcome"] in ("short", "unknown")
            if fault(row.words, open_end=is_open) or not row.criterion.source.clause or not row.criterion.source.quote:
                faults.append((verdict, row.words))
            figures = [row.figures[name] for name in ("passed", "numerator") if name in row.figures]
            if row.figures["outcome"] in ("met", "short") and wording.number(figures[0]) not in row.words.text:
                faults.append((verdict, row.words))

    assert not faults[:5]
    assert set(seen) == set(current().criteria)


def test_every_site_has_its_sentence(demonstration):
    operators, least = dict(Operator.objects.values_list("code", "name")), current().capability.min_mbps
    reasons, faults = Counter(), []
    for site in SiteVerdict.objects.standing().filter(county=DISTRICT).order_by("pk").iterator():
        words = wording.site_words(site.capable, site.reason, site.nearest_m, site.inputs, operators, least)
        reasons[site.reason] += 1
        if fault(words, open_end=site.capable != "yes"):
            faults.append((site, words))

    assert not faults[:5]
    assert set(reasons) == set(wording.REASONS)


def test_every_milestone_has_its_sentence_and_its_turn(demonstration):
    milestones = {each.key: each for each in current().milestones}
    seen, faults = Counter(), []
    for row in MilestoneVerdict.objects.standing().filter(county=DISTRICT).order_by("pk"):
        words = wording.milestone_words(milestones[row.key], row, Quarter.parse(row.period))
        seen[row.key] += 1
        if fault(words, open_end=True) or not words.turn or (row.missing and not row.held and not words.gap):
            faults.append((row, words))

    assert not faults[:5]
    assert set(seen) == set(milestones)


@pytest.mark.parametrize(("first", "second"), [("2017Q4", "2018Q1"), ("2018Q1", "2018Q2"), ("2018Q3", "2019Q1")])
def test_everything_that_turns_says_because_of_what(demonstration, first, second):
    views = (View(Quarter.parse(period), "approved") for period in (first, second))
    comparison = compare(DISTRICT, *views)
    called = names(comparison)
    turns = [*comparison.areas, *comparison.sites]
    said = [changes.reasons(turn.causes, called) for turn in turns]

    assert len(turns) > 100
    assert all(turn.causes for turn in turns)
    assert not [text for text in said if not text or CODES.search(text)][:5]
