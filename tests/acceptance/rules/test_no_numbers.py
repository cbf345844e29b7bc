"""The numbers of the plan stand in the plan file, with their clauses, and nowhere in the code that judges by it."""

import ast
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

import acceptance
from tests.acceptance.rules.building import the_plan

ACCEPTANCE = Path(acceptance.__file__).parent
FILES = sorted(file for file in ACCEPTANCE.rglob("*.py") if not {"wording", "migrations"} & set(file.parts))

NUMBERS_OF_ANYTHING = {0, 1, 2, 3, 4, 6}
"""Counts so small that code needs them for itself: columns, halves, the digits of a county's code."""

EXCEPTIONS = {
    "max_length": "the length of a column of text",
    "batch_size": "rows in one statement",
    "PAGE_SIZE": "lines on a page",
    "NEAREST_LIMIT_M": "within 20 km the nearest access point is named; no rule of the plan looks at it",
    "AFTERWARDS": "quarters for which verdicts are kept up after the plan has ended",
    "MANY": "how many villages must have changed for a county to be read and judged as a whole",
    "MOST_ORDERS": "how many are listed one by one",
    "MOST_SITES": "how many are listed one by one",
    "status": "a status of HTTP",
    "digits": "the lengths of codes of areas",
    "FEW": "how many changed rows are noted one by one",
}
"""Names, of constants and of arguments, under which such a number means something else."""


def plan_numbers() -> set[Fraction]:
    """Every number of the plan file, percentages also as hundredths; without those that any code needs."""
    plan = the_plan()
    values = [plan.permanent_households, *vars(plan.capability).values(), *vars(plan.service).values()]
    numbers = [each.value for each in values] + [each.threshold for each in plan.criteria.values()]
    numbers += [each.target for each in plan.milestones]
    exact = {Fraction(number) for number in numbers if not isinstance(number, (bool, str))}
    exact |= {share * 100 for share in exact if share < 1}
    return exact - {Fraction(number) for number in NUMBERS_OF_ANYTHING}


def excused(tree: ast.AST) -> set[int]:
    """The nodes that stand beneath an excepted name."""
    named = [node for node in ast.walk(tree) if _names(node) & EXCEPTIONS.keys()]
    return {id(beneath) for node in named for beneath in ast.walk(node)}


def _names(node: ast.AST) -> set[str]:
    """What an argument, an assignment or the loop of a comprehension calls its value."""
    if isinstance(node, ast.keyword):
        return {node.arg or ""}
    targets = (
        node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.comprehension) else []
    )
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}


def literals(tree: ast.AST) -> Iterator[tuple[int, Fraction, str]]:
    """Line, value and writing of every number: plain, as text like "90%", and as Fraction(9, 10) or 9 / 10."""
    without = excused(tree)
    for node in ast.walk(tree):
        if id(node) in without:
            continue
        value = _constant(node)
        if value is not None:
            yield node.lineno, value, ast.unparse(node)
        ratio = _ratio(node)
        if ratio is not None:
            yield node.lineno, ratio, ast.unparse(node)


def _constant(node: ast.AST) -> Fraction | None:
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
        return None
    if isinstance(node.value, (int, float)):
        return Fraction(str(node.value))
    if isinstance(node.value, str) and node.value.endswith("%"):
        try:
            return Fraction(node.value[:-1]) / 100
        except ValueError:
            return None
    return None


def _ratio(node: ast.AST) -> Fraction | None:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fraction":
        parts = [part.value for part in node.args if isinstance(part, ast.Constant)]
        return Fraction(*parts) if parts and len(parts) == len(node.args) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        parts = [_constant(node.left), _constant(node.right)]
        return parts[0] / parts[1] if None not in parts and parts[1] else None
    return None


def found_in(text: str) -> list[tuple[int, str]]:
    return [(line, shown) for line, value, shown in literals(ast.parse(text)) if value in plan_numbers()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ACCEPTANCE)))
def test_no_number_of_the_plan_stands_in_code(path):
    found = found_in(path.read_text(encoding="utf-8"))

    assert not found, (
        f"{path.name}: a number of the plan belongs into the plan file, or to a name that is excepted here"
    )


def test_the_numbers_looked_for_are_the_plans():
    assert plan_numbers() == {
        *map(Fraction, (20, 50, 200, 1000, 10, 15, 80, 90, 60, 40)),
        *(Fraction(share, 10) for share in (8, 9, 6, 4, 5)),
    }


@pytest.mark.parametrize(
    "slip",
    ["x = 0.9", "x = 90", 'share("90%")', "x = Fraction(9, 10)", "x = Fraction('0.9')", "y = 9 / 10", "a <= 200", "n >= 20.0", "0.8 * n", "f(x=1000)"],
)  # fmt: skip
def test_a_slip_would_be_found(slip):
    assert found_in(slip)


@pytest.mark.parametrize(
    "innocent",
    [
        "x = 1",
        "x[3:6]",
        "True",
        '"90"',
        "x = 12",
        "PAGE_SIZE = 20",
        "f(max_length=50)",
        "Fraction(1)",
        "Fraction(a, b)",
        'f"{x}%"',
    ],
)
def test_what_is_no_slip_is_not(innocent):
    assert not found_in(innocent)
