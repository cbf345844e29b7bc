"""Lines of a package in the returns of the portal: what is approved is superseded, never edited."""

import pytest

from accounts.posts import Post
from returns import actions
from returns.models import LineStatus, Return, ReturnLine, ReturnMove, ReturnState
from returns.review import decisions
from tests.packages import LINE, bring_in, write_csv
from tests.returns.conftest import report

pytestmark = pytest.mark.django_db

OTHER = "441802103204"


@pytest.fixture
def bring(tmp_path, capsys):
    """Bring in lines of returns, each as changes to the sound line."""

    def bring(*lines):
        status, document = bring_in(write_csv({"returns": [{**LINE, **line} for line in lines]}, tmp_path), capsys)
        assert status == 0, document

    return bring


@pytest.fixture(autouse=True)
def villages(make_area):
    make_area("441802103203")
    make_area(OTHER)


def revisions() -> list[tuple]:
    """Each revision: its number, its state, and its lines as (area's last digit, fibre users, status)."""
    return [
        (
            quarterly_return.revision,
            quarterly_return.state,
            [(line.area_id[-1], line.fibre_users, line.status) for line in quarterly_return.lines.order_by("area_id")],
        )
        for quarterly_return in Return.objects.order_by("revision")
    ]


def test_lines_of_a_township_make_one_return(bring):
    bring({}, {"area_code": OTHER})

    assert revisions() == [(1, "approved", [("3", 600, "approved"), ("4", 600, "approved")])]
    quarterly_return = Return.objects.get()
    assert (
        quarterly_return.township_id,
        quarterly_return.county,
        quarterly_return.period,
        quarterly_return.corrects,
    ) == ("441802103", "441802", "2018Q2", None)
    assert list(ReturnMove.objects.values_list("action", "from_state", "to_state", "by", "reason")) == [
        ("import", "", "approved", None, "数据包导入")
    ]


def test_a_return_is_as_far_as_its_least_advanced_line(bring):
    bring({}, {"area_code": OTHER, "status": "submitted"})
    assert Return.objects.get().state == ReturnState.SUBMITTED

    bring({"area_code": OTHER, "status": "draft"})
    assert Return.objects.get().state == ReturnState.DRAFT

    bring({"area_code": OTHER})
    assert revisions() == [(1, "approved", [("3", 600, "approved"), ("4", 600, "approved")])]


def test_at_once_or_in_parts_is_the_same(bring):
    bring({})
    bring({"area_code": OTHER, "status": "draft"})

    assert revisions() == [(1, "draft", [("3", 600, "approved"), ("4", 600, "draft")])]


def test_the_same_again_changes_nothing(bring):
    bring({}, {"area_code": OTHER, "status": "draft"})
    before = revisions(), ReturnMove.objects.count(), list(Return.objects.values())

    bring({}, {"area_code": OTHER, "status": "draft"})

    assert before == (revisions(), ReturnMove.objects.count(), list(Return.objects.values()))


def test_an_open_line_is_changed_in_place(bring):
    bring({"status": "draft"})
    pk = ReturnLine.objects.get().pk

    bring({"status": "submitted", "fibre_users": "650"})

    line = ReturnLine.objects.get()
    assert (line.pk, line.status, line.fibre_users, line.version) == (pk, "submitted", 650, 1)


@pytest.mark.parametrize("status", ["draft", "approved"])
def test_only_figures_that_a_package_leaves_as_they_are_stay_taken_from_a_source(bring, status):
    bring({"status": status})
    ReturnLine.objects.update(taken={"fibre_users": "operators", "households": "last"})

    bring({"status": status, "fibre_users": "650"})

    assert ReturnLine.objects.latest("pk").taken == {"households": "last"}


@pytest.mark.parametrize("status", ["approved", "submitted", "draft"])
def test_an_approved_line_is_superseded_by_a_whole_new_revision(bring, status):
    bring({}, {"area_code": OTHER})

    bring({"fibre_users": "650", "status": status})

    assert revisions() == [
        (1, "superseded", [("3", 600, "superseded"), ("4", 600, "superseded")]),
        (2, status, [("3", 650, status), ("4", 600, "approved")]),
    ]
    new = Return.objects.get(revision=2)
    assert (new.corrects.revision, new.reason) == (1, "数据包导入")


def test_the_same_figures_with_a_lower_status_take_the_approval_back(bring):
    bring({})

    bring({"status": "submitted"})

    assert revisions()[1:] == [(2, "submitted", [("3", 600, "submitted")])]


def test_open_neighbours_move_along(bring):
    bring({}, {"area_code": OTHER, "status": "draft"})
    pk = ReturnLine.objects.get(area_id=OTHER).pk

    bring({"fibre_users": "650"})

    assert revisions() == [
        (1, "superseded", [("3", 600, "superseded")]),
        (2, "draft", [("3", 650, "approved"), ("4", 600, "draft")]),
    ]
    assert ReturnLine.objects.get(area_id=OTHER).pk == pk


@pytest.fixture
def correction(bring, make_user):
    """Both lines approved, and a correction in progress."""
    bring({}, {"area_code": OTHER})
    clerk = make_user(Post.CLERK)
    quarterly_return = Return.objects.get()
    return actions.correct(quarterly_return=quarterly_return, version=quarterly_return.version, reason="核对", by=clerk)


def test_a_correction_in_progress_is_left_alone_by_what_is_approved(bring, correction):
    before = revisions()

    bring({}, {"area_code": OTHER})

    assert revisions() == before


def test_a_correction_in_progress_takes_in_what_the_package_says(bring, correction):
    bring({"fibre_users": "650"})

    assert revisions() == [
        (1, "approved", [("3", 600, "superseded"), ("4", 600, "approved")]),
        (2, "draft", [("3", 650, "approved"), ("4", 600, "draft")]),
    ]

    bring({"fibre_users": "651"}, {"area_code": OTHER, "fibre_users": "652"})

    assert revisions() == [
        (1, "superseded", [("3", 600, "superseded"), ("4", 600, "superseded")]),
        (2, "superseded", [("3", 650, "superseded")]),
        (3, "approved", [("3", 651, "approved"), ("4", 652, "approved")]),
    ]


def test_a_revision_that_a_package_began_can_be_submitted_and_approved(bring, make_user):
    bring({}, {"area_code": OTHER})
    bring({"fibre_users": "650", "status": "draft"})
    clerk, reviewer = make_user(Post.CLERK), make_user(Post.REVIEWER)
    quarterly_return = Return.objects.get(revision=2)

    report(quarterly_return, clerk)
    quarterly_return.refresh_from_db()
    decisions.approve(quarterly_return=quarterly_return, version=quarterly_return.version, by=reviewer)

    assert revisions()[1] == (2, "approved", [("3", 650, "approved"), ("4", 600, "approved")])


def test_a_correction_is_approved_over_revisions_that_a_package_passed_over(bring, correction, make_user):
    bring({"fibre_users": "650"})
    bring({"fibre_users": "651", "status": "draft"})
    clerk, reviewer = make_user(Post.CLERK), make_user(Post.REVIEWER)
    quarterly_return = Return.objects.order_by("revision").last()
    report(quarterly_return, clerk)
    quarterly_return.refresh_from_db()

    decisions.approve(quarterly_return=quarterly_return, version=quarterly_return.version, by=reviewer)

    approved = ReturnLine.objects.filter(status=LineStatus.APPROVED)
    assert {(line.area_id, line.quarterly_return_id) for line in approved} == {
        ("441802103203", quarterly_return.pk),
        (OTHER, quarterly_return.pk),
    }
    assert set(Return.objects.exclude(pk=quarterly_return.pk).values_list("state", flat=True)) == {
        ReturnState.SUPERSEDED
    }


def test_out_again_the_approved_line_stands_for_a_correction_and_blank_drafts_are_left_out(bring, correction):
    from areas.package.package import Selection
    from returns.package import ReturnsTable

    Return.objects.create(township_id="441802103", county="441802", period="2018Q3")
    blank = Return.objects.get(period="2018Q3")
    ReturnLine.objects.create(quarterly_return=blank, area_id=OTHER, county="441802", period="2018Q3")
    ReturnLine.objects.filter(quarterly_return=correction).update(fibre_users=1)
    table = ReturnsTable()

    rows = list(table.rows(Selection()))

    assert [(row["area_code"], row["fibre_users"], row["status"]) for row in rows] == [
        ("441802103203", 600, "approved"), (OTHER, 600, "approved"),
    ]  # fmt: skip
    assert table.left_out == 1


def test_no_line_is_ever_deleted(bring):
    bring({})
    for number in range(3):
        bring({"fibre_users": str(number)})

    assert sorted(ReturnLine.objects.values_list("fibre_users", "status")) == [
        (0, "superseded"), (1, "superseded"), (2, "approved"), (600, "superseded"),
    ]  # fmt: skip
