"""Templates that read like an outline, and pages that do not show it."""

import pytest
from django.conf import settings
from django.template import Context, Template

LONGEST_LINE = 150


def shown(source: str, **values) -> str:
    return Template("{% load layout %}{% joined %}" + source + "{% endjoined %}").render(Context(values))


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("\n  应于\n  {{ day }}\n  前报送\n", "应于5日前报送"),
        ("\n  {% if day %}\n    ，{{ day }}\n  {% else %}\n    —\n  {% endif %}\n  。\n", "，5日。"),
        ("\n  <b>已报</b>\n  {% for each in 'ab' %}\n    {{ each }} 个\n  {% endfor %}\n", "<b>已报</b>a 个b 个"),
        ("\n  <a\n    id={{ day }}\n    href='/'>看</a> 共\n", "<a id=5日 href='/'>看</a> 共"),
        ("a {{ lines }} b", "a 一\n  二 b"),
    ],
    ids=["sentence", "branch", "loop", "attributes", "value"],
)
def test_joined_shows_no_line_break_of_the_template(source, page):
    assert shown(source, day="5日", lines="一\n  二") == page


def test_template_lines_are_short():
    """No formatter holds this without harm to Chinese text: a line break between two words would show as a blank."""
    lines = (
        (f"{file.relative_to(settings.BASE_DIR)}:{number}", len(line))
        for file in sorted(settings.BASE_DIR.glob("templates/**/*.html"))
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
    )

    assert [(place, length) for place, length in lines if length > LONGEST_LINE] == []
