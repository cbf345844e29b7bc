"""The town, its clerk, the bureau's people, 区住建局 and an operator, on a day of the summer of 2018."""

from datetime import date

import pytest
from django.core.cache import cache

from accounts.posts import Post
from measures import actions
from measures.actions import TypedMeasure
from measures.kinds import KINDS
from measures.vocabulary import MeasureAction
from tests.scenes import STREET, TOWN

ON = date(2018, 7, 10)
LEAD = "区住房和城乡建设局"
SUPERIOR = {
    "document": "三年行动计划",
    "number": "粤府办〔2015〕56号",
    "duty": "推进光纤入户",
    "status": "answered",
    "clause": "二(一)",
}
"""A duty of a superior document, with all that it needs; no file."""


@pytest.fixture(autouse=True)
def day(settings):
    settings.PORTAL_TODAY = ON
    cache.clear()


@pytest.fixture
def people(make_area, make_user):
    make_area("441802", "清城区")
    make_area(TOWN, "源潭镇")
    make_area(STREET, "凤城街道")
    return {
        "clerk": make_user(Post.CLERK, area=TOWN),
        "head": make_user(Post.TOWNSHIP_HEAD, area=TOWN),
        "other": make_user(Post.CLERK, area=STREET),
        "reviewer": make_user(Post.REVIEWER, area=TOWN),
        "second": make_user(Post.REVIEWER, area=TOWN),
        "chief": make_user(Post.BUREAU_HEAD, area=TOWN),
        "zjj": make_user(Post.LEAD_UNIT, area=TOWN, unit=LEAD),
        "kexie": make_user(Post.LEAD_UNIT, area=TOWN, unit="区科学技术协会"),
        "leader": make_user(Post.LEADER, area=TOWN),
        "operator": make_user(Post.OPERATOR, operator="telecom"),
    }


def begun(key: str, by, values: dict, **subject):
    kind = KINDS[key]
    whole = {field.key: values.get(field.key) for field in kind.fields}
    return actions.begin(kind=kind, given=TypedMeasure(whole, **subject), by=by)


def taken(record, action: str, by, text="请核对。"):
    return actions.take_step(record=record, action=MeasureAction(action), version=record.version, text=text, by=by)
