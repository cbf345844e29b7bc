"""witness_begin: seal what stood before the log was begun."""

from common.commands import SpeakingCommand
from witness.sealing import begin


class Command(SpeakingCommand):
    help = "启用存证：把启用以前已有、尚无存证的数据补录存证（注明“补录”）。每类数据只补录一次，可重复运行。"

    def handle(self, *args, **options):
        for label, count in begin().items():
            self.stdout.write(f"{label}：启用存证，补录 {count} 行")
