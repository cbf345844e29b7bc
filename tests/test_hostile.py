"""Every address with what nobody means: neither a part of it nor a question that it asks may break the portal."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.posts import ROLE_GRANTS, Post
from qingcheng_fiber.middleware import no_nul
from tests.access_table import ROWS
from tests.access_table.row import OWN, PLACES, PUBLIC, SIGNED_IN, Row, World

PARTS = ("\0", "𠮷😀'\"--", "9" * 3_000, 2**63)
QUESTIONS = (
    "page period against basis from to from_basis to_basis area code q township state kind sort size show open rank "
    "figure operator on since until who subject check cell next"
).split()
"""What addresses ask about anywhere in the portal."""


@pytest.fixture
def world(make_area, make_user) -> World:
    for place in PLACES.values():
        make_area(place.area)
    return World(make_area, make_user)


def client_for(row: Row, world: World) -> Client:
    """Logged in as somebody whom the address answers."""
    client = Client()
    if row.powers is not PUBLIC:
        post = next(post for post in Post if row.powers == SIGNED_IN or row.powers & ROLE_GRANTS[post].powers)
        client.force_login(world.make_user(post, area=OWN.area, operator=OWN.operator))
    return client


def read(answer) -> int:
    """The status of an answer that was read to its end."""
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def spoilt(row: Row, args: list) -> list[str]:
    """The addresses with each of their parts replaced by each of ``PARTS`` that fits there."""
    found = []
    for place in range(len(args)):
        for part in PARTS:
            try:
                found.append(reverse(row.name, args=[*args[:place], part, *args[place + 1 :]]))
            except NoReverseMatch:
                continue
    return found


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_hostile_part_is_answered(row, world):
    client, args = client_for(row, world), list(row.at(world, OWN))
    for address in spoilt(row, args):
        assert read(getattr(client, row.method)(address, row.data(world, OWN))) < 500, address[:200]


@pytest.mark.parametrize("text", ["\0", "𠮷😀'\"--"], ids=["NUL", "rare"])
@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "get"], ids=str)
def test_hostile_question_is_answered(row, text, world):
    client = client_for(row, world)
    address = reverse(row.name, args=row.at(world, OWN))
    assert read(client.get(address, dict.fromkeys(QUESTIONS, text))) < 500


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "post"], ids=str)
def test_hostile_post_is_answered(row, world):
    client, data = client_for(row, world), row.data(world, OWN)
    spoilt = {name: f"{value}\0" if isinstance(value, str) else value for name, value in data.items()}
    assert read(client.post(reverse(row.name, args=row.at(world, OWN)), {"reason": "\0", "text": "\0"} | spoilt)) < 500


def test_nul_does_not_get_past_the_door(rf):
    seen = no_nul(lambda request: request)(rf.post("/", {"reason": "因\0故", "unit": ["1", "2\0"], "clean": "x"}))
    assert dict(seen.POST) == {"reason": ["因故"], "unit": ["1", "2"], "clean": ["x"]}


@pytest.mark.parametrize("name", ["code", "area"])
def test_area_with_a_nul_is_not_there(client, make_user, name):
    client.force_login(make_user(Post.LEADER))
    for view, asked in (
        ("acceptance:verdict_index", {"area": "x", "period": "2018Q2"}),
        ("acceptance:differences", {}),
    ):
        assert client.get(reverse(view), asked | {name: "源潭\0镇"}).status_code == 404
