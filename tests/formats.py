"""The tables of docs/data-package.md, docs/plan-file.md and docs/values.md, made from what the portal reads by.

    .venv/bin/python -m tests.formats

writes them anew between the markers of the pages; ``tests/test_formats.py`` fails while they say something else.
"""

import ast
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).parents[1]
PAGES = ("data-package", "plan-file", "values")
_MARKED = re.compile(r"<!-- made: (?P<name>[\w-]+) -->\n.*?<!-- /made -->", re.DOTALL)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def page(name: str) -> Path:
    return ROOT / "docs" / f"{name}.md"


def renewed(text: str) -> str:
    """A page with all that stands between its markers made anew; KeyError for a marker that nothing is made for."""
    made = {**_package(), **_plan(), **_values()}
    return _MARKED.sub(lambda match: f"<!-- made: {match['name']} -->\n{made[match['name']]}\n<!-- /made -->", text)


def made_in(text: str) -> set[str]:
    return {match["name"] for match in _MARKED.finditer(text)}


def every() -> set[str]:
    """What is made, each to stand on one of the pages."""
    return {*_package(), *_plan(), *_values()}


def _grid(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") or "–" for cell in line) + " |" for line in lines)


# ---------------------------------------------------------------- the data package


def _package() -> dict[str, str]:
    from acceptance import packages

    with patch.object(packages, "_due_on"):
        tables = [handler.table for handler in packages.handlers()]
    return {
        "tables": "\n\n".join(map(_table, tables)),
        "codes": _codes(tables),
        "lengths": _lengths(),
        "sentences": _sentences(),
        "figures": _figures(),
    }


def _table(table) -> str:
    rows = (
        [
            f"`{column.name}`",
            column.label,
            "yes" if column.required else "the column" if column.expected else "",
            _holds(column),
            _more(column),
        ]
        for column in table.columns
    )
    key = ", ".join(f"`{name}`" for name in table.key)
    head = ("column", "label", "required", "holds", "and")
    return f"### `{table.name}` {table.label}\n\nKey: {key}.\n\n{_grid(head, rows)}"


def _holds(column) -> str:
    """As a person is told who wrote something else; listed values stand in a table of their own."""
    from areas.package.values import ListedValue

    return "one of the codes below" if isinstance(column.kind, ListedValue) else column.kind.expected.strip()


def _more(column) -> str:
    said = [f"unit {column.unit}"] if column.unit else []
    if column.bounds:
        said.append("from {:g} to {:g}, inclusive".format(*column.bounds))
    said += [f"not below `{column.not_below}`"] if column.not_below else []
    said += [f"not above `{column.not_above}`"] if column.not_above else []
    if not column.required and column.blank not in (None, ""):
        said.append(f"blank means `{column.kind.write(column.blank)}`")
    return "; ".join(said)


def _codes(tables) -> str:
    from areas.package.values import ListedValue, OperatorCode

    rows = []
    for table in tables:
        for column in table.columns:
            if isinstance(column.kind, ListedValue):
                rows += [
                    (f"`{table.name}.{column.name}`", f"`{code}`", label) for code, label in column.kind.labels.items()
                ]
            elif isinstance(column.kind, OperatorCode):
                known = column.kind.known.items()
                rows += [(f"`{table.name}.{column.name}`", f"`{code}`", label) for label, code in known]
    return _grid(("column", "code", "label"), rows)


def _lengths() -> str:
    from areas.vocabulary import CODE_LENGTH

    return _grid(("kind", "digits"), ((f"`{kind}` {kind.label}", str(digits)) for kind, digits in CODE_LENGTH.items()))


def _figures() -> str:
    from returns.checks import CHECKS, IN_A_PACKAGE, LABELS, WAYS_OUT, Level

    def applied() -> Iterator[tuple[str, ...]]:
        for check in CHECKS:
            if not check.on_submission and check.code not in _NOT_OF_A_PACKAGE:
                bound = IN_A_PACKAGE.terms[check.code].bound
                said = f"{check.bound.label} {bound} {check.bound.unit}" if check.bound else ""
                level = "error" if check.level == Level.ERROR else "warning"
                yield (
                    level,
                    f"{LABELS[check.level]}：{check.name}",
                    said,
                    _blanked(check.sentence) + WAYS_OUT[check.level],
                )

    return _grid(("level", "check", "bound", "sentence"), applied())


_NOT_OF_A_PACKAGE = frozenset({"off_registry", "operators", "unchanged", "against_sources", "oddities"})
"""Checks that need more beside a line than the quarter before it."""


def _blanked(template: str) -> str:
    return re.sub(r"\{\w+\}", "…", template)


_SPEAKERS = {
    "reading": "the package",
    "workbook": "a workbook",
    "package": "the package",
    "tables": "every table",
    "values": "every cell, after its label",
    "tree": "areas; intervals also of sites",
    "places": "sites, access points",
    "network": "access points, orders",
    "returns": "returns",
    "changing": "changes; the row they are of",
    "succeeding": "successions",
}
"""What each module speaks of, in the order of reading; one that is not named here may say nothing."""


def _sentences() -> str:
    import areas.package
    import returns.package

    files = {file.stem: file for file in Path(areas.package.__file__).parent.glob("*.py")}
    files["returns"] = Path(returns.package.__file__)
    said = {name: list(_said_in(ast.parse(file.read_text("utf-8")))) for name, file in files.items()}
    assert {name for name, sentences in said.items() if sentences} <= _SPEAKERS.keys()
    rows = (
        (level, where, f"`{column}`" if column else "", sentence)
        for name, where in _SPEAKERS.items()
        for level, column, sentence in dict.fromkeys(said[name])
    )
    return _grid(("level", "about", "column", "sentence"), rows)


def _said_in(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Each sentence that a module may say of a package: how grave, on which column where that is fixed, its words."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        for node in _texts(function):
            call = _call_with(node, calls, function)
            name = _name_of(call) if call else ""
            if sentence := _sentence(node):
                level = {"warn": "warning", "Unreadable": "unreadable"}.get(name, "error")
                yield level, _column_of(call) if name in ("error", "warn", "_error") else "", sentence


def _texts(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Its whole texts, not the pieces of one, and not its docstring."""
    pieces = {piece for node in ast.walk(function) if isinstance(node, ast.JoinedStr) for piece in ast.walk(node)} - {
        node for node in ast.walk(function) if isinstance(node, ast.JoinedStr)
    }
    docstring = function.body[0].value if isinstance(function.body[0], ast.Expr) else None
    for node in ast.walk(function):
        if isinstance(node, (ast.JoinedStr, ast.Constant)) and node not in pieces and node is not docstring:
            yield node


def _sentence(node: ast.expr) -> str:
    """The text with … for what is filled in; '' when it is no Chinese sentence."""
    if isinstance(node, ast.Constant):
        text = node.value if isinstance(node.value, str) else ""
    else:
        text = "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    is_whole = text.endswith("。") or (text.endswith("：…") and len(_CHINESE.findall(text)) > 3)
    return text if is_whole and _CHINESE.search(text) else ""


def _call_with(node: ast.expr, calls: list[ast.Call], function: ast.FunctionDef) -> ast.Call | None:
    """The call that is given the text, at once or by the name it is kept under."""
    for call in calls:
        if node in call.args:
            return call
    kept = [each for each in ast.walk(function) if isinstance(each, ast.Assign) and each.value is node]
    names = {target.id for each in kept for target in each.targets if isinstance(target, ast.Name)}
    later = (call for call in calls if call.lineno >= node.lineno)
    return next((call for call in later if any(isinstance(a, ast.Name) and a.id in names for a in call.args)), None)


def _name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _column_of(call: ast.Call) -> str:
    named = call.args[1] if len(call.args) in (3, 4) else None
    return named.value if isinstance(named, ast.Constant) and isinstance(named.value, str) else ""


# ---------------------------------------------------------------- the plan file

MEANINGS = {
    "file.key": "the plan's name among plans; it stands in every answer",
    "file.name": "the plan's title",
    "criteria.key": "its name in answers and pages, each once",
    "milestones.key": "its name in answers and pages, each once",
    "duties.name": "what the duty is for",
    "district": "the county that is judged when no other is asked for",
    "first_period": "the first quarter that is reported and judged",
    "file.readings": "how the plan is read where it is silent",
    "readings": "the readings that it rests on: keys below `[readings]`",
    "in_scope": "who counts",
    "capability": "what makes an access point count",
    "service": "how soon an order is to be done",
    "titles": "the titles, by the kind of area that can earn them",
    "indicators": "the two rates",
    "criteria": "the standards",
    "milestones": "the targets",
    "duties": "who leads and who is responsible",
    "deadlines": "in how many working days something is to be done; what is left out is not asked",
    "of": "what is meant: each kind once",
    "days": "working days; the day on which it begins is not counted",
    "file.award": "what a title rests on before it is awarded; what is left out is not asked",
    "award.title": "the kind of area whose title asks for it",
    "award.kind": "what must be brought",
    "publicity": "working days for which the list stands in public (公示) before it is ratified",
    "hearing": "working days in which a unit may answer before its title is withdrawn (陈述申辩)",
    "terms": "within how many working days units do what the plan asks of them besides; what is left out has no term",
    "township_plan": "working days after the first day of the first quarter until a township's plan is filed",
    "investment": "working days after a quarter in which operators say what they spent",
    "score_objection": "working days in which a unit may object to its score before it is published (考核)",
    "sampling": "how large the sample of a report is",
    "evidence": "what a report must bring for each unit",
    "count": "at least so many",
    "criterion": "the criterion for which it speaks: one of that kind of area",
    "required": "whether a report is held up without it, or only told",
    "share": "share of the population that is drawn",
    "confidence": "how sure its reading is",
    "least_per_kind": "at least so many of each kind of site",
    "least_per_village": "at least so many in each village",
    "by_risk": "whether strata at risk are drawn from more densely",
    "clause": "the clause that it comes from",
    "quote": "the plan's words; … joins parts",
    "value": "the number itself, as the table above says",
    "unit": "its unit, in words",
    "title": "the name that the plan gives",
    "text": "how it is read",
    "reason": "why",
    "permanent_households": "least permanent households of a natural village that counts",
    "downstream": "least downstream rate of an access point",
    "radius_urban": "how far an access point reaches in town",
    "radius_rural": "how far it reaches in the country",
    "television": "whether fibre counts that carries television only",
    "operators": "how many operators must reach a site",
    "installation": "working days from acceptance to the due date",
    "expansion": "working days of an order that needs expansion",
    "expansion_then_installation": "whether these follow upon each other",
    "on_time_share": "least share of an operator's orders that are on time",
    "kind": "the kind of area of which it is asked",
    "role": "`hard` decides, `reference` is shown beside",
    "measure": "what is counted; see the measures",
    "threshold": "least share",
    "site_kinds": 'which sites count, or `"all"`; for `own_sites` and `sites_beneath`, and only for these',
    "required_kind": "a kind of site without which the outcome is 待定",
    "due": "the quarter on whose last day it is due",
    "scope": "the district, or each street, or each town",
    "target": 'for a share a percentage; for a count a number, or `"all"` members',
    "scored": "whether it counts, or is only listed",
    "duty": "the key of a table below `[duties]` (said here: those of the delivered plan)",
    "lead": "the leading unit (牵头单位)",
    "responsible": "the responsible units (责任单位)",
}
"""What each key is for; the one part that no declaration says."""


def _plan() -> dict[str, str]:
    from acceptance.rules import plan as p

    kinds = "、".join
    measures = [
        (f"`{name}`", "criteria", kinds(f"`{kind}`" for kind in of)) for name, of in p.CRITERION_MEASURES.items()
    ]
    measures += [(f"`{name}`", "milestones, a share", "") for name in p.SHARE_MEASURES]
    measures += [(f"`{name}`", "milestones, a count", "") for name in p.COUNT_MEASURES]
    head = ("key", "may be left out", "must be (as the refusal says it)", "meaning")
    parts = (
        f"### {header}\n\n{_grid(head, ([f'`{key}`', *said, _meaning(header, key)] for key, said in keys.items()))}"
        for header, keys in _keys().items()
    )
    return {
        "keys": "\n\n".join(parts),
        "measures": _grid(("measure", "of", "asked of"), measures),
        "refusals": _refusals(),
    }


def _meaning(header: str, key: str) -> str:
    first = re.search(r"\w+(?=[\].])", header)
    return MEANINGS.get(f"{first[0] if first else 'file'}.{key}") or MEANINGS[key]


def _keys() -> dict[str, dict[str, tuple[str, str]]]:
    """By header the keys that reading the delivered plan asks for, with whether one may be left out and what it must be."""
    from acceptance import plan
    from acceptance.rules import planfile

    found: dict[str, dict[str, tuple[str, str]]] = {}
    take = planfile.Table.take

    def noted(table, name, read, *default):
        known = found.setdefault(_header(table.header), {})
        if not (table.header.split(".")[0] in _NAMED_FREELY and "." not in table.header):
            known[name] = ("yes" if default else "", _demand(read))
        if name == "value":
            group, _, own = table.header.partition(".")
            found[_header(group)][own], known[name] = ("", _demand(read)), ("", "")
        return take(table, name, read, *default)

    with patch.object(planfile.Table, "take", noted):
        plan.load(ROOT / "acceptance/plans/qingcheng-2017.toml")
    return {header: keys for header, keys in found.items() if keys}


_NAMED_FREELY = ("readings", "titles", "indicators", "duties")


def _header(header: str) -> str:
    """As it stands in a plan file: the tables that come several times, or under names of one's own, once."""
    first, _, rest = header.partition(".")
    if not header:
        return "The file itself"
    if first in ("criteria", "milestones", "deadlines") or header == "award.evidence":
        return f"`[[{header}]]`"
    if header == "award.sampling":
        return f"`[{header}]`"
    if first in _NAMED_FREELY:
        return f"`[{first}.…]`"
    return f"`[{first}.…]` (each value)" if rest else f"`[{first}]`"


def _demand(read) -> str:
    """What a reader says of things that it refuses: of something that is no text, and of a text without sense."""
    if read is list:
        return "one table or more"
    said = []
    for thing in (object(), 0, "?", ["?"]):
        try:
            read(thing)
        except ValueError as refusal:
            said.append(re.sub(r"^第 \d+ 行：\w+ ", "", str(refusal)).replace("?", "…"))
        except TypeError:
            continue
    wanted = dict.fromkeys(sentence for sentence in said if _CHINESE.search(sentence))
    return "".join(wanted) or "a table"


def _refusals() -> str:
    tree = ast.parse((ROOT / "acceptance/rules/planfile.py").read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return "\n".join(
        dict.fromkeys(f"- {text.strip()}" for each in functions for node in _texts(each) if (text := _sentence(node)))
    )


# ---------------------------------------------------------------- values


def _values() -> dict[str, str]:
    """The examples of tests/values.json, by kind: what is read, what is asked, what is refused."""
    examples = json.loads((ROOT / "tests/values.json").read_text("utf-8"))
    head = ("written", "where", "is", "because")
    parts = (f"## {kind.capitalize()}\n\n{_grid(head, map(_example, examples[kind]))}" for kind in examples)
    return {"values": "\n\n".join(parts)}


def _example(example: dict) -> list[str]:
    places = "everywhere" if len(example["in"].split()) == len(_PLACES) else ", ".join(example["in"].split())
    return [f"`{_visible(example['text'])}`", places, _meant(example), example.get("why", "")]


_PLACES = ("grid", "sheet", "package", "api")


def _visible(text: str) -> str:
    """What stands in an example, with a sign for what cannot be seen."""
    return "".join(each if each.isprintable() and each != "\u3000" else f"⟨{ord(each):04X}⟩" for each in text) or " "


def _meant(example: dict) -> str:
    if "asks" in example:
        return "asked: " + " or ".join("blank" if each is None else str(each) for each in example["asks"])
    if "says" in example:
        return f"refused: {_visible(example['says'])}"
    return "blank" if example["is"] is None else str(example["is"])


def main() -> None:
    for name in PAGES:
        page(name).write_text(renewed(page(name).read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    main()
