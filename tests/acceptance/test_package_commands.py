"""``import_package`` and ``export_package`` as they are called: status, output, and what an export is for."""

import json
import os
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from acceptance.judging import judging
from acceptance.models import Verdict
from areas.models import AccessPoint, Area, FactChange
from tests.audit_flush import lifted
from tests.packages import bring_in, sound, write_csv

LEAF = "441802103203001"


@pytest.fixture
def run(capsys):
    """The exit status, standard output and standard error of a command."""

    def run(*arguments):
        status = 0
        capsys.readouterr()
        try:
            call_command(*arguments)
        except SystemExit as end:
            status = end.code
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.mark.django_db
class TestImport:
    def test_standard_output_holds_the_document_alone(self, run, tmp_path):
        status, out, err = run("import_package", str(write_csv(sound(), tmp_path)), "--format", "json")

        assert status == 0 and out.count("\n") == 1
        assert list(json.loads(out)) == ["errors", "warnings", "imported"]
        assert "开始导入" in err

    def test_a_problem_has_five_keys(self, run, tmp_path):
        tables = sound()
        tables["sites"][0]["area_code"] = "441802999"

        status, out, _ = run("import_package", str(write_csv(tables, tmp_path)), "--format", "json")

        document = json.loads(out)
        assert status == 1
        assert document["errors"] == [{
            "table": "sites", "row": 2, "column": "area_code", "value": "441802999",
            "message": "没有编码为 441802999 的区域：请改正编码，或先在 areas 表里登记。",
        }]  # fmt: skip
        assert document["imported"] == dict.fromkeys((*sound(), "changes", "successions"), 0)

    @pytest.mark.parametrize("options", [(), ("--dry-run",)])
    def test_errors_are_listed_for_people(self, run, tmp_path, options):
        tables = sound()
        tables["sites"][0] |= {"area_code": "441802999", "lon": "116.4", "lat": "39.9"}
        tables["areas"][0]["颜色"] = "x"

        status, out, _ = run("import_package", str(write_csv(tables, tmp_path)), *options)

        assert status == 1
        assert "错误 2 处：" in out and "提醒 1 处：" in out
        assert "  区域（areas）第 1 行 颜色 列：无法识别列“颜色”" in out
        assert "没有导入任何数据" in out

    def test_success_is_told_in_words(self, run, tmp_path):
        path = str(write_csv(sound(), tmp_path))

        assert "没有错误，未导入数据" in run("import_package", path, "--dry-run")[1]
        assert "导入完成：区域 7 行，点位 3 行" in run("import_package", path)[1]

    @pytest.mark.parametrize("options", [(), ("--format", "json")])
    def test_what_cannot_be_read_is_answered_with_a_sentence(self, run, tmp_path, options):
        (tmp_path / "areas.csv").write_bytes("code,name\n1,清城区".encode("gbk"))
        (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 nothing")

        for path in (tmp_path / "none", tmp_path, tmp_path / "broken.xlsx"):
            status, out, err = run("import_package", str(path), *options)
            assert (status, out) == (2, "")
            assert err.strip().endswith("。") and "Traceback" not in err

    def test_verdicts_are_given_again_unless_told_otherwise(self, run, tmp_path):
        path = str(write_csv(sound(), tmp_path))

        run("import_package", path, "--no-judge")
        assert FactChange.objects.exists() and not Verdict.objects.exists()

        judging.ensure_current("441802")
        assert not FactChange.objects.exists() and Verdict.objects.exists()

        run(
            "import_package",
            str(write_csv({"areas": [{"code": "441802104", "name": "石角镇", "kind": "town"}]}, tmp_path / "b")),
        )
        assert Verdict.objects.filter(area_id="441802104").exists()


@pytest.mark.django_db
class TestExport:
    def test_an_unknown_area_or_an_unwritable_folder_is_answered_with_a_sentence(self, run, tmp_path):
        (tmp_path / "file").write_text("x")

        for arguments in (
            (str(tmp_path / "out"), "--area", "441802"),
            (str(tmp_path / "file"),),
            (str(tmp_path / "file" / "x"),),
        ):
            status, out, err = run("export_package", *arguments)
            assert (status, out) == (2, "")
            assert err.strip().endswith("。") and "Traceback" not in err
        assert not (tmp_path / "out").exists()

    @pytest.fixture
    def district(self, tmp_path, capsys):
        """The sound package with more around the leaf: its ancestors' orders and settings, points near and far."""
        tables = sound()
        point, order = tables["access_points"][0], tables["service_orders"][0]
        tables["access_points"] += [
            {**point, "ap_id": "NEAR", "lat": "23.697"},
            {**point, "ap_id": "FAR", "lat": "23.699"},
            {**point, "ap_id": "TOWN", "lon": "113.05", "lat": "23.7"},
        ]
        tables["service_orders"] += [
            {**order, "order_id": "LEAF", "area_code": LEAF},
            {**order, "order_id": "ELSEWHERE", "area_code": "441802006001"},
            {**order, "order_id": "LATE", "completed_on": ""},
        ]
        tables["areas"][1]["setting"] = "urban"
        tables["sites"].append({**tables["sites"][2], "site_id": "S4", "area_code": "441802103203"})
        tables["returns"].append({**tables["returns"][0], "area_code": "441802006001"})
        assert bring_in(write_csv(tables, tmp_path / "in"), capsys)[0] == 0

    def keys(self, folder: Path) -> dict[str, list[str]]:
        return {
            file.stem: [line.split(",")[0] for line in file.read_text(encoding="utf-8").splitlines()[1:]]
            for file in sorted(folder.iterdir())
        }

    def test_an_area_comes_with_all_that_its_verdicts_need(self, run, tmp_path, district):
        run("export_package", str(tmp_path / "out"), "--area", LEAF)

        assert self.keys(tmp_path / "out") == {
            "areas": ["441802", "441802103", "441802103203", LEAF],
            "sites": ["S1"],
            "operators": ["mobile", "telecom"],
            "access_points": ["A1", "NEAR"],
            "service_orders": ["LATE", "LEAF", "O1"],
            "returns": [],
            "changes": [],
            "successions": [],
        }

    def test_a_town_comes_with_what_stands_beneath(self, run, tmp_path, district):
        run("export_package", str(tmp_path / "out"), "--area", "441802103")

        keys = self.keys(tmp_path / "out")
        assert keys["sites"] == ["S1", "S4"] and keys["returns"] == ["2018Q2"]
        assert keys["areas"] == ["441802", "441802103", "441802103203", LEAF]

    @pytest.mark.parametrize("area", [LEAF, "441802103203", "441802103", "441802006", "441802"])
    def test_the_area_is_judged_the_same_from_its_export(self, run, tmp_path, district, area):
        def evaluation():
            document = json.loads(run("evaluate", "2018Q2", "--area", area, "--sites", "--format", "json")[1])
            for site in document["sites"]:
                del site["nearest_m"]
            return document

        run("export_package", str(tmp_path / "out"), "--area", area)
        before = evaluation()
        clear()

        assert run("import_package", str(tmp_path / "out"), "--no-judge")[0] == 0
        assert evaluation() == before

    def test_the_distance_is_geodesic_and_inclusive(self, run, tmp_path, district):
        """2 km north of the site is latitude 23.69805… here."""
        AccessPoint.objects.filter(ap_id="NEAR").update(lat=23.698056)
        AccessPoint.objects.filter(ap_id="FAR").update(lat=23.698062)

        run("export_package", str(tmp_path / "out"), "--area", LEAF)

        assert self.keys(tmp_path / "out")["access_points"] == ["A1", "NEAR"]


def clear() -> None:
    """An empty database again, in the order that keeps references whole."""
    from areas.models import Operator, ServiceOrder, Site
    from returns.models import Return, ReturnLine, ReturnMove

    with lifted(ReturnMove):
        ReturnMove.objects.all().delete()
    for model in (ReturnLine, Return, ServiceOrder, AccessPoint, Site, Operator, FactChange):
        model.objects.all().delete()
    for area in Area.objects.order_by("-code"):
        area.delete()


def test_a_database_that_was_never_migrated_is_answered_with_a_sentence(tmp_path):
    """In a process of its own, on an empty file."""
    import subprocess

    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3", "PORTAL_VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "manage.py", "import_package", str(write_csv(sound(), tmp_path / "in")), "--format", "json"],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (2, "")
    assert "migrate" in done.stderr and "Traceback" not in done.stderr
