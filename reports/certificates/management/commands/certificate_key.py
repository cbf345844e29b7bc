"""certificate_key: show the public key by which signed answers are verified, or change the key."""

from django.core.management.base import CommandError

from accounts import audit
from accounts.actions import COMMAND_LINE
from common.clock import today
from common.commands import SpeakingCommand
from reports.certificates import signing


class Command(SpeakingCommand):
    help = "显示签名用的公钥；--rotate 更换密钥，旧公钥保留在公钥页。"

    def add_arguments(self, parser):
        parser.add_argument("--rotate", action="store_true", help="启用新密钥签名，旧的私钥销毁")

    def handle(self, *args, rotate: bool, **options):
        if rotate:
            self._rotate()
        public = signing.public_key()
        self.stdout.write(f"{signing.SIGNING_WITH} {signing.key_id(public)}")
        self.stdout.write(public.decode())

    def _rotate(self) -> None:
        old = signing.key_id(signing.public_key())
        try:
            new = signing.rotate(today())
        except ValueError as problem:
            raise CommandError(str(problem), returncode=2) from None
        audit.record(action="certificate.rotate_key", by=COMMAND_LINE, detail={"key": [old, new]})
