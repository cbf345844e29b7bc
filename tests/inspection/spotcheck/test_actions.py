"""Drawing before the report, entering in the field, concluding with a reason; and what the database refuses."""

from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Site
from common.exceptions import Refused, Stale
from evidence import pictures, store
from inspection import samples
from inspection.spotcheck import actions
from inspection.spotcheck.actions import FindingOvertaken, Observation
from inspection.spotcheck.models import (
    PROTECTED,
    Conclusion,
    FindingOutcome,
    Frame,
    Item,
    Photo,
    Sample,
    SampleFinding,
    SampleState,
)
from inspection.spotcheck.photos import Taken
from inspection.spotcheck.results import SampleResult, is_as_drawn
from tests import plans
from tests.evidence.files import PDF, png
from tests.evidence.files import PNG as PHOTO
from tests.inspection.conftest import COVERED, FAR, NEAR
from tests.inspection.spotcheck.conftest import AT, STREET, TOWN
from tests.returns.entry.test_races import at_once

ON = date(2018, 7, 3)


def seen(outcome: str = FindingOutcome.PASSED, **said) -> Observation:
    return Observation(outcome, ON, **({"remark": "没有信号"} if outcome != FindingOutcome.PASSED else {}) | said)


def enter_all(sample: Sample, by, *failed: int) -> None:
    for item in sample.items.all():
        actions.enter(
            item=item, seen=seen(FindingOutcome.FAILED if item.order in failed else FindingOutcome.PASSED), by=by
        )


def conclude(sample: Sample, by, **changes) -> Sample:
    said = {"version": sample.version, "conclusion": Conclusion.SUPPORTS, "reason": "全部合格", "at": AT} | changes
    return actions.conclude(sample=sample, by=by, **said)


def test_sample_of_natural_villages_in_scope_by_village(draw):
    sample = draw()

    assert {key for key, _ in sample.population} == {NEAR, FAR, COVERED}
    assert {stratum for _, stratum in sample.population} == {f"{TOWN}201 秀溪村", f"{TOWN}202 新马村"}
    assert [item.stratum for item in sample.items.order_by("stratum")] == [f"{TOWN}201 秀溪村", f"{TOWN}202 新马村"]
    assert (sample.criterion, sample.allowed) == ("S14", 1 - sample.allowed * 9)
    assert is_as_drawn(sample) and not sample.is_late


def test_sample_of_a_street_s_sites_by_village_and_kind(draw):
    sample = draw(STREET, Frame.SITES, 3)

    assert {stratum for _, stratum in sample.population} == {
        f"{STREET}001 大观社区 {kind}" for kind in ("住宅小区", "学校", "市场")
    }
    assert sample.criterion == "S12"
    assert [item.site.site_id for item in sample.items.order_by("key")] == ["S-4", "S-5", "S-6"]


def test_sample_of_a_town_s_sites_leaves_out_villages_below_the_scope(draw, district):
    Site.objects.create(site_id="S-7", area_id=f"{TOWN}201203", name="小坪", kind="settlement", county=TOWN[:6])

    assert {key for key, _ in draw(frame=Frame.SITES).population} == {"S-1", "S-2", "S-3"}


def test_drawing_after_the_report_is_refused_without_a_reason_and_marked_with_one(draw, chain):
    chain.sent()

    with pytest.raises(Refused, match="报告到达之前"):
        draw()
    sample = draw(late_reason="第一次样本抽错了街镇")
    assert sample.is_late and sample.late_reason


def test_report_that_was_withdrawn_counts_as_arrived(draw, chain, people):
    from inspection import reporting

    report = chain.sent()
    reporting.withdraw(report=report, version=report.version, by=people.head)

    with pytest.raises(Refused, match="报告到达之前"):
        draw()


def test_reason_of_being_late_is_not_kept_where_none_was_needed(draw):
    assert draw(late_reason="以防万一").late_reason == ""


def test_another_sample_only_when_the_first_has_ended(draw, people):
    first = draw()

    with pytest.raises(Refused, match="已有一个样本正在核查"):
        draw()
    actions.void(sample=first, version=0, reason="抽错了季度", at=AT, by=people.reviewer)
    assert draw().pk != first.pk


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"villages": 2}, "请写明原因"),
        ({"villages": 2, "design_reason": "相距太远"}, "少于全部村居"),
        ({"township": STREET}, "不能按这种对象抽取"),
        ({"frame": "people"}, "不能按这种对象抽取"),
    ],
)
def test_what_cannot_be_drawn(said, refusal, draw):
    with pytest.raises(Refused, match=refusal):
        draw(**said)


@pytest.mark.parametrize("post", [Post.CLERK, Post.GOVERNMENT, Post.LEADER, Post.LEAD_UNIT])
def test_only_the_bureau_draws(post, draw, make_user):
    with pytest.raises(PermissionDenied):
        draw(by=make_user(post, TOWN))


def test_seed_is_fresh_each_time(draw):
    assert draw(seed="").seed != draw(STREET, Frame.SITES, seed="").seed


def test_command_finds_a_sample_that_its_seed_does_not_give(draw):
    sample, said = draw(), StringIO()
    call_command("verify_samples", stdout=said)
    assert "1 个样本都" in said.getvalue()

    Sample.objects.filter(pk=sample.pk).update(seed="another")
    with pytest.raises(CommandError, match="源潭镇2018年第二季度抽查"):
        call_command("verify_samples", stdout=said)


def test_township_sees_its_sample_only_when_it_is_concluded(draw, people):
    sample = draw()
    assert not Sample.objects.visible_to(people.clerk).exists()
    enter_all(sample, people.reviewer)
    conclude(sample, people.reviewer)

    assert Sample.objects.visible_to(people.clerk).exists()
    assert not Sample.objects.visible_to(people.neighbour).exists()


def test_correction_is_another_row_and_the_last_stands(draw, people):
    item = draw().items.first()
    actions.enter(item=item, seen=seen(FindingOutcome.FAILED), by=people.reviewer)
    actions.enter(item=item, seen=seen(), by=people.second)

    row = SampleResult(item.sample).rows[0]
    assert (row.outcome, row.corrections, row.finding.by) == (FindingOutcome.PASSED, 1, people.second)


@pytest.mark.parametrize(
    ("finding", "refusal"),
    [
        (seen(FindingOutcome.FAILED, remark=" "), "请在备注中说明"),
        (seen(FindingOutcome.UNREACHED, remark=""), "请在备注中说明"),
        (seen(mbps=49.9), "不足 50 兆"),
        (seen(lon=113.1), "须同时填写"),
    ],
)
def test_finding_that_is_not_explained(finding, refusal, draw, people):
    with pytest.raises(Refused, match=refusal):
        actions.enter(item=draw().items.first(), seen=finding, by=people.reviewer)
    assert not SampleFinding.objects.exists()


@pytest.mark.parametrize("mbps", [50, 50.0, None])
def test_speed_at_the_standard_needs_no_remark(mbps, draw, people):
    assert actions.enter(item=draw().items.first(), seen=seen(mbps=mbps), by=people.reviewer).pk


def test_coordinates_are_kept_in_wgs84_beside_what_was_given(draw, people):
    finding = actions.enter(
        item=draw().items.first(), seen=seen(lon=113.105, lat=23.697, datum="GCJ02"), by=people.reviewer
    )

    assert (finding.given_lon, finding.given_lat) == (113.105, 23.697)
    assert 0.003 < abs(finding.lon - 113.105) < 0.007


def test_photos_are_kept_outside_the_web_root_under_their_digest(draw, people, tmp_path):
    finding = actions.enter(
        item=draw().items.first(), seen=seen(), photos=[Taken("../a b.jpg", PHOTO)], by=people.reviewer
    )
    photo = finding.photos.get()

    assert (photo.media_type, photo.size, photo.name) == ("image/png", len(PHOTO), "a b.png")
    assert store.original(photo) == PHOTO and pictures.shown(photo).startswith(b"\xff\xd8\xff")
    kept = next((tmp_path / "evidence").rglob(f"field-{photo.digest}"))
    kept.write_bytes(png(shade=9))
    with pytest.raises(store.Damaged, match="已被改动"):
        pictures.shown(photo)


@pytest.mark.parametrize(
    ("files", "refusal"),
    [
        ([b"MZ\x90"], "既不是 JPEG"),
        ([PHOTO[:-12]], "不完整"),
        ([PDF], "不是照片"),
        ([png(shade=shade) for shade in range(7)], "最多传 6 张"),
        ([PHOTO + bytes(1024 * 1024)], "超过 1 MB"),
    ],
)
def test_what_is_no_photo_is_refused_whole(files, refusal, draw, people, settings, tmp_path):
    settings.EVIDENCE_MB = 1
    taken = [Taken(f"{number}.jpg", data) for number, data in enumerate(files)]

    with pytest.raises(Refused, match=refusal):
        actions.enter(item=draw().items.first(), seen=seen(), photos=taken, by=people.reviewer)
    assert not SampleFinding.objects.exists() and not (tmp_path / "evidence").exists()


def test_scanner_of_the_installation_is_asked(draw, people, settings):
    settings.EVIDENCE_SCAN = "tests.inspection.spotcheck.test_actions.finds_everything"

    with pytest.raises(Refused, match="发现病毒"):
        actions.enter(item=draw().items.first(), seen=seen(), photos=[Taken("a.png", PHOTO)], by=people.reviewer)


def finds_everything(path, name) -> str:
    return f"{name}：发现病毒"


def test_conclusion_needs_every_member_and_a_reason(draw, people):
    sample = draw()
    with pytest.raises(Refused, match="还有 2 个对象"):
        conclude(sample, people.reviewer)
    enter_all(sample, people.reviewer)
    with pytest.raises(Refused, match="必须写明理由"):
        conclude(sample, people.reviewer, reason=" ")
    with pytest.raises(Refused, match="请选择结论"):
        conclude(sample, people.reviewer, conclusion="maybe")

    assert conclude(sample, people.reviewer).state == SampleState.CONCLUDED


def test_after_the_conclusion_nothing_is_entered(draw, people):
    sample = draw()
    enter_all(sample, people.reviewer)
    conclude(sample, people.reviewer)

    with pytest.raises(Stale, match="已作结论"):
        actions.enter(item=sample.items.first(), seen=seen(), by=people.reviewer)
    with pytest.raises(Stale, match="已由王审核办理"):
        actions.void(sample=sample, version=0, reason="错", at=AT, by=people.second)


def test_result_counts_what_was_checked_and_says_how_it_lies(draw, people):
    sample = draw(size=3)
    first, second, third = sample.items.order_by("order")
    actions.enter(item=first, seen=seen(FindingOutcome.FAILED), by=people.reviewer)
    actions.enter(item=second, seen=seen(FindingOutcome.UNREACHED), by=people.reviewer)
    actions.enter(item=third, seen=seen(), by=people.reviewer)

    result = SampleResult(sample)
    assert (result.checked, result.failed, result.unreached, result.waiting) == (2, 1, 1, 0)
    assert (result.interval.low, result.interval.high) == (1 / 3, 2 / 3)
    assert result.reading.key == "above"


def test_result_costs_three_queries(draw, django_assert_num_queries, people):
    sample = draw(size=3)
    enter_all(sample, people.reviewer)

    with django_assert_num_queries(3):
        result = SampleResult(sample)
        assert [list(row.finding.photos.all()) for row in result.rows] and result.strata and result.interval


def test_examination_is_told_of_the_sample(draw, people, chain):
    sample = draw(size=3)
    order = sample.items.get(key=FAR).order
    enter_all(sample, people.reviewer, order)
    units = {unit.area_id: unit for unit in chain.sent(TOWN, COVERED, FAR).units.select_related("report")}

    town, covered, far = (samples.sample_of(units[code]) for code in (TOWN, COVERED, FAR))
    assert town.needs_ruling and "不合格 1 个" in town.words and "不支持达标" in town.words
    assert not covered.needs_ruling and far.needs_ruling
    assert far.words == "抽查涉及本处的 1 个对象，已核查 1 个，不合格：秀溪村黄岗。"


def test_everything_is_in_the_trail(draw, people):
    sample = draw()
    enter_all(sample, people.reviewer)
    conclude(sample, people.reviewer)

    entries = AuditEntry.objects.filter(action__startswith="spot_check.").order_by("sequence")
    assert [entry.action for entry in entries] == [
        "spot_check.draw", "spot_check.enter", "spot_check.enter", "spot_check.conclude",
    ]  # fmt: skip
    assert entries[0].facts["seed"] == "3f9a"
    assert {entry.area_code[:9] for entry in entries} == {TOWN}


BROKEN = {
    "sample_late_has_reason": {"is_late": True},
    "sample_ended_has_reason": {"state": SampleState.CONCLUDED, "conclusion": Conclusion.REFUSE},
}


@pytest.mark.parametrize("name", BROKEN)
def test_database_refuses_a_sample_that_cannot_be(name, draw):
    sample = draw()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Sample.objects.filter(pk=sample.pk).update(**BROKEN[name])


def test_what_was_drawn_and_found_is_only_added_to(draw, people):
    item = draw().items.first()
    actions.enter(item=item, seen=seen(), photos=[Taken("a.png", PHOTO)], by=people.reviewer)

    for rows, changes in (
        (Item.objects, {"name": "改"}),
        (SampleFinding.objects, {"remark": "改"}),
        (Photo.objects, {"size": 1}),
    ):
        with pytest.raises(DatabaseError, match="不能修改或删除"), transaction.atomic():
            rows.update(**changes)
    assert len(PROTECTED) == 3


@pytest.mark.django_db(transaction=True)
def test_drawing_at_once_makes_one_sample(draw, people):
    results = at_once(*[lambda: draw(seed="")] * 6)

    assert sum(isinstance(result, Sample) for result in results) == 1, results
    assert all(isinstance(result, (Sample, Refused)) for result in results), results


@pytest.mark.django_db(transaction=True)
def test_card_sent_many_times_at_once_is_one_finding(draw, people):
    item = draw().items.first()
    said = {"item": item, "seen": seen(mbps=96.5), "photos": [Taken("a.png", PHOTO)], "version": 0}
    results = at_once(*[lambda: actions.enter(by=people.reviewer, **said)] * 5)

    assert {result.pk for result in results} == {SampleFinding.objects.get().pk}, results
    assert Photo.objects.count() == 1


@pytest.mark.parametrize("changes", [{"mbps": 30.0, "remark": "弱"}, {"photos": [Taken("b.png", png(shade=3))]}])
def test_card_that_says_something_else_is_no_repetition(changes, draw, people):
    item = draw().items.first()
    actions.enter(item=item, seen=seen(), photos=[Taken("a.png", PHOTO)], version=0, by=people.reviewer)
    pictures = changes.pop("photos", [])

    with pytest.raises(FindingOvertaken, match=f"{people.reviewer}已登记“合格”"):
        actions.enter(item=item, seen=seen(**changes), photos=pictures, version=0, by=people.reviewer)
    assert actions.enter(item=item, seen=seen(**changes), photos=pictures, version=1, by=people.reviewer).pk
    assert SampleFinding.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_concluding_at_once_makes_one_conclusion(draw, people):
    sample = draw()
    enter_all(sample, people.reviewer)
    results = at_once(*[lambda: conclude(Sample.objects.get(pk=sample.pk), people.reviewer, version=0)] * 6)

    assert sum(isinstance(result, Sample) for result in results) == 1, results
    assert all(isinstance(result, (Sample, Stale)) for result in results), results


@pytest.mark.parametrize("name", plans.OTHERS)
def test_sample_is_held_against_the_share_of_the_plan_or_not_drawn(name, draw, settings, tmp_path):
    settings.PLAN_FILE = plans.write(name, tmp_path)
    drawn = {}
    for township, frame in ((TOWN, Frame.NATURAL_VILLAGES), (TOWN, Frame.SITES), (STREET, Frame.SITES)):
        try:
            drawn[township, frame] = draw(township, frame).criterion
        except Refused as refusal:
            drawn[township, frame] = str(refusal)
    town, street = WITHOUT_SHARES.get(name, ("S14", "S12"))
    assert drawn == {
        (TOWN, Frame.NATURAL_VILLAGES): town, (TOWN, Frame.SITES): town, (STREET, Frame.SITES): street,
    }  # fmt: skip


_NONE_TOWN, _NONE_STREET = (f"{name}不能按这种对象抽取。" for name in ("源潭镇", "凤城街道"))
WITHOUT_SHARES = {
    "of_villages": ("S14", _NONE_STREET),
    "rates_alone": ("S14", _NONE_STREET),
    "rates_decide": (_NONE_TOWN, _NONE_STREET),
}
"""Plans that ask no share of villages or streets."""
