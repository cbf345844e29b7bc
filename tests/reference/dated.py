"""What dated-changes.md says: the tables ``changes`` and ``successions``, and a package as it was true on a day."""

from dataclasses import dataclass
from datetime import date

Row = dict[str, str]

KEYS = {"areas": "code", "sites": "site_id", "access_points": "ap_id"}
"""The tables whose values may change, and the column that names the object."""

COLUMNS = {
    "areas": ("name", "kind", "permanent_households", "setting", "demonstration"),
    "sites": ("name", "kind", "area_code", "setting"),
    "access_points": ("name", "downstream_mbps", "tv_only", "ports_total", "ports_used"),
}


@dataclass(frozen=True)
class Succession:
    from_code: str
    to_code: str
    effective_on: date
    kind: str
    carries_title: bool
    document: str


# "The row in `areas`, `sites`, `access_points` gives the values from the beginning. On a date D the value of a column
# is that of the latest change with `effective_on <= D`, or the row's own where there is none."
def as_of(package: dict[str, list[Row]], on: date) -> dict[str, list[Row]]:
    """The package with the values of that day in its rows and no table ``changes``; the one given is left alone."""
    result = {table: rows for table, rows in package.items() if table != "changes"}
    named: dict[tuple[str, str], Row] = {}
    for table, key in KEYS.items():
        result[table] = [dict(row) for row in package.get(table, [])]
        named.update({(table, row[key]): row for row in result[table]})
    begun = [change for change in package.get("changes", []) if date.fromisoformat(change["effective_on"]) <= on]
    for change in sorted(begun, key=lambda change: change["effective_on"]):  # the latest is written last
        named[change["table"], change["key"]][change["column"]] = change.get("value", "")
    return result


def successions(package: dict[str, list[Row]]) -> list[Succession]:
    return [
        Succession(
            row["from_code"],
            row["to_code"],
            date.fromisoformat(row["effective_on"]),
            row["kind"],
            row.get("carries_title") == "1",
            row.get("document", ""),
        )
        for row in package.get("successions", [])
    ]
