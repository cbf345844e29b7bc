"""The database's own bar: the portal works under a role that can add to what is history, and neither change nor take away.

The tables belong to another role, of which the portal's is no member; so it cannot lift a trigger or drop a table either.
Migrations run by the owner. PostgreSQL only: SQLite has no roles, there the file's owner can do anything.
"""

from collections.abc import Iterator

from django.db import connection
from django.utils.module_loading import autodiscover_modules

from common.append_only import EVERY


def history() -> list[str]:
    """The tables to which rows can only be added: those that carry the triggers."""
    # Those of the audit trail are named by a migration alone.
    autodiscover_modules("triggers")
    return sorted({guard.table for guard in EVERY})


def statements(owner: str, portal: str, *, existing: set[str]) -> Iterator[str]:
    """What makes the roles, where they are not there yet, and gives each what it needs. May be run again after a migration.

    The portal may write every table of today and of later migrations, but of ``history`` only add rows.
    """
    quote = connection.ops.quote_name
    own, works = quote(owner), quote(portal)
    for role in (owner, portal):
        if role not in existing:
            yield f"CREATE ROLE {quote(role)} LOGIN"
    yield f"ALTER ROLE {works} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    database = quote(connection.settings_dict["NAME"])
    yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC"
    yield f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {own}, {works}"
    yield f"ALTER SCHEMA public OWNER TO {own}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"REVOKE ALL ON SCHEMA public FROM {works}"
    yield f"GRANT USAGE ON SCHEMA public TO {works}"
    for kind, name in _relations():
        yield f"ALTER {kind} {name} OWNER TO {own}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {works}"
    yield f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {works}"
    for table in history():
        yield f"REVOKE ALL ON {quote(table)} FROM {works}"
        yield f"GRANT SELECT, INSERT ON {quote(table)} TO {works}"
    for kind, rights in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE, SELECT, UPDATE")):
        yield f"ALTER DEFAULT PRIVILEGES FOR ROLE {own} IN SCHEMA public GRANT {rights} ON {kind} TO {works}"


def _relations() -> Iterator[tuple[str, str]]:
    """Tables, the sequences that belong to no column, and functions; a column's sequence goes with its table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        yield from (("TABLE", name) for (name,) in cursor.fetchall())
        cursor.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
            "WHERE n.nspname = 'public' AND NOT EXISTS "
            "(SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY 1"
        )
        yield from (("FUNCTION", name) for (name,) in cursor.fetchall())


def roles() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles")
        return {name for (name,) in cursor.fetchall()}


def excess() -> list[str]:
    """The tables of history of which the role of this connection may change or take away rows; a superuser of all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t FROM unnest(%s::text[]) AS t WHERE has_table_privilege(t, 'UPDATE') "
            "OR has_table_privilege(t, 'DELETE') OR has_table_privilege(t, 'TRUNCATE') ORDER BY 1",
            [history()],
        )
        return [name for (name,) in cursor.fetchall()]
