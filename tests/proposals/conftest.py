"""The district of the scenes, judged, with people who propose and people who accept."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client

from acceptance.judging import judging
from accounts.posts import Post
from proposals import actions
from proposals.actions import Why
from proposals.drafts import ItemDraft
from proposals.vocabulary import Door
from tests import scenes

SURVEYED = Why("surveyed", "村委会清点", "源府〔2018〕9号")


@pytest.fixture
def district(make_area) -> SimpleNamespace:
    found = scenes.build_district(make_area)
    judging.refresh("441802")
    return found


@pytest.fixture
def people(district, make_user) -> SimpleNamespace:
    return SimpleNamespace(
        clerk=make_user(Post.CLERK, area=scenes.TOWN),
        neighbour=make_user(Post.CLERK, area=scenes.STREET),
        reviewer=make_user(Post.REVIEWER),
        head=make_user(Post.BUREAU_HEAD),
        colleague=make_user(Post.REVIEWER),
        operator=make_user(Post.OPERATOR, operator="telecom"),
    )


@pytest.fixture
def propose(people):
    """Propose drafts as a clerk with a reason and a paper, unless told otherwise."""

    def ask(*drafts: ItemDraft, by=None, why: Why = SURVEYED, source: str = Door.PAGE, **options):
        return actions.propose(drafts=drafts, by=by or people.clerk, source=source, why=why, **options)

    return ask


@pytest.fixture(autouse=True)
def day(settings):
    settings.PORTAL_TODAY = date(2018, 8, 15)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def enter(people):
    """A browser in which somebody is signed in, by the name that the scene gives him."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(people, name))
        return client

    return sign_in
