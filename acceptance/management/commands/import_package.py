"""Bring in a data package: ``import_package PATH [--document PAPER] [--dry-run] [--format json]``."""

import json
import sys
from pathlib import Path

from django.db import DatabaseError

from acceptance import packages
from accounts.actions import COMMAND_LINE
from areas.package.package import Package
from areas.package.tables import ImportProblem, Unreadable
from common.commands import SpeakingCommand


class Command(SpeakingCommand):
    help = "导入数据包：一个装有 CSV 文件的文件夹，或一个 .xlsx 工作簿。有任何错误则一行也不导入。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("path", metavar="PATH", type=Path, help="文件夹或 .xlsx 工作簿")
        parser.add_argument(
            "--document", default="", metavar="PAPER", help="依据的文件名称或文号，记入台账历史；不写则记为没有写明依据"
        )
        parser.add_argument("--dry-run", action="store_true", help="只检查，不导入")
        parser.add_argument(
            "--format", choices=["json", "text"], default="text", help="json：标准输出只有一份 JSON 文档"
        )
        parser.add_argument("--no-judge", action="store_true", help="导入后不立即重新评定；下次查看时再评定")

    def handle(self, *args, path: Path, document: str, dry_run: bool, format: str, no_judge: bool, **options) -> None:
        try:
            package, outcome = packages.import_package(
                path, by=COMMAND_LINE, document=" ".join(document.split()), dry_run=dry_run, say=self.stderr.write
            )
        except Unreadable as reason:
            self._give_up(str(reason))
        except DatabaseError as error:
            self._give_up(
                f"数据库没有接受这次导入，什么也没有改动：{str(error).strip()}。请确认数据库已执行 migrate，稍后重试。"
            )
        if outcome and not no_judge:
            self._judge(outcome)
        show = self._json if format == "json" else self._text
        show(package, dict.fromkeys(package.counts(), 0) if outcome is None else package.counts())
        if package.report.errors:
            sys.exit(1)

    def _judge(self, outcome) -> None:
        """The data is in, whatever becomes of the verdicts: they are given again when next looked at."""
        try:
            packages.judge(outcome, say=self.stderr.write)
        except ValueError as reason:
            self.stderr.write(f"数据已经导入，但重新评定没有完成：{reason}")

    def _give_up(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(2)

    def _json(self, package: Package, imported: dict[str, int]) -> None:
        report = package.report
        document = {
            "errors": [problem.as_json() for problem in report.errors],
            "warnings": [problem.as_json() for problem in report.warnings],
            "imported": imported,
        }
        self.stdout.write(json.dumps(document, ensure_ascii=False))

    def _text(self, package: Package, imported: dict[str, int]) -> None:
        report = package.report
        labels = {table.name: table.label for table in report.tables}
        for title, problems in (("错误", report.errors), ("提醒", report.warnings)):
            if problems:
                self.stdout.write(f"{title} {len(problems)} 处：")
                for problem in problems:
                    self.stdout.write(f"  {place(problem, labels)}：{problem.message}")
        if report.errors:
            self.stdout.write("没有导入任何数据：请改正以上错误后重新导入。")
        elif any(imported.values()):
            rows = "，".join(f"{labels[name]} {count} 行" for name, count in imported.items() if count)
            self.stdout.write(f"导入完成：{rows}。")
        else:
            self.stdout.write("检查完毕，没有错误，未导入数据。")


def place(problem: ImportProblem, labels: dict[str, str]) -> str:
    """Where a problem is, as a person would say it."""
    where = f"{labels.get(problem.table, '表')}（{problem.table}）"
    if problem.row is not None:
        where += f"第 {problem.row} 行"
    return f"{where} {problem.column} 列" if problem.column is not None else where
