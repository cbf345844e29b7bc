"""Under the portal's own role the portal works, and history can be added to, neither changed nor taken away."""

from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import AuditEntry
from accounts.posts import Post
from common.append_only import EVERY
from returns.models import ReturnMove
from tests.returns.conftest import approved, make_return, people  # noqa: F401 — fixtures
from upkeep import database_roles
from witness.models import Leaf

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles.")


@contextmanager
def as_portal():
    """Roles made in the test's own transaction, which is taken back; from here on the connection is the portal's."""
    connection.check_constraints()
    call_command("database_roles", owner="qcf_test_owner", portal="qcf_test_portal", apply=True)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE qcf_test_portal")
        yield cursor
        cursor.execute("RESET ROLE")


def refused(cursor, deed: str) -> str:
    """What the server says to a deed."""
    with pytest.raises(DatabaseError) as stopped, transaction.atomic():
        cursor.execute(deed)
    return str(stopped.value)


def test_portal_works_under_its_role(on_postgresql, make_return, people, make_user):  # noqa: F811
    clerk = make_user(Post.CLERK, area="441802105", password="Guangwang-2017-x")
    with as_portal():
        found = approved(make_return(), people.clerk, people.reviewer)
        answer = Client().post("/accounts/login/", {"username": clerk.username, "password": "Guangwang-2017-x"})

        assert found.state == "approved" and answer.status_code == 302
        assert AuditEntry.objects.filter(action="session.login", result="ok").exists()
        assert Leaf.objects.exists() and ReturnMove.objects.exists()
        call_command("database_roles", check=True)


def test_history_is_refused_by_the_server(on_postgresql):
    with as_portal() as cursor:
        for table in database_roles.history():
            for deed in (f"UPDATE {table} SET {_column(table)} = NULL", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                assert "permission denied" in refused(cursor, deed), deed
            for deed in (f"ALTER TABLE {table} DISABLE TRIGGER ALL", f"DROP TABLE {table}"):
                assert "must be owner" in refused(cursor, deed), deed
        assert "permission denied" in refused(cursor, "CREATE TABLE public.x (id int)")


def _column(table: str) -> str:
    return next(guard.key for guard in EVERY if guard.table == table)


def test_check_names_what_another_role_may_change(on_postgresql):
    with pytest.raises(CommandError, match="accounts_auditentry") as stopped:
        call_command("database_roles", check=True)
    assert stopped.value.returncode == 1


def test_list_is_that_of_the_triggers():
    assert {"accounts_auditentry", "witness_leaf", "papers_document"} <= set(database_roles.history())
    assert {guard.table for guard in EVERY} == set(database_roles.history())


def test_sqlite_is_told_that_it_has_no_roles():
    if connection.vendor == "sqlite":
        with pytest.raises(CommandError, match="没有角色"):
            call_command("database_roles")
