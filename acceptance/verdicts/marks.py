"""The mark of each result: a tone of common/badge.html and a word; the same everywhere."""

from dataclasses import dataclass

from acceptance import wording
from acceptance.wording.criteria import CRITERION_OUTCOMES
from acceptance.wording.milestones import LIGHTS, fallen_back
from acceptance.wording.sites import CAPABLE


@dataclass(frozen=True)
class Mark:
    """``tone`` is met, late, missed, pending, info or fallen; ``text`` says the same in a word."""

    tone: str
    text: str


AREA_TONES = {"achieved": "met", "not_achieved": "missed", "undetermined": "pending", "not_applicable": "info"}
CRITERION_TONES = {"met": "met", "short": "missed", "unknown": "pending", "not_applicable": "info"}
SITE_TONES = {"yes": "met", "no": "missed", "unknown": "pending"}
LIGHT_TONES = {"green": "met", "yellow": "late", "red": "missed", "grey": "pending"}
FALLEN = "fallen"
"""What was reached and is not held: neither the tick of a light that holds nor the cross of one that never was."""


def area_mark(outcome: str, reference: str) -> Mark:
    return Mark(AREA_TONES[outcome], wording.headline(outcome, reference))


def criterion_mark(outcome: str, role: str) -> Mark:
    """A reference criterion that is short decides nothing and does not look as if it did (S02)."""
    tone = "info" if role == "reference" and outcome == "short" else CRITERION_TONES[outcome]
    return Mark(tone, CRITERION_OUTCOMES[outcome])


def site_mark(capable: str, reason: str = "") -> Mark:
    return Mark(SITE_TONES[capable], wording.REASONS[reason] or CAPABLE[capable])


def milestone_mark(row) -> Mark:
    """The light of a milestone in one scope, with 回落 where it is no longer held."""
    return Mark(FALLEN if fallen_back(row) else LIGHT_TONES[LIGHTS[row.status]], wording.status_words(row))
