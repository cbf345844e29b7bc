"""What the workbooks of returns call villages."""

import pytest

from accounts.posts import Post
from findings.rows import read
from returns.models import Return
from tests.findings.conftest import ON
from tests.scenes import TOWN, XIUXI, build_district
from workbooks.models import Issued, Upload
from workbooks.written_names import names_written


@pytest.fixture
def uploaded(make_area, make_user, settings):
    """Two uploads of the town's return, the earlier with another name."""
    settings.PORTAL_TODAY = ON
    build_district(make_area)
    by, quarterly_return = make_user(Post.CLERK, area=TOWN), Return.objects.get(township=TOWN)
    issued = Issued.objects.create(quarterly_return=quarterly_return, template=1, seen={}, by=by)
    for name in ("秀西村", "秀水村"):
        lines = [{"code": XIUXI, "name": name}, {"code": "", "name": "合计"}]
        Upload.objects.create(
            quarterly_return=quarterly_return,
            issued=issued,
            by=by,
            file_name="季报.xlsx",
            sha256="",
            content={"lines": lines},
        )


def test_latest_upload_names_villages(uploaded):
    assert names_written(TOWN[:6]) == {XIUXI: "秀水村"}
    assert names_written("441803") == {}


def test_register_is_compared_with_them(uploaded):
    assert read(TOWN[:6], ON).reported_names == {XIUXI: "秀水村"}


def test_old_uploads_say_nothing(uploaded, settings):
    settings.PORTAL_TODAY = ON.replace(year=2020)

    assert names_written(TOWN[:6]) == {}
