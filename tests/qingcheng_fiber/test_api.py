"""What holds of every address under /api/: JSON whatever is wrong, and nothing overlooked that was asked."""

import json

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.posts import Post
from areas.models import ServiceOrder
from returns.models import OperatorCount

pytestmark = pytest.mark.django_db

TOWN = "441802103"
COUNT = {"period": "2019Q1", "area_code": TOWN, "broadband_users": 1200, "fibre_users": 1100}
ORDER = {"order_id": "GD-7", "area_code": f"{TOWN}201001", "accepted_on": "2018-02-01", "needs_expansion": True}
WRITTEN = {"/api/operator-counts/": COUNT, "/api/load/orders/": {"rows": [ORDER]}}


@pytest.fixture
def operator(make_user, make_area) -> Client:
    make_area(f"{TOWN}201001")
    client = Client(raise_request_exception=False)
    client.force_login(make_user(Post.OPERATOR, operator="telecom"))
    return client


def _addresses(patterns, before: str = "/"):
    for pattern in patterns:
        route = before + str(pattern.pattern).lstrip("^").rstrip("$")
        if isinstance(pattern, URLPattern):
            yield route.replace(r"(?P<code>[^/]+)", "X"), pattern.callback
        else:
            yield from _addresses(pattern.url_patterns, route)


ADDRESSES = {route: view for route, view in _addresses(get_resolver().url_patterns) if route.startswith("/api/")}
LISTS = sorted(route for route, view in ADDRESSES.items() if "list" in getattr(view, "actions", {}).values())


def test_every_address_is_answered_by_the_framework_that_asks_for_known_parameters():
    assert len(LISTS) == 5 and all(hasattr(view, "cls") for view in ADDRESSES.values())


@pytest.mark.parametrize("address", ["/api/operator-counts/", "/api/load/orders/", "/api/orders/", "/api/"])
def test_options_says_what_may_be_asked(address, operator):
    answer = operator.options(address)

    assert answer.status_code == 200 and "OPTIONS" in answer["Allow"]
    assert ("period" in answer.json()["parameters"]) is (address == "/api/operator-counts/")


def test_options_says_of_a_strange_parameter_what_a_get_may_have(operator):
    answers = [getattr(operator, method)("/api/operator-counts/?a=b") for method in ("options", "get")]
    assert [(each.status_code, "period" in each.json()["detail"]) for each in answers] == [(400, True)] * 2


@pytest.mark.parametrize("address", [*LISTS, "/api/", "/api/load/orders/", "/api/orders/GD-1/"])
def test_unknown_parameter_is_refused_by_its_name(address, operator):
    answer = operator.get(f"{address}?perid=2019Q1")

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("无法识别参数“perid”")


def test_refusal_names_what_would_be_known(operator):
    detail = operator.get("/api/operator-counts/?perid=2019Q1&x=").json()["detail"]

    assert detail == "无法识别参数“perid”、“x”，未办理。该地址可用的参数：area_code、ordering、page、period、size。"


@pytest.mark.parametrize("method", ["put", "post"])
@pytest.mark.parametrize("address", WRITTEN)
@pytest.mark.parametrize("query", ["dry_run=1", "period=2019Q1", "page=1"])
def test_nothing_is_written_with_a_parameter(query, address, method, operator):
    answer = getattr(operator, method)(f"{address}?{query}", json.dumps(WRITTEN[address]), "application/json")

    assert answer.status_code == 400
    assert answer.json()["detail"] == f"无法识别参数“{query.split('=')[0]}”，未办理。该请求不带参数。"
    assert not OperatorCount.objects.exists() and not ServiceOrder.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "options"])
@pytest.mark.parametrize("address", ["/api/nothing/", "/api/areas/441802103/more/", "/api/load/"])
def test_unknown_address_is_answered_in_json(address, method, make_user):
    client = Client()
    client.force_login(make_user(Post.LEADER))
    answer = getattr(client, method)(address)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")
    assert answer.json()["detail"]


def test_row_that_is_not_there_is_answered_in_json(operator):
    answer = operator.get("/api/orders/GD-9/")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


def test_visitor_at_an_unknown_address_is_answered_in_json():
    answer = Client().get("/api/nothing/")

    assert (answer.status_code, answer.json()) == (
        404,
        {"detail": "没有该接口地址。可用地址见 /api/ 和接口文档。"},
    )


@pytest.mark.parametrize("method", ["delete", "patch"])
@pytest.mark.parametrize("address", ["/api/operator-counts/", "/api/load/orders/", "/api/"])
def test_method_that_is_not_allowed_is_told_in_json(address, method, operator):
    answer = getattr(operator, method)(address)

    assert answer.status_code == 405 and answer["Allow"]
    assert answer.json()["detail"]


def test_fault_of_ours_is_told_in_json(operator, monkeypatch):
    monkeypatch.setattr("returns.counts.api.CountViewSet.get_queryset", lambda *_: 1 / 0)
    answer = operator.get("/api/operator-counts/")

    assert (answer.status_code, answer["Content-Type"]) == (500, "application/json")


def test_body_too_large_is_told_in_json(operator, settings):
    settings.LARGEST_BODY = 10
    answer = operator.put("/api/operator-counts/", json.dumps(COUNT), "application/json")

    assert (answer.status_code, answer["Content-Type"]) == (413, "application/json")


@pytest.mark.parametrize("address", ["/api/", *LISTS, "/api/load/orders/"])
def test_every_401_names_its_scheme(address):
    answer = Client().get(address)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_401_to_a_token_on_a_page_names_its_scheme():
    answer = Client().get(reverse("home"), headers={"Authorization": "Bearer x"})

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
