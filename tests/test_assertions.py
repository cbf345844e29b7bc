"""An assertion that cannot fail hides what it should show: none stands in any test."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
_ALWAYS_TRUE = (ast.Lambda, ast.GeneratorExp)
_FILLED = (ast.Tuple, ast.List, ast.Set)
_COUNTED = ((ast.GtE, 0), (ast.Gt, -1), (ast.NotEq, -1))
"""What holds of every length."""


def truth(node: ast.expr) -> bool | None:
    """What an expression is whatever the portal does; None where that depends."""
    if isinstance(node, ast.Constant):
        return bool(node.value)
    if isinstance(node, _ALWAYS_TRUE):
        return True
    if isinstance(node, _FILLED):
        return False if not node.elts else None if all(isinstance(each, ast.Starred) for each in node.elts) else True
    if isinstance(node, ast.Dict):
        return bool(node.keys) if all(node.keys) else None
    if isinstance(node, ast.JoinedStr):
        return True if any(truth(part) for part in node.values if isinstance(part, ast.Constant)) else None
    if isinstance(node, ast.NamedExpr):
        return truth(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = truth(node.operand)
        return None if inner is None else not inner
    if isinstance(node, ast.BoolOp):
        return _truth_of_several(node)
    if isinstance(node, ast.IfExp):
        return _agreed([truth(node.body), truth(node.orelse)])
    return _truth_of_comparison(node) if isinstance(node, ast.Compare) else None


def _agreed(truths: list[bool | None]) -> bool | None:
    return truths[0] if len(set(truths)) == 1 else None


def _truth_of_several(node: ast.BoolOp) -> bool | None:
    """``or`` holds with one part that always does, or with a part and its opposite; ``and`` the other way round."""
    deciding = isinstance(node.op, ast.Or)
    said = {ast.dump(part) for part in node.values}
    opposite = any(
        isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not) and ast.dump(part.operand) in said
        for part in node.values
    )
    truths = [truth(part) for part in node.values]
    return deciding if opposite or deciding in truths else _agreed(truths)


def _truth_of_comparison(node: ast.Compare) -> bool | None:
    """Settled are constants among each other, a name with itself, and that a length is not negative."""
    sides = [node.left, *node.comparators]
    if all(_is_constant(side) for side in sides):
        return bool(eval(compile(ast.Expression(node), "assertion", "eval"), {"__builtins__": {}}))
    if len(sides) != 2:
        return None
    (left, right), operator = sides, node.ops[0]
    if isinstance(left, ast.Name) and ast.dump(left) == ast.dump(right):
        return isinstance(operator, ast.Eq | ast.Is | ast.LtE | ast.GtE)
    is_length = isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "len"
    if is_length and _is_constant(right):
        bound = ast.literal_eval(right)
        return True if any(isinstance(operator, kind) and bound == least for kind, least in _COUNTED) else None
    return None


def _is_constant(node: ast.expr) -> bool:
    """Whether nothing but literals stands in it."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError):
        return False
    return True


def idle(source: str) -> Iterator[ast.Assert]:
    """The assertions that hold whatever happens."""
    asserted = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert))
    return (node for node in asserted if truth(node.test))


def test_no_assertion_holds_whatever_happens():
    found = [
        f"{path.relative_to(TESTS)}:{node.lineno}"
        for path in sorted(TESTS.rglob("*.py"))
        for node in idle(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        "True", "1", '"a text"', "'met' in answer() or True", "(a, b)", '(a == b, "said")', "[a]", "{1: a}", "f'so {a}'",
        "1 == 1", "'a' in 'abc'", "0 < 1 < 2", "[] == []", "a == a", "a is a", "a or not a", "f(x) or not f(x)",
        "not False", "not ''", "not (a and not a)", "a or 'b'", "True and 'b'", "(x for x in a)", "lambda: a", "(b := 1)",
        "1 if a else 2", "len(a) >= 0", "len(a) > -1",
    ],
)  # fmt: skip
def test_planted_assertion_is_refused(planted):
    assert [node.lineno for node in idle(f"def test_it():\n    assert {planted}\n")] == [2]


@pytest.mark.parametrize(
    "sound",
    [
        "a", "not a", "a == b", "a or b", "a and True", "[x for x in a]", "{*a}", "[*a]", "len(a) > 0", "len(a) >= 1",
        "f(x) == f(x)", "a.b is a.b", "a < a", "'met' in answer()", "f'{a}'", "a == 1", "{**a}", "False", "a is not None", "()",
    ],
)  # fmt: skip
def test_assertion_that_can_fail_is_left_alone(sound):
    assert list(idle(f"def test_it():\n    assert {sound}\n")) == []
