"""manage.py verify_verdicts: do the stored verdicts follow from what is stored beside them?"""

import sys

from django.core.management.base import BaseCommand

from acceptance.models import Judgement
from acceptance.verification.rereading import Rereading, VerdictSelection
from areas.models import Area
from common.periods import Quarter


class Command(BaseCommand):
    help = "按存下的依据和当时的方案重算已存的评定，列出不符的；不读取现在的台账。全部相符时退出码为 0，否则为 1。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--area", help="区域编码；默认为全部县区")
        parser.add_argument("--period", default="", help="季度，例如 2018Q2；默认为全部季度")

    def handle(self, *args, area: str | None, period: str, **options) -> None:
        found = 0
        for asked in self._asked(area, period):
            rereading = Rereading(asked)
            for fault in self._told(rereading):
                self.stdout.write(str(fault))
                found += 1
            self.stderr.write(f"{asked.area}：核对了 {rereading.number} 条评定。")
        self.stderr.write(f"发现 {found} 处不符。" if found else "全部相符。")
        sys.exit(1 if found else 0)

    def _asked(self, area: str | None, period: str) -> list[VerdictSelection]:
        """Status 2 for an unknown area or a malformed period."""
        try:
            if period:
                Quarter.parse(period)
        except ValueError as error:
            self._refuse(str(error))
        if area is None:
            return [VerdictSelection(county, period) for county in Judgement.objects.values_list("county", flat=True)]
        if not Area.objects.filter(code=area).exists():
            self._refuse(f"没有编码为 {area} 的区域。请检查编码。")
        return [VerdictSelection(area, period)]

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(2)

    def _told(self, rereading: Rereading):
        """The faults, telling how far it got."""
        for number, period in enumerate(rereading.periods, 1):
            self.stderr.write(f"{rereading.asked.area} {period}（{number}/{len(rereading.periods)}）")
            yield from rereading.in_period(period)
        yield from rereading.others()
