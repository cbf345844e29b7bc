"""What a verdict says, in sentences that a deputy head understands; plain functions without Django.

``figures`` writes numbers, ``measures`` holds the plan's nouns, ``criteria`` speaks of areas and
their standards, ``sites`` of places, ``milestones`` of the plan's deadlines.
"""

from acceptance.wording.criteria import (
    ROLES,
    area_words,
    coverage_words,
    covered_words,
    criterion_title,
    criterion_words,
    headline,
    out_of_scope_words,
)
from acceptance.wording.figures import Words, at_least, metres, number, percent
from acceptance.wording.measures import MEASURES
from acceptance.wording.milestones import (
    LIGHTS,
    milestone_title,
    milestone_words,
    status_words,
    target_words,
    value_words,
)
from acceptance.wording.sites import REASONS, operator_words, order_words, setting_words, site_words
from common.templatetags.figures import rate

__all__ = [
    "LIGHTS",
    "MEASURES",
    "REASONS",
    "ROLES",
    "Words",
    "area_words",
    "at_least",
    "coverage_words",
    "covered_words",
    "criterion_title",
    "criterion_words",
    "headline",
    "metres",
    "milestone_title",
    "milestone_words",
    "number",
    "operator_words",
    "order_words",
    "out_of_scope_words",
    "percent",
    "rate",
    "setting_words",
    "site_words",
    "status_words",
    "target_words",
    "value_words",
]
