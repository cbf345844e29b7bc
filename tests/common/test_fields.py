"""The one component of a field, given plain values."""

import re

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test.html import parse_html

from common.periods import Quarter


def shown(arguments: str, **values):
    return parse_html(Template("{% load fields %}{% field " + arguments + " %}").render(Context(values)))


@pytest.mark.parametrize(
    ("arguments", "page"),
    [
        (
            '"caption" "说明" value maxlength=9',
            '<div class="field field-text"><label for="caption">说明</label>'
            '<input type="text" name="caption" value="a&lt;b" id="caption" maxlength="9"></div>',
        ),
        (
            '"reason" "原因" value rows=3 required=True errors="请写明原因。"',
            '<div class="field has-error field-textarea">'
            '<label for="reason">原因<span class="required">（必填）</span></label>'
            '<div class="field-error" id="reason_error"><p>请写明原因。</p></div>'
            '<textarea name="reason" id="reason" rows="3" required aria-invalid="true" aria-describedby="reason_error">'
            "a&lt;b</textarea></div>",
        ),
        (
            '"period" "季度" period choices=quarters blank="请选择" data_submit=True help="已结束的"',
            '<div class="field field-select"><label for="period">季度</label>'
            '<select name="period" id="period" data-submit aria-describedby="period_helptext"><option value="">请选择</option>'
            '<option value="2018Q2" selected>2018年第二季度</option></select>'
            '<div class="field-help" id="period_helptext">已结束的</div></div>',
        ),
        (
            '"file" "文件" type="file" mark="（通过须填）" wide=True',
            '<div class="field field-text wide"><label for="file">文件<span class="required">（通过须填）</span></label>'
            '<input type="file" name="file" id="file"></div>',
        ),
    ],
    ids=["input", "lines", "list", "file"],
)
def test_field_of_plain_values(arguments, page):
    quarter = Quarter.parse("2018Q2")

    assert shown(arguments, value="a<b", period=quarter, quarters=[quarter]) == parse_html(page)


HAND_WRITTEN = {
    "base.html": "the search in the masthead",
    "common/field.html": "the component",
    "jobs/job.html": "a bar of progress",
    "field/_camera.html": "the button of the camera",
    "inspection/select.html": "ticks of units",
    "inspection/desk/_examine.html": "the choice of a finding",
    "inspection/desk/_look.html": "ticks of criteria",
    "inspection/desk/desk.html": "a switch",
    "inspection/spotcheck/card.html": "ticks of photographs",
    "workbooks/_preview_row.html": "ticks of contested figures",
    "returns/_table.html": "ticks of cells",
    "returns/review/_review_readings.html": "ticks of cells",
    "entry/_grid.html": "the list of cards",
    "returns/entry/_row_sentence.html": "the entry grid",
    "entry/_thread.html": "ticks of posts",
    "reports/certificates/issue.html": "ticks of rows",
    "reports/_progress.html": "a switch",
    "register/thing.html": "a switch",
    "findings/first.html": "a switch",
    "reports/map.html": "switches",
    "acceptance/verdicts/_switch.html": "switches",
    "acceptance/whatif/whatif.html": "a tick",
    "planning/_pins.html": "ticks of actions",
    "papers/draft.html": "ticks of edits",
    "problems/problem.html": "ticks of members",
}
"""Where a label stands in a template, and why no field of the component is meant."""


def test_every_field_is_written_by_the_component():
    folder = settings.BASE_DIR / "templates"
    texts = {str(file.relative_to(folder)): file.read_text("utf-8") for file in folder.rglob("*.html")}

    assert {file for file, text in texts.items() if "<label" in text} == set(HAND_WRITTEN)
    assert [file for file, text in texts.items() if re.search(r'class="field[ "{]', text)] == ["common/field.html"]


def test_every_reason_is_written_by_the_component():
    assert [
        file for file in settings.BASE_DIR.glob("templates/**/*.html") if 'name="reason"' in file.read_text("utf-8")
    ] == []


def test_form_of_a_reason():
    form = '{% reason_form "退回原因" 7 "退回" reason name="decision" value="overrule" error="太短。" %}'
    page = Template("{% load fields %}" + form).render(Context({"reason": "<b>", "csrf_token": "secret"}))

    assert page.count("secret") == 1
    assert 'name="version" value="7"' in page and 'name="decision" value="overrule">退回</button>' in page
    assert "&lt;b&gt;</textarea>" in page and '<div class="field-error" id="reason_error"><p>太短。</p></div>' in page
