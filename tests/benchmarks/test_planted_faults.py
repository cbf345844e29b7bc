"""The judge of the planted faults passes who finds exactly these, and fails who flags all, none, or whatever moved."""

import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import planted_faults as command
from planting.faults import SLIPS, matters, plant
from planting.judging import CLEAN, SPOILT, judge
from planting.townships import is_big
from planting.villages import COUNTED, NAMES, REGISTERED, consistent

SEED, FAULTS = 7, 220


@dataclass(frozen=True)
class Village:
    code: str
    name: str
    kind: str
    course: tuple
    counted: dict | None
    counted_before: dict | None
    register: dict
    register_before: dict


@dataclass(frozen=True)
class Whole:
    township: str
    period: str
    villages: tuple
    counted_total: dict | None


@dataclass(frozen=True)
class Finding:
    code: str
    score: float


class Types:
    VillageContext, ReturnContext = Village, Whole


@pytest.fixture(scope="module")
def planted():
    return list(plant(SEED, FAULTS))


def flags_all(figures, context):
    return [Finding(code, 9.0) for code in ("", *figures)]


def flags_none(figures, context):
    return []


def flags_jumps(figures, context):
    """Any figure that moved by more than half since the last approved quarter."""
    for village in context.villages:
        before = village.course[-1][1] if village.course else {}
        moves = [abs(figures[village.code][name] - was) / was for name, was in before.items() if was]
        yield Finding(village.code, max(moves, default=0.0) / 0.5)


def flags_planted(planted, score=9.0):
    """Exactly the rows in which a figure is wrong."""
    wrong = {id(each.figures): {code for fault in each.faults for code in fault.rows} for each in planted}
    return lambda figures, context: [Finding(code, score) for code in wrong[id(figures)]]


def test_who_finds_exactly_the_planted_ones_has_them_all(planted, capsys):
    verdict = judge(planted, flags_planted(planted), Types)

    assert verdict.caught() == (FAULTS, FAULTS)
    assert verdict.flagged() == (0, verdict.flagged()[1])
    assert command.report(verdict) is True
    assert "faults caught: 100.00% (220 of 220), limit at least 95%: within" in capsys.readouterr().out


def test_who_flags_everything_fails_by_the_sound_rows(planted, capsys):
    verdict = judge(planted, flags_all, Types)

    assert verdict.caught() == (FAULTS, FAULTS)
    assert verdict.flagged()[0] == verdict.flagged()[1] > 0
    assert command.report(verdict) is False
    told = capsys.readouterr().out
    assert told.count("EXCEEDED") == 2 and "MISSED" not in told


def test_who_flags_nothing_fails_by_the_faults(planted, capsys):
    verdict = judge(planted, flags_none, Types)

    assert verdict.caught() == (0, FAULTS)
    assert command.report(verdict) is False
    told = capsys.readouterr().out
    assert told.count("MISSED") == 2 and "EXCEEDED" not in told


def test_who_flags_whatever_jumped_is_between(planted, capsys):
    verdict = judge(planted, flags_jumps, Types)
    (caught, faults), (flagged, rows) = verdict.caught(), verdict.flagged()

    assert 0.3 < caught / faults < 0.95
    assert 0.001 < flagged / rows < 0.1
    assert command.report(verdict) is False


def test_whole_return_flagged_catches_only_faults_of_the_whole_return(planted):
    verdict = judge(planted, lambda figures, context: [Finding("", 9.0)], Types)

    caught = {each.fault.kind for each in verdict.faults if each.score >= 1}
    assert caught == {"copied quarter", "village left out", "wrong unit"}
    assert verdict.flagged()[0] == 0
    assert verdict.flagged_wholes()[0] == verdict.flagged_wholes()[1] > 0


def test_score_is_held_against_the_bound(planted):
    verdict = judge(planted, flags_planted(planted, score=1.2), Types)

    assert verdict.caught(1.2) == (FAULTS, FAULTS)
    assert verdict.caught(1.25) == (0, FAULTS)


def test_every_kind_is_planted_equally_often(planted):
    kinds = [fault.kind for each in planted for fault in each.faults]

    assert {kind: kinds.count(kind) for kind in SLIPS} == dict.fromkeys(SLIPS, FAULTS // len(SLIPS))


def test_every_fault_matters_and_stands_in_rows_of_its_own(planted):
    for each in planted:
        rows = [code for fault in each.faults for code in fault.touched]
        assert len(rows) == len(set(rows))
        assert len(each.faults) <= 3
        assert {code for code in each.figures if each.figures[code] != each.truth[code]} == {
            code for fault in each.faults for code in fault.rows
        }
        assert all(any(matters(each.figures[code], each.truth[code]) for code in f.rows) for f in each.faults)


@pytest.mark.parametrize(
    ("wrong", "right", "expected"),
    [(121, 100, True), (120, 100, False), (79, 100, True), (80, 100, False), (331, 300, True), (330, 300, False)],
)
def test_fault_matters_above_a_tenth_and_twenty_households(wrong, right, expected):
    truth = dict.fromkeys(NAMES, right)

    assert matters({**truth, "fibre_users": wrong}, truth) is expected


def test_rule_that_is_broken_is_told(planted):
    told = [fault.breaks_rule for each in planted for fault in each.faults]
    found = [
        any(consistent(each.figures[code]) != each.figures[code] for code in fault.rows)
        for each in planted
        for fault in each.faults
    ]

    assert told == found
    assert 0 < sum(told) < FAULTS


def test_most_rows_are_sound(planted):
    verdict = judge(planted, flags_none, Types)
    sound = {where: len(verdict.rows[where]) for where in (CLEAN, SPOILT)}
    rows = sum(len(each.figures) for each in planted)

    assert min(sound.values()) > 0.2 * rows
    assert sum(sound.values()) > 0.6 * rows


def test_seed_makes_the_returns():
    one, again, other = (list(plant(seed, 22)) for seed in (1, 1, 2))

    assert one == again
    assert one != other


def test_truth_keeps_the_inequalities_and_moves_now_and_then(planted):
    """Two to five of a hundred rows moved by more than a quarter since they were last approved."""
    last = []
    for each in planted:
        for village in each.beside.villages:
            assert consistent(each.truth[village.code]) == each.truth[village.code]
            assert all(consistent(dict(line)) == line for _, line in village.course)
            assert len(village.course) <= 9 and sorted(village.course, key=lambda at: at[0]) == list(village.course)
            last += [(each.truth[village.code], village.course[-1][1])] if village.course else []

    assert 0.02 <= sum(is_big(*each) for each in last) / len(last) <= 0.05


def test_world_has_gaps_everywhere(planted):
    villages = [village for each in planted for village in each.beside.villages]

    assert {frozenset(village.register) for village in villages} == {frozenset(REGISTERED)}
    for known in (
        [village.register["households"] for village in villages],
        [village.register["fibre_covered_households"] for village in villages],
        [village.counted for village in villages],
        [village.counted_before for village in villages],
        [each.beside.counted_total for each in planted],
    ):
        assert 0.1 < sum(each is None for each in known) / len(known) < 0.9
    assert {len(village.course) for village in villages} == set(range(10))
    assert all(8 <= len(each.beside.villages) <= 40 for each in planted)


def test_operators_count_what_the_village_reports_but_for_little(planted):
    off = [
        abs(village.counted[name] / each.truth[village.code][name] - 1)
        for each in planted
        for village in each.beside.villages
        for name in COUNTED
        if village.counted and each.truth[village.code][name] > 200
    ]

    assert 0 < sorted(off)[len(off) // 2] < 0.03
    assert sum(share > 0.10 for share in off) / len(off) < 0.03


def test_command_judges_the_detector(planted, monkeypatch, capsys, tmp_path):
    """Its exit code tells whether the limits are kept; the curve falls with the bound."""
    module = ModuleType("returns.oddities")
    module.VillageContext, module.ReturnContext, module.detect = Village, Whole, flags_jumps
    monkeypatch.setattr("returns.oddities", module, raising=False)
    monkeypatch.setitem(sys.modules, "returns.oddities", module)
    drawn, listed = tmp_path / "curve.svg", tmp_path / "curve.csv"

    assert command.main(["--faults", "22", "--curve", str(drawn)]) == 1
    assert command.main(["--faults", "22", "--curve", str(listed)]) == 1
    assert drawn.read_text("utf-8").startswith("<svg ")
    shares = [[float(value) for value in line.split(",")] for line in listed.read_text("utf-8").splitlines()[1:]]
    assert len(shares) == 31
    assert [line[1] for line in shares] == sorted((line[1] for line in shares), reverse=True)
    module.detect = flags_none
    assert command.main(["--faults", "22"]) == 1
    assert "0.00% (0 of 22)" in capsys.readouterr().out
