"""A corrected figure: what was judged by the old one stays to be read, and says so."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from acceptance.judging import judging
from acceptance.models import Verdict
from accounts.posts import Post
from returns import actions
from returns.entry.saving import EXPLANATION, REASON, Typed, save_lines
from returns.models import Return
from returns.models.vocabulary import ExplanationReason
from returns.review import decisions
from returns.review.history import events
from tests.scenes import COVERED, STREET, TOWN, XINMA, XIUXI, build_district, unlinked

NEW = {"fibre_users": 190}
SAID = "漏报新装用户十户，七月逐户补记"


@pytest.fixture
def corrected(make_area, make_user, settings):
    """The town is judged, then 新马村's fibre users are corrected from 180 to 190."""
    settings.PORTAL_TODAY = date(2018, 9, 1)
    build_district(make_area)
    judging.ensure_current("441802")
    clerk, head = make_user(Post.CLERK, area=TOWN), make_user(Post.TOWNSHIP_HEAD, area=TOWN)
    old = Return.objects.get(township_id=TOWN)
    new = actions.correct(quarterly_return=old, version=old.version, reason="漏报", by=clerk)
    rows = {}
    for line in new.lines.all():
        stored = line.figures | {EXPLANATION: "", REASON: ""}
        changed = NEW if line.area_id == XINMA else {}
        rows[line.area_id] = Typed(stored | changed | {EXPLANATION: SAID, REASON: ExplanationReason.BEFORE}, stored)
    save_lines(quarterly_return=new, rows=rows, by=clerk)
    actions.hand_up(quarterly_return=new, version=new.version, by=clerk)
    actions.submit(quarterly_return=new, version=new.version, by=head)
    decisions.approve(quarterly_return=new, version=new.version, by=make_user(Post.REVIEWER, area=TOWN))
    return new


@pytest.fixture
def leader(make_user, corrected) -> Client:
    client = Client()
    client.force_login(make_user(Post.LEADER, area=TOWN))
    return client


def page(client, code: str) -> str:
    return unlinked(client.get(reverse("acceptance:verdict", args=["2018Q2", code])).content.decode())


@pytest.mark.parametrize(("code", "was"), [(XINMA, "90.0%"), (TOWN, "75.5%"), ("441802", "83.2%")])
def test_verdict_tells_what_was_judged_by_the_old_figure(code, was, leader):
    text = page(leader, code)
    assert "更正前按原数字评定" in text and f"渗透率 {was}" in text and "数字更正过" in text


@pytest.mark.parametrize("code", [XIUXI, STREET, COVERED])
def test_verdict_whose_figures_stayed_says_nothing_of_old_ones(code, leader):
    assert "更正前按原数字评定" not in page(leader, code)


def test_old_verdict_is_kept_as_it_was(leader, corrected):
    page(leader, XINMA)
    old, new = Verdict.objects.filter(area_id=XINMA, period="2018Q2", basis="approved").order_by("judged_at")
    assert (old.figures["penetration"]["numerator"], new.figures["penetration"]["numerator"]) == (180, 190)
    assert old.superseded_at is not None


def test_history_of_the_figure_says_so(leader, corrected):
    (event,) = [each for each in events(corrected, XINMA, "fibre_users") if each.what == "由更正取代"]
    assert (event.before, event.after, event.revision) == (180, 190, 1)
    text = leader.get(reverse("returns:history", args=[corrected.pk, XINMA])).content.decode()
    assert "此前的评定按旧数字（180）作出" in text and reverse("acceptance:verdict", args=["2018Q2", XINMA]) in text
    untouched = leader.get(reverse("returns:history", args=[corrected.pk, XIUXI])).content.decode()
    assert "此前的评定按旧数字" not in untouched
