"""The register as docs/proposals.md and the plan tell it: what a change, an end and a succession write to the facts, and what takes it back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tests.reference import dated
from tests.reference.model import Package

Row = dict[str, str]
KEYS = {**dated.KEYS, "successions": ""}
"""The tables that are written, and the column of the key; of a succession it is both codes, with a stroke between."""


@dataclass(frozen=True)
class Write:
    """What is written of one thing: values from the beginning, or ``on`` a day; ``is_gone``: they are taken away again."""

    table: str
    key: str
    values: Row
    on: str = ""
    is_gone: bool = False


def row(facts: Package, table: str, key: str) -> Row | None:
    if table == "successions":
        return next((each for each in facts[table] if f"{each['from_code']}/{each['to_code']}" == key), None)
    return next((each for each in facts[table] if each[KEYS[table]] == key), None)


def written(facts: Package, writes: Iterable[Write]) -> list[Write]:
    """Write to the facts; what would take it back, by which a thing that began was never there."""
    return [_reverse for write in writes for _reverse in _written(facts, write)]


def _written(facts: Package, write: Write) -> Iterator[Write]:
    if write.on:
        yield from _dated(facts, write)
        return
    found = row(facts, write.table, write.key)
    if write.is_gone:
        facts[write.table].remove(found)
    elif found is not None:
        yield Write(write.table, write.key, {name: found.get(name, "") for name in write.values})
        found.update(write.values)
    elif write.table == "successions":
        codes = dict(zip(("from_code", "to_code"), write.key.split("/"), strict=True))
        facts[write.table].append(codes | write.values)
        yield Write(write.table, write.key, {}, is_gone=True)
    else:
        facts[write.table].append({KEYS[write.table]: write.key, **write.values})
        yield Write(write.table, write.key, {"valid_to": write.values["valid_from"]})


def _dated(facts: Package, write: Write) -> Iterator[Write]:
    for column, value in write.values.items():
        named = {"table": write.table, "key": write.key, "column": column, "effective_on": write.on}
        found = next((each for each in facts["changes"] if named.items() <= each.items()), None)
        if write.is_gone:
            facts["changes"].remove(found)
        elif found:
            yield Write(write.table, write.key, {column: found["value"]}, write.on)
            found["value"] = value
        else:
            facts["changes"].append(named | {"value": value})
            yield Write(write.table, write.key, {column: ""}, write.on, is_gone=True)


# ------------------------------------------------ what is there


def is_void(area: Row) -> bool:
    """Whether it was taken back: then it never was."""
    return bool(area.get("valid_from")) and area["valid_from"] == area.get("valid_to")


def in_force(facts: Package, code: str, on: date) -> bool:
    found = [row(facts, "areas", code[:length]) for length in (15, 12, 9, 6) if length <= len(code)]
    return all(each is not None and stands(each, on.isoformat()) for each in found)


def stands(area: Row, on: str) -> bool:
    """Whether the day lies in its own interval."""
    return (area.get("valid_from") or "") <= on < (area.get("valid_to") or "9999")


def of_kind(facts: Package, kind: str, beneath: str = "") -> list[str]:
    """The codes of all that ever was of a kind."""
    return sorted(
        each["code"]
        for each in facts["areas"]
        if each["kind"] == kind and each["code"].startswith(beneath) and not is_void(each)
    )


def of_day(facts: Package, table: str, key: str, on: date) -> Row:
    """A row with the values of a day."""
    return row(dated.as_of(facts, on), table, key)


def stays(facts: Package, site: str) -> list[tuple[str, str]]:
    """Where a site stands, each with the day from which; blank: from the beginning."""
    moves = [each for each in facts["changes"] if (each["key"], each["column"]) == (site, "area_code")]
    first = row(facts, "sites", site)["area_code"]
    return [("", first), *sorted((each["effective_on"], each["value"]) for each in moves)]


# ------------------------------------------------ successions


class SuccessionWrites:
    """An area that ends on a day and goes on in another, which is there (no name) or begins.

    What lies beneath goes along under a new code, and sites move.
    """

    def __init__(self, facts: Package, origin: str, heir: str, name: str, day: date) -> None:
        self.facts, self.origin, self.heir, self.name = facts, origin, heir, name
        self.day, self._on = day, day.isoformat()
        self.went: dict[str, str] = {}
        """What ends, and where it goes."""
        self._names: dict[str, str] = {}
        self.writes: list[Write] = []
        self._leave(origin, heir, name, _kind_of(facts, origin, name, day))
        self._move_sites()

    def _leave(self, code: str, heir: str, name: str, kind: str) -> None:
        """The area ends, and what is right beneath it goes on beneath the heir."""
        self.went[code] = heir
        self.writes.append(Write("areas", code, {"valid_to": self._on}))
        if name:
            self._begin(heir, of_day(self.facts, "areas", code, self.day), name)
        self.writes.append(
            Write("successions", f"{code}/{heir}", {"effective_on": self._on, "kind": kind, "carries_title": "1"})
        )
        for child in self._beneath(code):
            called = of_day(self.facts, "areas", child, self.day)["name"]
            self._leave(child, self._free(heir, child[-3:]), called, "recode")

    def _beneath(self, code: str) -> list[str]:
        """What is right beneath and has not ended by the day."""
        found = [each for each in self.facts["areas"] if each["code"][:-3] == code and not is_void(each)]
        return sorted(each["code"] for each in found if not each.get("valid_to") or each["valid_to"] > self._on)

    def _begin(self, code: str, like: Row, name: str) -> None:
        taken = {column: like.get(column, "") for column in ("kind", "permanent_households")}
        self.writes.append(Write("areas", code, {"name": name, **taken, "valid_from": self._on, "valid_to": ""}))

    def _free(self, parent: str, suffix: str) -> str:
        """The same last three digits where they are free, else the next."""
        taken = {each["code"] for each in self.facts["areas"] if not is_void(each)} | set(self.went.values())
        numbers = [*range(int(suffix), 1000), *range(1, int(suffix))]
        return next(code for number in numbers if (code := f"{parent}{number:03d}") not in taken)

    def _move_sites(self) -> None:
        """Whatever stands on the day, or later, at what ends, stands at the heir."""
        for site in self.facts["sites"]:
            if site.get("valid_to") and site["valid_to"] <= self._on:
                continue
            every = stays(self.facts, site["site_id"])
            for (since, code), (until, _) in zip(every, [*every[1:], ("9999", "")], strict=True):
                if code in self.went and until > self._on:
                    on = max(since, self._on)
                    self.writes.append(Write("sites", site["site_id"], {"area_code": self.went[code]}, on))

    @property
    def is_sound(self) -> bool:
        """Whether the days meet, and nothing that ends is said to end or to take something over later."""
        ending = [row(self.facts, "areas", code) for code in self.went]
        if any(each.get("valid_to") not in ("", None, self._on) for each in ending[:1]):
            return False
        if any(each.get("valid_from", "") >= self._on for each in ending if each.get("valid_from")):
            return False
        if not self.name and not in_force(self.facts, self.heir, self.day):
            return False
        if any(each["key"] in self.went and each["effective_on"] >= self._on for each in self.facts["changes"]):
            return False
        later = [each for each in self.facts["successions"] if each["effective_on"] > self._on]
        return not any(each["from_code"] in self.went or each["to_code"] in self.went for each in later)


def _kind_of(facts: Package, origin: str, name: str, day: date) -> str:
    if not name:
        return "merge"
    return "recode" if of_day(facts, "areas", origin, day)["name"] == name else "rename"
