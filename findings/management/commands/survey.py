"""Survey the register: find, close and reopen what is wrong with it."""

from django.core.management.base import BaseCommand, CommandError

from acceptance.models import Judgement
from findings.surveying import survey


class Command(BaseCommand):
    help = "排查台账问题：按各条规则核查台账，新问题列出，更正的自动消除。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("county", nargs="?", help="县区编码；不写：所有已评定的县区")

    def handle(self, *, county: str | None, **options) -> None:
        counties = list(Judgement.objects.order_by("county").values_list("county", flat=True))
        if county and county not in counties:
            raise CommandError(f"没有编码为“{county}”的已评定县区。")
        for each in [county] if county else counties:
            done = survey(each)
            self.stdout.write(
                f"{each}：新发现 {done.opened} 条，消除 {done.closed} 条，再次出现 {done.reopened} 条，待处理 {done.open} 条。"
            )
