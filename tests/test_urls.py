"""Every address as every post at home, and as one post of each kind next door; the table is in access_table/.

What is refused, handed out, or shows others' personal data must stand in the audit trail (tests/told.py).
"""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.posts import ROLE_GRANTS, Post, ScopeKind
from tests import told
from tests.access_table import ROWS
from tests.access_table.row import NETWORK, OWN, PLACES, PUBLIC, SIGNED_IN, Place, Row, World
from tests.running_once import first_of_each, one_of_each

SEAT_AREA = {ScopeKind.TOWNSHIP: OWN.area, ScopeKind.DISTRICT: OWN.area[:6]}


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The name of every pattern, or its route where it has none."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or entry.pattern}"
        else:
            yield from patterns(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


def expected(row: Row, post: Post, place: Place) -> int:
    grants = ROLE_GRANTS[post]
    if row.powers != SIGNED_IN and not row.powers & grants.powers:
        return 403
    return row.answer if not row.scoped or _sees(row, post, place) else 404


def _sees(row: Row, post: Post, place: Place) -> bool:
    if callable(row.scoped):
        return row.scoped(post, place)
    scope_kind = ROLE_GRANTS[post].scope_kind
    if scope_kind == ScopeKind.OPERATOR:
        return row.scoped == NETWORK and place.operator == OWN.operator
    return scope_kind in SEAT_AREA and place.area.startswith(SEAT_AREA[scope_kind])


def answered(row: Row, client: Client, world: World, place: Place, person=None) -> tuple[int, str]:
    """The status of the answer, and what the trail does not tell of it to a ``person``; the database is afterwards as it was."""
    with transaction.atomic():
        address, data = reverse(row.name, args=row.at(world, place)), row.data(world, place)
        if person:
            told.plant(person)
        since = told.last() if person else 0
        answer = getattr(client, row.method)(address, data)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        is_theirs = person and row.scoped and not _sees(row, person.post, place)
        missing = told.untold(answer, body, since, is_theirs) if person else ""
        transaction.set_rollback(True)
    return answer.status_code, missing


@pytest.fixture
def world(make_area, make_user) -> World:
    for place in PLACES.values():
        make_area(place.area)
    return World(make_area, make_user)


def test_every_address_has_a_row():
    assert sorted(set(patterns(get_resolver()))) == sorted({row.name for row in ROWS})


def _asking(row: Row, posts: list[Post], place: Place) -> list[Post]:
    """At home every post; elsewhere one of those that see the same and get the same there."""
    return posts if place is OWN else first_of_each(posts, lambda post: expected(row, post, place))


@pytest.mark.parametrize("row", [row for row in ROWS if row.powers is not PUBLIC], ids=str)
def test_every_post_gets_what_the_table_says(row, world):
    places = PLACES if row.scoped else {"own": OWN}
    posts = one_of_each(Post, lambda post: expected(row, post, OWN))
    people = {post: world.make_user(post, area=OWN.area, operator=OWN.operator) for post in posts}
    asking = {name: _asking(row, posts, place) for name, place in places.items()}
    wrong = []
    for post, person in people.items():
        client = Client()
        client.force_login(person)
        for name, place in places.items():
            if post not in asking[name]:
                continue
            status, untold = answered(row, client, world, place, person)
            if status != expected(row, post, place):
                wrong.append(f"{post}, {name}: {status} instead of {expected(row, post, place)}")
            elif untold:
                wrong.append(f"{post}, {name}: {untold}")
    assert not wrong


@pytest.mark.parametrize("row", [row for row in ROWS if row.powers is not PUBLIC], ids=str)
def test_visitor_sees_nothing(row, world):
    assert answered(row, Client(), world, OWN)[0] == row.visitor


@pytest.mark.parametrize("row", [row for row in ROWS if row.powers is PUBLIC], ids=str)
def test_public_address_answers_everyone(row, world):
    signed_in = Client()
    signed_in.force_login(world.make_user(Post.CLERK))

    assert answered(row, Client(), world, OWN)[0] == row.answer
    assert answered(row, signed_in, world, OWN)[0] in (row.answer, 302)
