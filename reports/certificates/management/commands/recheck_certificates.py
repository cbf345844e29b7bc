"""recheck_certificates: begin the re-check of titles that fell below the standard; for every night."""

from datetime import date

from acceptance.judging.judging import ensure_current
from areas.models import Area
from areas.vocabulary import AreaKind
from common.clock import today
from common.commands import SpeakingCommand
from reports.certificates.watching import recheck


class Command(SpeakingCommand):
    help = "核对全部有效证书：最近结束的季度按已审核数字评定未达标（回落）的，启动复核。可以每天运行，重复运行不会重复启动。"

    def add_arguments(self, parser):
        parser.add_argument("--on", metavar="日期", type=date.fromisoformat, help="按这一天核对，默认今天")

    def handle(self, *args, on: date | None, **options):
        for district in Area.objects.filter(kind=AreaKind.DISTRICT):
            ensure_current(district.code)
            begun = recheck(district.code, on or today())
            self.stdout.write(f"{district.name}：启动复核 {len(begun)} 张。")
            for certificate in begun:
                self.stdout.write(f"  {certificate}")
