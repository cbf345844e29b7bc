"""Nothing of a request is unpacked into a row, a filter or a form: each field that may be given is named."""

import ast

from django.conf import settings

from tests.test_structure import product_files

ASKED = ("request.GET", "request.POST", "request.data", "request.query_params", "self.data", "form.data")


def unpacked(tree: ast.AST) -> list[int]:
    """The lines in which something of a request goes into a call as ``**``, or a column is set by a posted name."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = [ast.unparse(each.value) for each in node.keywords if each.arg is None]
            if any(asked in text for text in given for asked in ASKED):
                found.append(node.lineno)
        if isinstance(node, ast.For) and any(asked in ast.unparse(node.iter) for asked in ASKED):
            found += [each.lineno for each in ast.walk(node) if isinstance(each, ast.Name) and each.id == "setattr"]
    return found


def open_meta(tree: ast.AST) -> list[int]:
    """The lines of a Meta that takes every column of a model, or all but some."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(each, ast.Name) and each.id in ("fields", "exclude") for each in node.targets)
        and (ast.unparse(node.value) == "'__all__'" or "exclude" in ast.unparse(node.targets[0]))
    ]


def test_nothing_of_a_request_is_unpacked():
    wrong = []
    for file in product_files():
        tree = ast.parse(file.read_text("utf-8"))
        wrong += [f"{file.relative_to(settings.BASE_DIR)}:{line}" for line in (*unpacked(tree), *open_meta(tree))]
    assert not wrong


def test_each_way_would_be_found():
    planted = (
        "rows.filter(**request.GET.dict())",
        "User(**dict(request.POST.items()))",
        "Row.objects.update(**self.request.data)",
        "for name, value in request.POST.items():\n    setattr(row, name, value)",
    )
    assert [bool(unpacked(ast.parse(each))) for each in planted] == [True] * 4
    assert open_meta(ast.parse("class Meta:\n    fields = '__all__'")) and open_meta(ast.parse("exclude = ['x']"))
    assert not unpacked(ast.parse("Form(request.POST, **options)")) and not open_meta(ast.parse("fields = ['a']"))
