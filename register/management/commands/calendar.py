"""calendar: take the State Council's working days of a year: ``calendar FILE --document PAPER [--correct]``."""

from pathlib import Path

from django.core.management.base import CommandError

from accounts.actions import COMMAND_LINE
from common.commands import SpeakingCommand
from common.exceptions import Refused
from register.working_days import MalformedCalendar, read, take


class Command(SpeakingCommand):
    help = (
        "补录一年的放假安排：CSV 文件，每行一天，三列为日期、休/班、名称，只写放假的和调休上班的日期。"
        "有任何错误则一天也不补录；已知的日子不变，除非加 --correct。"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV 文件（UTF-8）")
        parser.add_argument("--document", required=True, metavar="文号", help="国务院办公厅通知的文号")
        parser.add_argument("--correct", action="store_true", help="更正已知的日子：有关评定全部重新进行")

    def handle(self, *, file: Path, document: str, correct: bool, **options) -> None:
        try:
            table = read(file)
            taken = take(table, document=" ".join(document.split()), correct=correct, by=COMMAND_LINE)
        except MalformedCalendar as problem:
            for each in problem.problems:
                self.stderr.write(each)
            raise CommandError(str(problem), returncode=1) from None
        except Refused as problem:
            raise CommandError(str(problem), returncode=1) from None
        worked = sum(is_working for day, is_working in table.days.items() if day.year == table.year)
        self.stdout.write(
            f"{table.year} 年工作日 {worked} 天；新补录 {len(taken.added)} 天，更正 {len(taken.corrected)} 天。"
        )
        if taken.corrected:
            self.stdout.write("各县区由后台程序重新评定；已签发的公文、已到期的期限不变。")
