"""The demonstration: what it refuses, and that a second run changes nothing."""

import socket
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.posts import Post
from areas.models import Area, Operator
from demonstration.accounts import demo_accounts
from demonstration.management.commands.demo import parsed, refuse_if_taken


@pytest.fixture
def district(make_area):
    """A database into which the package has been imported, as far as the accounts need it."""
    for account in demo_accounts():
        if account.area and not Area.objects.filter(pk=account.area).exists():
            make_area(account.area)
        if account.operator:
            Operator.objects.get_or_create(code=account.operator, defaults={"name": account.operator})


def demo() -> str:
    said = StringIO()
    call_command("demo", "--no-serve", stdout=said)
    return said.getvalue()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8000", ("127.0.0.1", 8000)),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        (":8080", ("127.0.0.1", 8080)),
        ("8080", ("127.0.0.1", 8080)),
        ("localhost", ("localhost", 8000)),
    ],
)
def test_address_is_host_and_port_or_either(text, address):
    assert parsed(text) == address


@pytest.mark.parametrize("text", ["127.0.0.1:0", "127.0.0.1:65536"])
def test_port_out_of_range_is_refused(text):
    with pytest.raises(CommandError, match="端口应在 1 至 65535 之间"):
        parsed(text)


def test_port_in_use_is_named_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"demo 127.0.0.1:{port + 1}"):
            refuse_if_taken("127.0.0.1", port)


def test_what_only_prepares_does_not_say_how_to_stop(district):
    said = demo()

    assert "没有启动" in said and "Ctrl-C" not in said


def test_accounts_are_made_and_printed(district):
    said = demo()

    for account in demo_accounts():
        assert account.username in said
    assert get_user_model().objects.count() == len(demo_accounts())
    assert "区经信局审核员" in said


def test_second_run_keeps_what_was_changed(district):
    demo()
    user = get_user_model().objects.get(username=demo_accounts()[0].username)
    user.set_password("Changed-2019")
    user.save()
    areas = Area.objects.count()

    demo()
    user.refresh_from_db()
    assert user.check_password("Changed-2019")
    assert Area.objects.count() == areas


def test_database_with_real_accounts_is_refused(district, make_user):
    make_user(Post.CLERK)

    with pytest.raises(CommandError, match="已有正式账号"):
        demo()
    assert get_user_model().objects.count() == 1


def test_production_is_refused(db, settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="生产模式"):
        demo()
