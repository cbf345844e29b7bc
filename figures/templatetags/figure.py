"""Figures as links to their members.

``{% figure value "sites" area=area quarter=quarter basis=basis part="passed" %}`` writes a number, ``{% figure_url … %}`` its
address alone; ``{% part_of row "passed" %}`` one of the numbers of a milestone's verdict, ``{% reported_of verdict members %}`` of how many villages
its sums are, ``{% said words row %}`` a sentence on
a verdict with the numbers in it, ``{% said_criterion words verdict figures %}`` one on a criterion of it.
"""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from acceptance.models import MilestoneVerdict, Verdict
from common.templatetags.figures import count
from figures import address, rows, sentences
from figures.address import MemberPart

register = template.Library()

_FIELDS = {"all": "total", "gap": "missing"}


@register.simple_tag
def figure_url(of: str, **asked) -> str:
    """The address alone; ``area`` and ``quarter`` must be given, ``basis`` and ``part`` may."""
    return address.figure(of, **asked)


@register.simple_tag
def figure(value: int | None, of: str, **asked) -> str | SafeString:
    """The number with its thousands separators, as a link to its members; a dash that leads nowhere where it is missing."""
    return _link(value, address.figure(of, **asked))


@register.simple_tag
def awarded_of(light) -> str | SafeString:
    """How many titles were awarded of those that a light counts."""
    return _link(light.certified, rows.address(light.row, light.awarded_of, "all"))


@register.simple_tag
def part_of(row: MilestoneVerdict, part: str) -> str | SafeString:
    """How many members of a part a milestone has in its scope."""
    return _link(getattr(row, _FIELDS.get(part, part)), rows.address(row, row.key, part))


@register.simple_tag
def rate_of(verdict: Verdict, of: str, part: str = "passed") -> str | SafeString:
    """A term of ``coverage``, ``full_coverage`` or ``penetration``: its share, or with part ``all`` the whole, or ``unknown``."""
    figures = verdict.figures.get("penetration" if of == "penetration" else "coverage", {})
    whole = "full_denominator" if of == "full_coverage" else "denominator"
    name = {"all": whole, "passed": "numerator", "unknown": "returns_missing"}[part]
    return _link(figures.get(name), rows.address(verdict, of, part))


@register.simple_tag
def reported_of(verdict: Verdict, members: int) -> str | SafeString:
    """5/8 报齐: of how many of its villages an area's sums are; blank where they are of all."""
    missing = verdict.figures.get("coverage", {}).get("returns_missing", 0)
    if not missing:
        return ""
    parts = ((members - missing, MemberPart.PASSED), (members, MemberPart.ALL))
    return format_html("{}/{} 报齐", *(_link(count, rows.address(verdict, "returns", part)) for count, part in parts))


@register.simple_tag
def said(words: str, row: Verdict | MilestoneVerdict) -> SafeString:
    """A sentence on a milestone or an area, with the numbers of its verdict as links."""
    numbers = rows.of_milestone(row) if isinstance(row, MilestoneVerdict) else rows.of_area(row)
    return sentences.linked(words, numbers)


@register.simple_tag
def said_value(value: str, row: MilestoneVerdict) -> SafeString:
    """A milestone's value: 217 / 224（96.8%）."""
    return sentences.linked(value, rows.of_value(row))


@register.simple_tag
def said_criterion(words: str, verdict: Verdict, figures: dict) -> SafeString:
    """A sentence on one criterion of an area."""
    return sentences.linked(words, rows.of_criterion(verdict, figures))


@register.simple_tag
def criterion_part(verdict: Verdict, figures: dict, name: str) -> str | SafeString:
    """One number of a criterion of an area; what is needed is a target and leads nowhere."""
    return sentences.link(count(figures[name]), rows.number_of(verdict, figures, name))


@register.simple_tag
def said_coverage(words: str, verdict: Verdict) -> SafeString:
    """A sentence on an area's coverage."""
    return sentences.linked(words, rows.of_coverage(verdict))


def _link(value: int | None, url: str) -> str | SafeString:
    if value is None:
        return count(None)
    return format_html('<a class="figure" href="{}" data-figure="{}">{}</a>', url, value, count(value))
