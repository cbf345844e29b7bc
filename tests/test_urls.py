"""Every address as every post, at home and next door; the table is in access_table/."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.posts import ROLE_GRANTS, Post, ScopeKind
from tests.access_table import ROWS
from tests.access_table.row import NETWORK, OWN, PLACES, PUBLIC, SIGNED_IN, Place, Row, World

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
    return row.answer if not row.scoped or _sees(row, grants.scope_kind, place) else 404


def _sees(row: Row, scope_kind: ScopeKind, place: Place) -> bool:
    if scope_kind == ScopeKind.OPERATOR:
        return row.scoped == NETWORK and place.operator == OWN.operator
    return scope_kind in SEAT_AREA and place.area.startswith(SEAT_AREA[scope_kind])


def answered(row: Row, client: Client, world: World, place: Place) -> int:
    """The status of the answer; the database is afterwards as it was."""
    with transaction.atomic():
        address = reverse(row.name, args=row.at(world, place))
        answer = getattr(client, row.method)(address, row.data(world, place))
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer.status_code


@pytest.fixture
def world(make_area, make_user) -> World:
    for place in PLACES.values():
        make_area(place.area)
    return World(make_area, make_user)


def test_every_address_has_a_row():
    assert sorted(set(patterns(get_resolver()))) == sorted({row.name for row in ROWS})


@pytest.mark.parametrize("row", [row for row in ROWS if row.powers is not PUBLIC], ids=str)
def test_every_post_gets_what_the_table_says(row, world):
    places = PLACES if row.scoped else {"own": OWN}
    wrong = []
    for post in Post:
        client = Client()
        client.force_login(world.make_user(post, area=OWN.area, operator=OWN.operator))
        for name, place in places.items():
            status = answered(row, client, world, place)
            if status != expected(row, post, place):
                wrong.append(f"{post}, {name}: {status} instead of {expected(row, post, place)}")
    assert not wrong


@pytest.mark.parametrize("row", [row for row in ROWS if row.powers is not PUBLIC], ids=str)
def test_visitor_sees_nothing(row, world):
    assert answered(row, Client(), world, OWN) == row.visitor


@pytest.mark.parametrize("row", [row for row in ROWS if row.powers is PUBLIC], ids=str)
def test_public_address_answers_everyone(row, world):
    signed_in = Client()
    signed_in.force_login(world.make_user(Post.CLERK))

    assert answered(row, Client(), world, OWN) == row.answer
    assert answered(row, signed_in, world, OWN) in (row.answer, 302)
