"""The small district on a day of the summer of 2018, and a problem of a pole in 秀溪村 that the telecom sees to."""

from datetime import date

import pytest
from django.core.cache import cache

from accounts.posts import Post
from areas.models import Area, Operator
from gate.uploads import IncomingFile
from problems import actions
from problems.actions import ShownFile
from problems.drafts import PlaceOf, ProblemDraft
from problems.vocabulary import FileRole, ProblemKind
from tests.evidence.files import PNG
from tests.scenes import STREET, TOWN, XIUXI

ON = date(2018, 7, 10)

PEOPLE = {
    "clerk": (Post.CLERK, TOWN),
    "head": (Post.TOWNSHIP_HEAD, TOWN),
    "neighbour": (Post.CLERK, STREET),
    "reviewer": (Post.REVIEWER, TOWN),
    "bureau": (Post.BUREAU_HEAD, TOWN),
    "government": (Post.GOVERNMENT, TOWN),
    "leader": (Post.LEADER, TOWN),
    "lead": (Post.LEAD_UNIT, TOWN),
    "operator": (Post.OPERATOR, TOWN),
    "engineer": (Post.OPERATOR, TOWN),
    "auditor": (Post.AUDITOR, TOWN),
}


@pytest.fixture(autouse=True)
def day(settings):
    settings.PORTAL_TODAY = ON
    cache.clear()


@pytest.fixture
def town(make_area) -> Area:
    """The town with 秀溪村, and its neighbour; nothing is judged."""
    Operator.objects.create(code="telecom", name="中国电信")
    make_area("441802", "清城区"), make_area(TOWN, "源潭镇"), make_area(STREET, "凤城街道")
    return make_area(XIUXI, "秀溪村")


@pytest.fixture
def people(town, make_user):
    units = {"lead": {"unit": "区住建局"}}
    return {name: make_user(post, area=area, **units.get(name, {})) for name, (post, area) in PEOPLE.items()}


@pytest.fixture
def write(people):
    """Write a problem down: the telecom's ducts in 秀溪村, by the town's clerk, unless said otherwise."""

    def written(kind="duct", by="clerk", text="弱电井被占用，无法穿线。", operator="telecom", members=(), **more):
        place = PlaceOf.of_area(Area.objects.select_related("parent__parent").get(pk=XIUXI))
        draft = ProblemDraft(
            ProblemKind(kind), place, text, operator=Operator.objects.filter(pk=operator).first(), members=members
        )
        return actions.open_problem(draft=draft, by=people[by], **more)

    return written


def photo(role=FileRole.AFTER, name="after.png") -> ShownFile:
    return ShownFile(role, IncomingFile(name, PNG))
