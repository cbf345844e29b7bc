"""verify_samples: do the stored lists and seeds still give the samples that were drawn?"""

from django.core.management.base import CommandError

from common.commands import SpeakingCommand
from inspection.spotcheck.models import Sample
from inspection.spotcheck.results import is_as_drawn


class Command(SpeakingCommand):
    help = "按登记的名单和种子重新抽取每个样本，核对与登记的一致；不一致则指出并以退出码 1 结束。"

    def handle(self, *args, **options):
        wrong = [str(sample) for sample in Sample.objects.select_related("township") if not is_as_drawn(sample)]
        if wrong:
            raise CommandError(f"与名单和种子不符的样本：{'、'.join(wrong)}。", returncode=1)
        self.stdout.write(f"{Sample.objects.count()} 个样本都与登记的名单和种子一致。")
