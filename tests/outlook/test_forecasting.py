"""Forecasts of the stored lights: what is open, what may be told, what is kept; and the page that says how it is known."""

from dataclasses import replace

import pytest
from django.core.cache import cache

from acceptance.models import MilestoneVerdict
from accounts.posts import Post
from common.periods import Quarter
from outlook import forecasting, trials
from outlook.backtest import Backtest
from outlook.forecasting import Family, Prospect
from tests.outlook.conftest import COUNTY

pytestmark = pytest.mark.any_database

Q3 = Quarter(2018, 3)
FEILAIXIA, YUANTAN = f"{COUNTY}107", f"{COUNTY}103"


def of(quarter: Quarter = Q3) -> forecasting.Outlook:
    return forecasting.of(COUNTY, quarter, "approved")


def gate(monkeypatch, is_better: bool) -> None:
    monkeypatch.setattr(Backtest, "is_better", property(lambda self: is_better))


def test_open_targets_are_told_where_the_model_is_better(district):
    """The gate as it stands: on these courses the model beats both opponents."""
    outlook = of()

    assert outlook.families["members"].is_shown
    told = outlook.of("T11", FEILAIXIA)
    assert (told.by, told.is_late, told.needed) == (Quarter(2018, 4), False, 207)
    assert told.chance < 0.2 < outlook.of("T12", f"{COUNTY}106").chance


def test_nothing_is_told_where_it_is_worse(district, monkeypatch):
    gate(monkeypatch, False)

    assert of().told and of().of("T11", FEILAIXIA) is None
    assert of().families["members"].verdict == forecasting.Gate.UNPROVEN


def test_family_says_why_it_is_not_shown():
    score = replace(trials.found().whole.scores["model"], brier=0.9)
    worse = replace(trials.found().whole, scores={**trials.found().whole.scores, "model": score})
    good = trials.found().whole

    assert Family("members", good, True).verdict == forecasting.Gate.SHOWN
    assert Family("members", good, False).verdict == forecasting.Gate.UNPROVEN
    assert Family("members", replace(good, count=19), True).verdict == forecasting.Gate.TOO_FEW
    assert Family("members", worse, True).verdict == forecasting.Gate.WORSE
    assert "不优于" in Family("members", worse, True).why_not


def test_met_target_is_not_told(district):
    row = MilestoneVerdict.objects.get(key="T11", area=YUANTAN, period=str(Q3))

    assert row.held and forecasting.of_row(row) is None


def test_overdue_target_is_told_for_a_year_on(district):
    told = of().of("T10", FEILAIXIA) or of().of("T04", f"{COUNTY}006")

    assert told.is_late and told.by == Quarter(2019, 3)
    assert told.event == "2019年第三季度末前补足"


def test_due_date_beyond_the_backtest_is_not_told(district):
    outlook = of(Quarter(2017, 4))

    assert outlook.of("T12", FEILAIXIA) is None
    assert "T12" in outlook.far and "T11" not in outlook.far


def test_first_quarters_tell_nothing(district):
    assert of(Quarter(2017, 3)) == forecasting.Outlook()


def test_quarters_after_the_one_viewed_are_not_looked_at(district):
    before = of(Quarter(2018, 2)).told
    MilestoneVerdict.objects.filter(period=str(Q3)).update(passed=0)
    cache.clear()

    assert of(Quarter(2018, 2)).told == before


def test_forecast_is_kept_for_the_version_of_the_verdicts(district, django_assert_num_queries):
    of()

    with django_assert_num_queries(1):
        of()


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.05, "低于 10%"),
        (0.0999, "低于 10%"),
        (0.1, "约 10%"),
        (0.649, "约 60%"),
        (0.899, "约 85%"),
        (0.9, "90% 以上"),
    ],
)
def test_chance_in_words(chance, words):
    told = Prospect("T11", YUANTAN, Q3, "approved", Quarter(2018, 4), False, chance, 198, 203, 207, 205, "个")

    assert told.words == f"按期达到的可能性 {words}（80% 区间 198–207 个，应达 205 个）"


# ---------------------------------------------------------------- pages


@pytest.fixture
def enter(client, make_user, district):
    def log_in(post: Post, **fields):
        client.force_login(make_user(post, **fields))
        return client

    return log_in


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_page_shows_chance_range_and_backtest(enter):
    page = text_of(enter(Post.LEADER).get("/outlook/?period=2018Q3"))

    told = of().of("T11", FEILAIXIA)
    assert told.percent in page and told.ends in page
    assert "优于两种简单方法，予以显示" in page
    assert "模拟数据检验" in page
    assert "2019年第三季度末前补足" in page


def test_page_says_that_nothing_is_shown(enter, monkeypatch):
    gate(monkeypatch, False)
    page = text_of(enter(Post.LEADER).get("/outlook/?period=2018Q3"))

    assert of().told[("T11", FEILAIXIA)].ends not in page
    assert "不予显示" in page


def test_township_sees_its_own(enter):
    page = text_of(enter(Post.CLERK, area=FEILAIXIA).get("/outlook/?period=2018Q3"))

    assert "街镇107" in page
    assert "街镇106" not in page


def test_page_of_an_early_quarter_says_too_few(enter):
    page = text_of(enter(Post.LEADER).get("/outlook/?period=2017Q2"))

    assert "可供推算的季度不足" in page


def test_page_costs_a_fixed_number_of_queries(enter, django_assert_num_queries):
    client = enter(Post.LEADER)
    client.get("/outlook/?period=2018Q3")

    with django_assert_num_queries(5):
        client.get("/outlook/?period=2018Q3")


def test_milestone_page_has_the_forecast_and_the_way_to_it(enter):
    page = text_of(enter(Post.LEADER).get("/progress/T11/?period=2018Q3"))

    assert of().of("T11", FEILAIXIA).words in page
    assert "/outlook/?period=2018Q3#f-T11" in page


def test_milestone_page_without_proof_has_none(enter, monkeypatch):
    gate(monkeypatch, False)

    assert "可能性" not in text_of(enter(Post.LEADER).get("/progress/T11/?period=2018Q3"))


def test_progress_page_has_the_forecast(enter):
    page = text_of(enter(Post.LEADER).get("/progress/?period=2018Q3"))

    assert of().of("T11", FEILAIXIA).words in page
