"""The forms that the engine serves: a town's return and an operator's counts."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from tests.returns.conftest import demonstration_day, make_return, people

__all__ = ["demonstration_day", "make_return", "people"]


@pytest.fixture
def browse():
    """A client with a session of the user, that says whom its page was made for."""

    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user)
        client.user = user
        return client

    return sign_in


def sent(client: Client, kind: str, name, *cells: dict):
    """What the engine answers to the cells of a form, as the grid sends them."""
    said = {"user": client.user.pk, "cells": list(cells)}
    return client.post(reverse("entry:cells", args=[kind, name]), json.dumps(said), content_type="application/json")


def fates(answer) -> list[tuple]:
    return [(each["name"], each["fate"], each["value"]) for each in answer.json()["cells"]]
