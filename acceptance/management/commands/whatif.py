"""manage.py whatif PATH: what would turn if a data package were imported; nothing is."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from acceptance import answers
from acceptance.answers import CannotAnswer
from acceptance.management.commands.import_package import place
from acceptance.models import Basis
from areas.package.package import Package
from areas.package.tables import Unreadable


class Command(BaseCommand):
    help = "假设推演：导入该数据包后，评定将改变的区域、点位和里程碑。仅作推演，不保存。"

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "path", metavar="PATH", type=Path, help="数据包：文件夹、.xlsx 工作簿，或一个以表名命名的 CSV 文件"
        )
        parser.add_argument("--period", help="看哪个季度，例如 2018Q4；默认为方案最后一个里程碑的季度")
        parser.add_argument("--area", help="区域编码；默认为方案的县区")
        parser.add_argument(
            "--basis", choices=Basis.values, default=Basis.APPROVED, help="口径：approved 已审核，reported 含已报送"
        )
        parser.add_argument(
            "--without", metavar="AP_ID", action="append", default=[], help="假设没有该接入点；可多次填写"
        )
        parser.add_argument("--format", choices=["json", "text"], default="text", help="json：只输出一份 JSON 文档")

    def handle(self, *args, path: Path, format: str, **options) -> None:
        try:
            package, document = answers.whatif(
                path, options["period"], area=options["area"], basis=options["basis"], without=options["without"]
            )
        except (CannotAnswer, Unreadable) as reason:
            self.stderr.write(str(reason))
            sys.exit(2)
        if document is None:
            self._refuse(package, format)
        elif format == "json":
            self.stdout.write(json.dumps(document, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(self._lines(document)))

    def _refuse(self, package: Package, format: str) -> None:
        """The package has errors, as an import would report them."""
        report = package.report
        if format == "json":
            self.stdout.write(json.dumps({"errors": [each.as_json() for each in report.errors]}, ensure_ascii=False))
        else:
            labels = {table.name: table.label for table in report.tables}
            self.stdout.write(f"数据包有错误 {len(report.errors)} 处，没有推演：")
            for problem in report.errors:
                self.stdout.write(f"  {place(problem, labels)}：{problem.message}")
        sys.exit(1)

    @staticmethod
    def _lines(document: dict):
        for title, name in (("区域", "turned"), ("里程碑", "milestones"), ("点位", "sites")):
            yield f"{title}：{len(document[name])} 项会变。"
            yield from (f"  {entry['sentence']}" for entry in document[name])
        yield "以上仅作推演，未保存。"
