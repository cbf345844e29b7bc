"""Tables to which rows can only be added: triggers in the database itself refuse changes, whoever asks.

A migration that rebuilds such a table on SQLite must call ``install`` again.
"""

from dataclasses import dataclass

EVERY: list["AppendOnly"] = []
"""All tables so protected, in the order in which their modules were read."""


@dataclass(frozen=True)
class AppendOnly:
    """The triggers of one ``table``: they begin with ``name``, and refuse with the sentence ``refusal``."""

    table: str
    name: str
    refusal: str
    key: str = "id"
    deleted_when: str = ""
    """A condition in SQL on the row OLD, under which it may be deleted all the same; blank: never."""

    def __post_init__(self) -> None:
        if all(each.table != self.table for each in EVERY):
            EVERY.append(self)

    def install(self, connection) -> None:
        self.remove(connection)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(self._function)
                if self.deleted_when:
                    cursor.execute(self._function_of_rows)
            for name, body in self._triggers(connection).items():
                cursor.execute(f"CREATE TRIGGER {name} {body}")

    def remove(self, connection) -> None:
        on_table = f" ON {self.table}" if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            for name in self._triggers(connection):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")

    def missing(self, connection) -> list[str]:
        """The names of the triggers that ought to be there, on, and are not."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                enabled = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled <> 'D'"
                cursor.execute(enabled, [self.table])
            else:
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [self.table])
            present = {row[0] for row in cursor.fetchall()}
        return [name for name in self._triggers(connection) if name not in present]

    @property
    def _function(self) -> str:
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}_refuse() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN RAISE EXCEPTION '{self.refusal}'; END $$"
        )

    @property
    def _function_of_rows(self) -> str:
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}_keep() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN IF {self.deleted_when} THEN RETURN OLD; END IF; RAISE EXCEPTION '{self.refusal}'; END $$"
        )

    def _triggers(self, connection) -> dict[str, str]:
        return {"postgresql": self._postgresql, "sqlite": self._sqlite}[connection.vendor]()

    def _sqlite(self) -> dict[str, str]:
        """INSERT OR REPLACE deletes without firing a delete trigger, hence the third."""
        refuse = f"BEGIN SELECT RAISE(ABORT, '{self.refusal}'); END"
        taken = f"EXISTS (SELECT 1 FROM {self.table} WHERE {self.key} = NEW.{self.key})"
        kept = f"WHEN NOT ({self.deleted_when}) " if self.deleted_when else ""
        return {
            f"{self.name}_no_update": f"BEFORE UPDATE ON {self.table} {refuse}",
            f"{self.name}_no_delete": f"BEFORE DELETE ON {self.table} {kept}{refuse}",
            f"{self.name}_no_replace": f"BEFORE INSERT ON {self.table} WHEN {taken} {refuse}",
        }

    def _postgresql(self) -> dict[str, str]:
        execute = f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name}_refuse()"
        if not self.deleted_when:
            return {f"{self.name}_append_only": f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {self.table} {execute}"}
        keep = f"FOR EACH ROW EXECUTE FUNCTION {self.name}_keep()"
        return {
            f"{self.name}_append_only": f"BEFORE UPDATE OR TRUNCATE ON {self.table} {execute}",
            f"{self.name}_no_delete": f"BEFORE DELETE ON {self.table} {keep}",
        }
