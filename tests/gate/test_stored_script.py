"""A script in whatever can be typed: no page shows it as anything but text."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.urls import reverse

from accounts.posts import Post
from tests.access_table import ROWS
from tests.access_table.row import OWN, PUBLIC, SIGNED_IN, World
from tests.test_urls import expected

SECONDS = 40.0

SCRIPT = '"><img src=x>'
"""Short enough for almost every column; a tag that a browser would run with a handler in it."""
ROOMS = {
    "areas",
    "accounts",
    "returns",
    "proposals",
    "inspection",
    "spotcheck",
    "papers",
    "certificates",
    "field",
    "findings",
    "jobs",
    "screens",
    "planning",
    "supervision",
    "measures",
    "appraisal",
    "problems",
    "breakdown",
}
KEYS = set(
    "username path work seat code county password algorithm digest look media_type stamp key kind action threshold confidence probability "
    "figure standard column source value asked stratum unit rule".split()
)
"""Columns that nobody types and by which something is found."""


def typed() -> Iterator[tuple[type[models.Model], list[str]]]:
    """The columns of every table that hold words of people's."""
    for model in apps.get_models():
        names = [
            column.name
            for column in model._meta.concrete_fields
            if type(column) in (models.CharField, models.TextField)
            and not (column.choices or column.unique or column.primary_key or column.name in KEYS)
            and (column.max_length or len(SCRIPT)) >= 20
        ]
        if names and model._meta.app_label in ROOMS:
            yield model, names


def put_everywhere() -> None:
    for model, names in typed():
        for name in names:
            try:
                with transaction.atomic():
                    model._base_manager.update(**{name: SCRIPT})
            except DatabaseError:  # It can only be added to, or holds itself to more than its type.
                continue


@pytest.mark.any_database
@pytest.mark.django_db
def test_script_in_every_text_is_shown_as_text_on_every_page(make_area, make_user):
    make_area(OWN.area)
    world, wrong, shown = World(make_area, make_user), [], 0
    for row in (row for row in ROWS if row.method == "get"):
        with transaction.atomic():
            client, address = Client(raise_request_exception=False), reverse(row.name, args=row.at(world, OWN))
            if row.powers is not PUBLIC:
                post = next(post for post in Post if row.powers == SIGNED_IN or expected(row, post, OWN) == row.answer)
                client.force_login(make_user(post, area=OWN.area, operator=OWN.operator))
            put_everywhere()
            answer = client.get(address, row.data(world, OWN))
            if answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
                shown += "&lt;img src=x" in answer.text or "\\u003Cimg src=x" in answer.text
                wrong += [str(row)] if "<img src=x" in answer.text or answer.status_code >= 500 else []
            transaction.set_rollback(True)
    assert not wrong
    assert shown > 60  # Else the script would have got nowhere.
