"""Evidence by rule: what a report must bring, where a file belongs, what seems not to fit, and what the pages say of it."""

import json
import re
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Area, Operator, ServiceOrder, Site
from areas.vocabulary import SiteKind
from evidence import keeping
from field.models import Visit, VisitPhoto
from inspection import collecting, doubts, offering, order_statistics, reporting, required
from inspection.collecting import EvidenceUpload
from inspection.doubts import DoubtKind
from inspection.examining import Found
from inspection.models import Evidence, Report
from inspection.photo_places import UnitSites
from inspection.required import EvidenceMissing
from inspection.spotcheck.models import Item, Photo, Sample, SampleFinding
from inspection.vocabulary import CheckFinding, CriterionReturnReason, EvidenceKind, InspectionAction, ReportState
from proposals.models import Proof, Proposal
from tests.evidence.files import JPEG, PDF, distinct, exif, patchwork, saved
from tests.inspection.conftest import COVERED, FAR, NEAR, ON, QUARTER, STREET, TEXTS, TOWN, XINMA, XIUXI
from tests.inspection.making import bring
from tests.inspection.test_pages import page, post, signed_in, text_of
from tests.scenes import QUARTER as COMPOUND

SPOT = (113.2001, 23.7011)
"""Some steps from the only site of 新屋."""


def at_place(lon: float, lat: float, number: int = 1, at: str = "2018:06:01 10:00:00") -> bytes:
    place = {
        "GPSLongitudeRef": "E",
        "GPSLongitude": (lon, 0.0, 0.0),
        "GPSLatitudeRef": "N",
        "GPSLatitude": (lat, 0.0, 0.0),
    }
    return distinct(number, exif=exif(at, place=place))


def added(report: Report, by, data: bytes, kind: str = "photo", name: str = "a.jpg", **more) -> Evidence:
    return collecting.add(report=report, given=EvidenceUpload(name, data, kind, **more), by=by)


def kinds_of(*rows: Evidence) -> list[list[str]]:
    """The doubts of each of the rows, read anew."""
    found = doubts.of(list(Evidence.objects.select_related("report", "area").order_by("pk")))
    return [[each.kind for each in found.get(row.pk, ()) if each.is_doubt] for row in rows]


# ------------------------------------------------ what is asked


def test_report_asks_what_the_plan_names(chain):
    report = chain.drafted(TOWN, XINMA, COVERED)
    found = {(each.unit.area_id, each.kind.value, each.criterion): each for each in required.missing(report)}
    assert set(found) == {
        (TOWN, "order_statistics", "S10"), (XINMA, "site_list", "S14"), (XINMA, "speed_test", "S14"), (COVERED, "photo", "S16"),
    }  # fmt: skip
    photo = found[COVERED, "photo", "S16"]
    assert (photo.wanted, photo.there, photo.is_required) == (1, 0, True)
    assert "自然村、小区的申报须附接入点现场照片" in photo.reading and "理由：" in photo.reading


def test_report_without_evidence_is_neither_handed_up_nor_sent(chain, people):
    report = chain.drafted(COVERED)
    with pytest.raises(EvidenceMissing, match="1 个单位共缺 1 份") as refusal:
        reporting.hand_up(report=report, version=0, texts=TEXTS, by=people.clerk)
    assert [each.unit.area_id for each in refusal.value.missing] == [COVERED]
    made = bring(report, people.clerk)
    reporting.hand_up(report=report, version=0, texts=TEXTS, by=people.clerk)
    Evidence.objects.filter(pk__in=[each.pk for each in made]).delete()
    with pytest.raises(EvidenceMissing):
        reporting.send(report=report, version=1, on=ON, by=people.head)
    assert Report.objects.get().state == ReportState.SIGNING


def test_what_the_plan_does_not_require_is_told_and_holds_nobody_up(chain, people, settings, tmp_path):
    text = settings.PLAN_FILE.read_text(encoding="utf-8")
    begin, end = text.split("[[award.evidence]]", 1)
    path = tmp_path / "lenient.toml"
    path.write_text(begin + "[[award.evidence]]" + end.replace("required = true", "required = false"), encoding="utf-8")
    settings.PLAN_FILE = path
    report = chain.drafted(COVERED)
    assert [each.is_required for each in required.missing(report)] == [False]
    assert "不影响提请签发" in page(signed_in(people.clerk), "add_evidence", report.pk)
    reporting.hand_up(report=report, version=0, texts=TEXTS, by=people.clerk)


def test_form_stands_at_the_kind_that_is_missing(chain, people):
    report, client = chain.drafted(XINMA), signed_in(people.clerk)
    kinds = {each.kind for each in required.missing(report) if each.kind != EvidenceKind.ORDER_STATISTICS}
    said = page(client, "add_evidence", report.pk)
    chosen = re.search(r'name="kind".*?value="(\w+)" selected', said, re.DOTALL)
    assert EvidenceKind.PHOTO not in kinds and chosen and chosen[1] in kinds


def test_refusal_on_the_page_leads_to_where_each_is_added(chain, people):
    report, client = chain.drafted(TOWN, XINMA, COVERED), signed_in(people.clerk)
    refused = post(client, "report", report.pk, version=0, hand_up=1, expect=422, **text_of(report)).content.decode()
    assert (
        "佐证材料不齐：3 个单位共缺 4 份" in refused
        and "（佐证“S16 点位具备光网接入能力 100%”）" in refused
        and "新马村新屋" in refused
    )
    assert f"/inspection/{report.pk}/evidence/?area={COVERED}&amp;kind=photo#add" in refused
    shown = client.get(reverse("inspection:add_evidence", args=[report.pk]), {"area": COVERED, "kind": "photo"})
    assert f'<option value="{COVERED}" selected>' in shown.content.decode()


def test_refusal_of_many_units_is_folded_by_village(chain, people, make_area):
    for number in range(210, 240):
        Site.objects.create(
            site_id=f"S-{number}", area=make_area(f"{XIUXI}{number}", f"村{number}", permanent_households=30), name="聚居点",
            kind=SiteKind.SETTLEMENT, lon=113.1, lat=23.7, given_lon=113.1, given_lat=23.7, county="441802",
        )  # fmt: skip
    codes = [f"{XIUXI}{number}" for number in range(210, 240)]
    report = chain.drafted(COVERED, *codes)
    (group,) = required.grouped(required.missing(report))
    assert [(village, len(rows)) for village, rows in group.villages] == [("秀溪村", 30), ("新马村", 1)]
    shown = page(signed_in(people.clerk), "add_evidence", report.pk)
    assert "秀溪村（30 个单位）</summary>" in shown and "新马村（1 个单位）</summary>" in shown


# ------------------------------------------------ where a file belongs


def test_photo_goes_to_the_unit_where_it_was_taken(chain, people):
    report = chain.drafted(NEAR, FAR, COVERED)
    row = added(report, people.clerk, at_place(*SPOT))
    assert (row.area_id, row.criterion) == (COVERED, "S16")
    assert timezone.localtime(row.taken_at).hour == 10 and row.taken_lon == pytest.approx(SPOT[0])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("大围杆路.jpg", NEAR),
        (f"{FAR}.jpg", FAR),
        ("IMG_0001.jpg", None),
        ("秀溪村大围.jpg", NEAR),
        ("新马村大围.jpg", NEAR),
        ("大围和黄岗.jpg", None),
    ],
)
def test_photo_goes_to_the_unit_that_its_name_names(chain, people, name, code):
    report = chain.drafted(NEAR, FAR, XIUXI)
    row = added(report, people.clerk, distinct(1), name=name)
    assert (row.area_id, row.criterion) == (code, "S16" if code else "")


def test_of_two_units_of_one_name_the_village_decides(chain, people):
    Area.objects.filter(code=COVERED).update(name="大围")
    report = chain.drafted(NEAR, COVERED)
    assert added(report, people.clerk, distinct(1), name="新马村大围.jpg").area_id == COVERED
    assert added(report, people.clerk, distinct(2), name="大围.jpg").area_id is None


def test_file_of_which_one_unit_alone_asks_goes_there(chain, people):
    report = chain.drafted(TOWN, XINMA, COVERED)
    row = added(report, people.clerk, PDF, kind="site_list", name="扫描件.pdf")
    assert (row.area_id, row.criterion) == (XINMA, "S14")


def test_what_belongs_nowhere_waits_and_is_put_in_its_place(chain, people):
    report, client = chain.drafted(NEAR, FAR), signed_in(people.clerk)
    row = added(report, people.clerk, distinct(1), name="IMG_1.jpg")
    assert "未归到单位（1 个文件）" in page(client, "add_evidence", report.pk)
    post(client, "arrange_evidence", report.pk, expect=422, **{f"area-{row.pk}": STREET})
    post(client, "arrange_evidence", report.pk, **{f"area-{row.pk}": FAR})
    row.refresh_from_db()
    assert (row.area_id, row.criterion) == (FAR, "S16")
    assert AuditEntry.objects.get(action="evidence.arrange").subject_key == str(report.pk)


def test_one_refused_file_takes_no_other_with_it(chain, people):
    report, client = chain.drafted(NEAR, FAR), signed_in(people.clerk)
    files = [
        SimpleUploadedFile(name, data)
        for name, data in (("大围.jpg", distinct(1)), ("坏.jpg", JPEG[:60]), ("黄岗.jpg", distinct(2)))
    ]
    answer = post(client, "add_evidence", report.pk, file=files, kind="photo", expect=200).content.decode()
    assert "“坏.jpg”：" in answer and "已保存 2 个文件" in answer
    assert set(report.evidence.values_list("area_id", flat=True)) == {NEAR, FAR}


def test_script_that_sends_many_is_answered_file_by_file(chain, people):
    report, client = chain.drafted(NEAR), signed_in(people.clerk)
    address = reverse("inspection:add_evidence", args=[report.pk])
    said = []
    for name, data in (("a.jpg", distinct(1)), ("b.jpg", b"no picture")):
        file = SimpleUploadedFile(name, data)
        said.append(client.post(address, {"file": file, "kind": "photo"}, headers={"accept": "application/json"}))
    assert [each.status_code for each in said] == [200, 200]
    assert json.loads(said[0].content) == {"kept": 1, "refused": []}
    assert json.loads(said[1].content)["refused"][0].startswith("“b.jpg”：文件既不是 JPEG")


def test_room_grows_with_the_units(chain, settings):
    settings.EVIDENCE_FILES, settings.EVIDENCE_UNIT_MB = 3, 5
    assert collecting.room(chain.drafted(NEAR, FAR)) == (9, 15)


# ------------------------------------------------ photos that are there already


@pytest.fixture
def visit(people) -> VisitPhoto:
    """A photo that somebody took at 新屋."""
    row = Visit.objects.create(
        number=uuid4(), table="areas", key=COVERED, name="新屋", area_id=COVERED, found="here", by=people.clerk,
        visited_at=timezone.make_aware(datetime(2018, 5, 3, 9)),
    )  # fmt: skip
    fields = keeping.keep(distinct(5), "走访.jpg", VisitPhoto)
    fields |= {"taken_at": row.visited_at, "taken_lon": SPOT[0], "taken_lat": SPOT[1]}
    return VisitPhoto.objects.create(visit=row, **fields)


def test_photo_of_a_walk_is_offered_and_taken_over_without_a_doubt(chain, people, visit):
    report, client = chain.drafted(NEAR, COVERED), signed_in(people.clerk)
    (found,) = offering.offered(report, people.clerk)
    assert found.unit.area_id == COVERED and f'value="visit-{visit.pk}"' in page(client, "add_evidence", report.pk)
    post(client, "take_over", report.pk, photo="visit-0", expect=422)
    post(client, "take_over", report.pk, photo=found.key)
    row = report.evidence.get()
    assert (row.area_id, row.criterion, row.taken_at, row.taken_lon) == (COVERED, "S16", visit.taken_at, SPOT[0])
    assert kinds_of(row) == [[]] and offering.offered(report, people.clerk) == []


def test_photo_of_a_proposal_is_offered(chain, people):
    report = chain.drafted(COVERED)
    fields = {"source": "page", "state": "open", "title": "新屋移位", "by": people.clerk}
    proposal = Proposal.objects.create(county="441802", area_id=TOWN, **fields)
    proposal.items.create(
        number=1, table="sites", key="S-3", area_code=COVERED, act="correct", values={}, level=1, state="waiting"
    )
    proof = Proof.objects.create(proposal=proposal, by=people.clerk, **keeping.keep(distinct(6), "p.jpg", Proof))
    Proof.objects.create(proposal=proposal, by=people.clerk, **keeping.keep(PDF, "p.pdf", Proof))
    assert [each.key for each in offering.offered(report, people.clerk)] == [f"proof-{proof.pk}"]
    assert offering.offered(report, people.neighbour) == []


# ------------------------------------------------ statistics made by the portal


def test_statistics_of_orders_are_made_from_the_orders(chain, people):
    report = chain.drafted(TOWN)
    Operator.objects.get_or_create(code="telecom", defaults={"name": "中国电信"})
    for number, (accepted, completed) in enumerate(
        ((date(2018, 4, 2), date(2018, 4, 9)), (date(2018, 5, 2), None), (date(2017, 1, 3), date(2017, 1, 5)))
    ):
        ServiceOrder.objects.create(
            order_id=f"X-{number}", operator_id="telecom", area_id=NEAR, county="441802", accepted_on=accepted,
            completed_on=completed, needs_expansion=False,
        )  # fmt: skip
    plan = required.plan_of(required.units_of(report)[0])
    found = {row.operator: row for row in order_statistics.statistics(Area.objects.get(pk=TOWN), QUARTER, plan)}
    telecom, mobile = found["中国电信"], found["中国移动"]
    assert (telecom.accepted, telecom.counted, telecom.late, telecom.share) == (2, 2, 1, "50.0%")
    assert (mobile.accepted, mobile.counted, mobile.late) == (1, 1, 1)

    client = signed_in(people.clerk)
    for _ in range(2):
        post(client, "make_statistics", report.pk)
    row = report.evidence.get()
    assert (row.area_id, row.kind, row.criterion, row.is_made) == (TOWN, EvidenceKind.ORDER_STATISTICS, "S10", True)
    assert row.name == "源潭镇2018年第二季度报装工单统计.pdf" and required.missing(report) == []
    assert "系统按报装工单生成" in page(client, "add_evidence", report.pk)
    assert AuditEntry.objects.filter(action="evidence.make").count() == 2


def test_statistics_are_not_made_where_no_township_asks(chain, people):
    answer = post(signed_in(people.clerk), "make_statistics", chain.drafted(COVERED).pk, expect=422)
    assert "没有为源潭镇申请称号" in answer.content.decode()


# ------------------------------------------------ doubts


def test_file_used_for_another_report_is_told(chain, people):
    first = chain.drafted(COVERED)
    second = chain.drafted(NEAR)
    one, two = (
        added(each, people.clerk, at_place(*SPOT), code=code) for each, code in ((first, COVERED), (second, NEAR))
    )
    assert kinds_of(one, two) == [["same_file"], ["same_file", "far"]]
    (said,) = [each for each in doubts.of([two])[two.pk] if each.kind == DoubtKind.SAME_FILE]
    assert said.other == one and "（新马村新屋）" in said.sentence


def test_file_carried_on_from_what_came_back_is_no_doubt(chain, people):
    report = chain.taken(COVERED)
    unit = report.units.select_related("report", "frozen").get()
    found = Found(CheckFinding.NOT_MET, CriterionReturnReason.MISSING, "不清")
    chain.ruled(InspectionAction.RETURN, unit, "补照片", S16=found)
    new = reporting.follow(report=Report.objects.get(pk=report.pk), on=ON, by=people.clerk)
    assert kinds_of(*report.evidence.all(), *new.evidence.all()) == [[], []]


def test_photo_of_a_spot_check_used_again_is_told(chain, people):
    report = chain.drafted(COVERED)
    row = added(report, people.clerk, at_place(*SPOT))
    assert kinds_of(row) == [[]]
    spot_check_photo(people, row)
    assert kinds_of(row) == [["same_file"]]


def spot_check_photo(people, row: Evidence) -> None:
    sample = Sample.objects.create(
        township_id=TOWN, county="441802", period="2018Q2", frame="sites", size=1, population=[], population_digest="0",
        seed="0", criterion="S14", threshold="9/10", drawn_by=people.reviewer, drawn_at=timezone.now(),
    )  # fmt: skip
    item = Item.objects.create(sample=sample, order=1, key="S-3", stratum="", name="新屋聚居点", area_id=COVERED)
    finding = SampleFinding.objects.create(item=item, outcome="passed", visited_on=ON, by=people.reviewer)
    fields = {name: getattr(row, name) for name in ("name", "media_type", "size", "algorithm", "digest")}
    Photo.objects.create(finding=finding, **fields)


def test_walk_elsewhere_is_told_and_the_same_place_is_not(chain, people, visit):
    report = chain.drafted(NEAR, COVERED)
    elsewhere = added(report, people.clerk, distinct(5), code=NEAR)
    assert kinds_of(elsewhere) == [["same_file"]]


def test_picture_saved_anew_is_told_of_photos_and_not_of_screens(chain, people):
    report = chain.drafted(NEAR, FAR, XINMA)
    one = added(report, people.clerk, saved(patchwork(3)), code=NEAR)
    two = added(report, people.clerk, saved(patchwork(3).resize((480, 400)), 60), code=FAR)
    screens = [
        added(report, people.clerk, saved(patchwork(4), quality), "speed_test", code=XINMA, mbps=100)
        for quality in (70, 90)
    ]
    assert kinds_of(one, two, *screens) == [["alike"], ["alike"], [], []]


def test_what_another_township_has_not_sent_is_nobodys_to_know(chain, people, make_user):
    other = chain.drafted(COMPOUND, clerk=people.neighbour)
    theirs = added(other, people.neighbour, distinct(1))
    ours = added(chain.drafted(COVERED), people.clerk, distinct(1))
    assert kinds_of(ours, theirs) == [[], []]
    Report.objects.filter(pk=other.pk).update(
        state=ReportState.SUBMITTED, signed_by=make_user(Post.TOWNSHIP_HEAD, STREET), signed_on=ON
    )
    assert kinds_of(ours, theirs) == [["same_file"], []]


@pytest.mark.parametrize(
    ("lon", "lat", "at", "kinds"),
    [
        (*SPOT, "2018:06:01 10:00:00", []),
        (113.21, 23.7, "2018:06:01 10:00:00", ["far"]),
        (*SPOT, "2017:04:01 00:00:01", []),
        (*SPOT, "2017:03:31 23:59:59", ["early_or_late"]),
        (*SPOT, "2018:07:21 23:59:59", ["early_or_late"]),
        (*SPOT, "2027:07:21 23:59:59", ["early_or_late"]),
    ],
)
def test_place_and_time_that_do_not_fit_are_told(chain, people, lon, lat, at, kinds):
    row = added(chain.drafted(COVERED), people.clerk, at_place(lon, lat, at=at), code=COVERED)
    assert kinds_of(row) == [kinds]


def test_photo_that_says_nothing_is_told_and_gives_no_doubt(chain, people):
    report = chain.drafted(COVERED)
    row = added(report, people.clerk, distinct(1), code=COVERED)
    (said,) = doubts.of([row])[row.pk]
    assert (said.kind, said.is_doubt, said.sentence) == ("no_camera_data", False, "照片没有记录拍摄时间和拍摄位置。")


def test_doubt_holds_nobody_up_and_can_be_explained(chain, people):
    report, client = chain.drafted(COVERED), signed_in(people.clerk)
    row = added(report, people.clerk, at_place(113.21, 23.7), code=COVERED)
    assert "疑点（1 个文件）" in page(client, "add_evidence", report.pk)
    post(client, "arrange_evidence", report.pk, **{f"remark-{row.pk}": "定位未刷新"})
    post(client, "arrange_evidence", report.pk, expect=422, **{f"remark-{row.pk}": "长" * 201})
    post(client, "report", report.pk, version=0, hand_up=1, **text_of(report))
    post(signed_in(people.head), "move", report.pk, version=1, action="send")
    reviewer = signed_in(people.reviewer)
    for shown in (page(reviewer, "report", report.pk), page(reviewer, "unit", report.units.get().pk)):
        assert "位置不符" in shown and "街镇说明：定位未刷新" in shown and "离最近的点位 1,0" in shown
    assert "photo-map-data" in page(reviewer, "unit", report.units.get().pk)


def test_doubts_cost_the_same_however_many(chain, people, django_assert_num_queries):
    report = chain.drafted(NEAR, FAR, COVERED)
    for number, code in enumerate((NEAR, FAR, COVERED)):
        added(report, people.clerk, at_place(*SPOT, number), code=code)
    rows = list(Evidence.objects.select_related("report", "area__parent"))
    with django_assert_num_queries(8) as few:
        doubts.of(rows[:1])
    with django_assert_num_queries(len(few)):
        doubts.of(rows)


def test_picture_is_shown_to_those_in_scope_alone(chain, people):
    row = added(chain.drafted(COVERED), people.clerk, at_place(*SPOT))
    address = reverse("inspection:evidence_picture", args=[row.pk])
    assert signed_in(people.clerk).get(address)["Content-Type"] == "image/jpeg"
    assert signed_in(people.reviewer).get(address).status_code == 404


def test_sites_of_a_unit_are_those_beneath_it(chain):
    units = required.units_of(chain.drafted(TOWN, XINMA, COVERED))
    sites = UnitSites(units, QUARTER)
    assert [len(sites.of(code)) for code in (TOWN, XINMA, COVERED)] == [3, 1, 1]
    assert sites.nearest_unit(*SPOT, [COVERED]) == COVERED and sites.nearest_unit(113.25, 23.7, [COVERED]) == ""
    assert sites.metres(COVERED, *SPOT) == pytest.approx(15, abs=2)
