"""The registry's API: the pages' scope and filters, reading only, and never a failure of ours."""

import pytest

from accounts.posts import Post

LISTS = {"areas": "code", "sites": "site_id", "access-points": "ap_id", "orders": "order_id"}


def keys(response, name: str) -> list[str]:
    return [row[LISTS[name]] for row in response.json()["results"]]


def test_api_root_names_the_lists(log_in, registry):
    assert set(log_in(Post.CLERK).get("/api/").json()) >= set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_api_is_closed_to_visitors(client, registry, name):
    assert client.get(f"/api/{name}/").status_code in (401, 403)


@pytest.mark.parametrize("name", LISTS)
def test_api_is_closed_to_administrators(log_in, registry, name):
    assert log_in(Post.AUDITOR).get(f"/api/{name}/").status_code == 403


def test_api_keeps_to_the_scope(log_in, registry):
    client = log_in(Post.CLERK)
    assert keys(client.get("/api/sites/"), "sites") == ["S-0001", "S-0002"]
    assert client.get("/api/sites/S-0900/").status_code == 404
    assert client.get("/api/sites/S-0001/").json()["datum"] == "GCJ02"


def test_api_of_an_operator_is_its_network(log_in, registry):
    client = log_in(Post.OPERATOR, operator="mobile")
    assert keys(client.get("/api/orders/"), "orders") == ["GD-2", "GD-9"]
    assert client.get("/api/orders/GD-1/").status_code == 404
    assert client.get("/api/sites/").status_code == 403


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("orders", "state=open", ["GD-1", "GD-9"]),
        ("sites", "located=0", ["S-0002"]),
        ("access-points", "tv_only=1", ["AP-2"]),
        ("areas", "kind=quarter", ["441802103201002"]),
        ("orders", "ordering=-order_id&size=1", ["GD-9"]),
    ],
)
def test_api_filters_as_the_pages_do(log_in, registry, name, query, expected):
    assert keys(log_in(Post.LEADER).get(f"/api/{name}/?{query}"), name) == expected


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_api_writes_nothing(log_in, registry, name, method):
    assert getattr(log_in(Post.LEADER), method)(f"/api/{name}/").status_code == 405


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        "page=x",
        "page=0",
        "page=" + "9" * 400,
        "size=-1",
        "size=x",
        "q=%00",
        "area=%00",
        "on=%00",
        "on=99999-01-01",
        "ordering=password",
        "state=%00",
        "speed_min=1e999",
        "operator=%00",
        "households_min=" + "9" * 400,
        "ordering=%00",
        "%00=%00",
    ],
)
def test_api_answers_garbage(log_in, registry, name, query):
    assert log_in(Post.LEADER).get(f"/api/{name}/?{query}").status_code in (200, 400, 404)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("key", ["%00", "x%00", "%ff%fe", "9" * 500, "'", "%20"])
def test_api_has_no_such_row(log_in, registry, name, key):
    assert log_in(Post.LEADER).get(f"/api/{name}/{key}/").status_code == 404
