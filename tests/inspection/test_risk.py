"""What speaks against a unit by its frozen figures, and what the clean block says."""

import pytest

from inspection.desk.risk import (
    CLEAN,
    HIGH,
    LABELS,
    POINTS,
    RiskKind,
    RiskPart,
    margin,
    margin_words,
    of_criteria,
    risk,
)


def share(passed: int, failed: int = 0, unknown: int = 0, needed: int | None = None, outcome: str = "met") -> dict:
    total = passed + failed + unknown
    figures = {"passed": passed, "failed": failed, "unknown": unknown, "total": total, "missing": 0}
    return {"key": "S10", "role": "hard", "outcome": outcome, "needed": total if needed is None else needed} | figures


def share_of_users(numerator: int, needed: int, outcome: str = "met", role: str = "reference") -> dict:
    figures = {"numerator": numerator, "denominator": 100, "needed": needed, "missing": max(0, needed - numerator)}
    return {"key": "S11", "role": role, "outcome": outcome} | figures


@pytest.mark.parametrize(
    ("figures", "left", "words"),
    [
        (share(12, 1, needed=9), 3, "还有 3 个余量"),
        (share(9, 1, needed=9), 0, "刚好"),
        (share(8, 2, needed=9, outcome="short"), -1, "差 1 个"),
        (share(10), 0, "全部合格"),
        (share(0, outcome="not_applicable"), None, ""),
        (share_of_users(1234, 34), 1200, "还有 1,200 户余量"),
        (share_of_users(40, 40), 0, "刚好"),
        (share_of_users(36, 40, "short"), -4, "差 4 户"),
        (share_of_users(0, 40, "unknown"), None, ""),
    ],
)
def test_margin_is_told_in_units(figures, left, words):
    assert (margin(figures), margin_words(figures)) == (left, words)


@pytest.mark.parametrize(
    ("figures", "kind"),
    [
        (share(9, 1, needed=9), RiskKind.THIN),
        (share(10, 0, 1, needed=9), RiskKind.UNKNOWN_MEMBERS),
        (share_of_users(40, 40, role="hard"), RiskKind.THIN),
        (share_of_users(36, 40, "short"), RiskKind.REFERENCE),
        (share_of_users(0, 40, "unknown"), RiskKind.REFERENCE),
        (share(10, 1, needed=9), None),
        (share(10), None),
        (share_of_users(40, 40), None),
        (share(0, outcome="not_applicable"), None),
    ],
)
def test_frozen_figures_speak_against_themselves(figures, kind):
    assert [part.kind for part in of_criteria([figures])] == ([kind] if kind else [])


def test_rank_counts_a_kind_once_and_names_the_gravest_first():
    found = risk([RiskPart(RiskKind.THIN, "刚好"), RiskPart(RiskKind.FALLEN, "落"), RiskPart(RiskKind.THIN, "又刚好")])
    assert found.score == POINTS[RiskKind.FALLEN] + POINTS[RiskKind.THIN] and found.is_high
    assert found.kinds == [LABELS[RiskKind.FALLEN], LABELS[RiskKind.THIN]] and len(found.parts) == 3
    assert risk([]).is_clean and not risk([RiskPart(RiskKind.THIN, "刚好")]).is_clean


def test_line_is_where_a_single_grave_thing_stands():
    assert risk([RiskPart(RiskKind.EVIDENCE_MISSING, "缺")]).score == HIGH
    assert not risk([RiskPart(RiskKind.SAMPLE_MISSING, "没有抽查")]).is_high


def test_criteria_for_clean_speak_of_every_kind_once():
    kinds = [kind for _, of in CLEAN for kind in of]
    assert sorted(kinds) == sorted(RiskKind) == sorted(POINTS) == sorted(LABELS)
