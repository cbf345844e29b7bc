"""The mark of a cell that is talked about: how many comments, and the way to them."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html

from entry.threads import ThreadMarks

register = template.Library()


@register.simple_tag
def talk_url(marks: ThreadMarks, code: str, column: str = "", back: str = "") -> str:
    """The panel of a cell, or of a row; ``back``: where its page leads back to."""
    query = urlencode({"column": column} | ({"next": back} if back else {}))
    return f"{reverse('entry:panel', args=[marks.kind, marks.name, code])}?{query}"


@register.simple_tag
def talk_mark(marks: ThreadMarks, code: str, column: str, label: str, back: str = "") -> str:
    """A link with the number of comments where a thread is open; else nothing."""
    number = marks.of(code, column)
    if not number:
        return ""
    return format_html(
        '<a class="talk-mark" data-panel href="{}" title="{} 条批注，未处理"><span class="visually-hidden">{}批注 </span>{}</a>',
        talk_url(marks, code, column, back),
        number,
        label,
        number,
    )
