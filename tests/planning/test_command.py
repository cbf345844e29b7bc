"""``build_plan`` as it is called: the document, the refusals, and the package that gives what the plan promises."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from planning.planning import solve
from planning.question import CannotPlan, Question
from tests.packages import sound, write_csv
from tests.reference.comparing import answered
from tests.reference.packages import random_package
from tests.reference.writing import write

KEYS = (
    "plan", "period", "basis", "target", "status", "objective", "places", "value", "bound", "actions", "before", "after",
    "beyond_building",
)  # fmt: skip
NOTHING = {"new": 0, "upgrade": 0, "open": 0, "orders": 0}


@pytest.fixture
def run(capsys):
    """The exit status, standard output and standard error of ``build_plan``."""

    def run(*arguments):
        status = 0
        capsys.readouterr()
        try:
            call_command("build_plan", *arguments)
        except SystemExit as end:
            status = end.code
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def bring_in(folder):
    """Import a package without judging it; it has no errors."""
    out = StringIO()
    call_command("import_package", str(folder), "--no-judge", "--format", "json", stdout=out, stderr=StringIO())
    assert json.loads(out.getvalue())["errors"] == []


@pytest.fixture
def loaded(db, tmp_path):
    """The sound package, its point too slow."""
    tables = sound()
    tables["access_points"][0]["downstream_mbps"] = "20"
    bring_in(write_csv(tables, tmp_path / "given"))


def test_document_has_its_keys_in_order(loaded, run):
    status, out, _ = run("2018Q2", "--area", "441802103203001", "--format", "json")

    document = json.loads(out)
    assert (status, tuple(document)) == (0, KEYS)
    assert document["target"] == {"area": "441802103203001"}
    assert (document["status"], document["value"]) == ("optimal", NOTHING | {"upgrade": 1})
    assert document["actions"] == [{"action": "upgrade", "ap_id": "A1", "sites": ["S1"]}]
    assert document["before"] == {"outcome": "short", "passed": 0, "needed": 1, "missing": 1}
    assert document["after"] == {"outcome": "met", "passed": 1, "needed": 1, "missing": 0}


def test_people_get_sentences(loaded, run):
    _, out, _ = run("2018Q2", "--area", "441802103203001")

    assert "提速 1 个接入点即可达标，已证明不能再少。" in out and "提速接入点（A1）：增加 1 个点位" in out


def test_operators_are_echoed_as_they_were_given(loaded):
    target = solve(Question("2018Q2", "441802103", "T12", operators=("telecom", "mobile")))["target"]

    assert target == {"area": "441802103", "milestone": "T12", "operators": ["telecom", "mobile"]}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2018Q9", "--area", "441802"), "不是季度"),
        (("2018Q2", "--area", "441899"), "没有编码为 441899 的区域"),
        (("2018Q2", "--area", "441802006001"), "是社区，方案没有为它设称号"),
        (("2018Q2", "--area", "441802103", "--milestone", "G04"), "按区考核，441802103 是镇"),
        (("2018Q2", "--area", "441802103", "--milestone", "X1"), "没有编号为 X1 的里程碑"),
        (("2018Q2", "--area", "441802103", "--operators", "telecom,nobody"), "没有编码为 nobody 的运营企业"),
        (("2018Q2", "--area", "441802103", "--objective", "cost"), "没有 [costs] 一节"),
        (("2018Q2", "--area", "441802103", "--objective", "dear"), "--objective"),
        (("2018Q2",), "缺少参数 --area"),
        (("2003Q1", "--area", "441802103"), "没有生效"),
    ],
)
def test_what_makes_no_sense_ends_with_status_2(loaded, run, arguments, said):
    if arguments[0] == "2003Q1":
        from areas.models import Area

        Area.objects.filter(code="441802103").update(valid_from="2017-01-01")
    try:
        status, out, err = run(*arguments)
    except Exception as error:  # argparse, called from Python, raises what it would say
        status, out, err = 2, "", str(error)

    assert (status, out) == (2, "") and said in err


def test_impossible_says_what_nobody_can_build(loaded):
    document = solve(Question("2018Q2", "441802006", None))

    assert document["status"] == "impossible" and document["value"] is document["bound"] is document["after"] is None
    assert document["actions"] == []
    assert document["beyond_building"] == [{"why": "no_coordinates", "site_id": "S3"}]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_package_gives_what_the_plan_promises(seed, tmp_path):
    """Everything is loaded, planned and written; the database is emptied; what was written is imported and judged."""
    package = random_package(seed, dated=True)
    package["returns"] = [row for row in package["returns"] if row["period"] == "2018Q2"]
    plans = []
    with transaction.atomic():
        bring_in(write(package, tmp_path / "given"))
        for number, (area, milestone) in enumerate(targets(package)):
            folder = tmp_path / f"plan-{number}"
            if len(plans) < 2 and (document := plan_of(area, milestone, folder)) is not None:
                plans.append((folder, document))
        transaction.set_rollback(True)

    assert plans
    for folder, document in plans:
        with transaction.atomic():
            bring_in(folder)
            assert figures_now(document) == document["after"]
            transaction.set_rollback(True)


def targets(package):
    towns = [row["code"] for row in package["areas"] if len(row["code"]) == 9]
    return [(code, None) for code in towns] + [
        ("441802", "G10"),
        ("441802", "G09"),
        ("441802", "G08"),
        ("441802", "G02"),
    ]


def plan_of(area, milestone, folder):
    """The document of a plan that has actions; None where there is nothing to build."""
    out = StringIO()
    arguments = ["2018Q2", "--area", area, "--format", "json", *(["--milestone", milestone] if milestone else [])]
    try:
        call_command("build_plan", *arguments, "--package", str(folder), stdout=out, stderr=StringIO())
    except SystemExit:
        return None
    document = json.loads(out.getvalue())
    return document if document["actions"] else None


def figures_now(document):
    area, milestone = document["target"]["area"], document["target"].get("milestone")
    command = "milestones" if milestone else "evaluate"
    found = answered({"command": command, "period": "2018Q2", "area": area, "basis": "approved", "sites": False})
    if milestone:
        entry = next(each for each in found["milestones"] if (each["key"], each["scope"]) == (milestone, area))
        return (
            document["after"] | {name: entry[name] for name in ("passed", "needed", "missing")}
            if entry["held"]
            else None
        )
    verdict = next(each for each in found["areas"] if each["code"] == area)
    hard = [each for each in verdict["criteria"] if each["role"] == "hard"]
    return {name: hard[0][name] for name in ("outcome", "passed", "needed", "missing")}


def test_cannot_plan_is_a_sentence(loaded):
    with pytest.raises(CannotPlan, match="按镇考核"):
        solve(Question("2018Q2", "441802", "T11"))
