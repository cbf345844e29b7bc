"""A figure as a link to its members: ``{% figure row.passed "G10" area=area quarter=quarter basis=basis part="passed" %}``."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.templatetags.figures import count
from figures import address

register = template.Library()


@register.simple_tag
def figure_url(of: str, **asked) -> str:
    """The address alone; ``area`` and ``quarter`` must be given, ``basis`` and ``part`` may."""
    return address.figure(of, **asked)


@register.simple_tag
def figure(value: int | None, of: str, **asked) -> str | SafeString:
    """The number with its thousands separators, as a link to its members; a dash that leads nowhere where it is missing."""
    if value is None:
        return count(None)
    return format_html(
        '<a class="figure" href="{}" data-figure="{}">{}</a>', address.figure(of, **asked), value, count(value)
    )
