"""verify_receipt: is what a receipt or a circular names still in the log?"""

from django.core.management.base import CommandError

from common.commands import SpeakingCommand
from witness.forms import ReceiptForm
from witness.receipts import KEEP, checked


class Command(SpeakingCommand):
    help = "核验回执或通报：其存证序号和存证树根是否仍在今天的存证之中。相符退出码 0，不符退出码 1，抄录不全退出码 2。"

    def add_arguments(self, parser):
        parser.add_argument("position", metavar="存证序号")
        parser.add_argument("root", metavar="存证树根", nargs="+", help="各组之间可有空格")

    def handle(self, *args, position: str, root: list[str], **options):
        form = ReceiptForm({"position": position, "root": "".join(root)})
        if not form.is_valid():
            wrong = [sentence for sentences in form.errors.values() for sentence in sentences]
            raise CommandError("".join(wrong), returncode=2)
        found = checked(**form.cleaned_data)
        for sentence in found.held:
            self.stdout.write(f"相符：{sentence}")
        if not found.is_whole:
            raise CommandError(f"不符：{''.join(found.failed)}{KEEP}", returncode=1)
        self.stdout.write(f"内容摘要 {found.digest}，请与纸面比对。")
