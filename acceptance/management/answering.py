"""A command that answers a question about a quarter: a document on standard output, or a sentence and status 2."""

import json
import sys
from typing import Any

from acceptance.answers import CannotAnswer
from acceptance.models import Basis
from common.commands import SpeakingCommand


class AnsweringCommand(SpeakingCommand):
    asked: tuple[str, ...] = ("period", "area", "basis", "sites")
    """The options that make up the question."""

    def add_question(self, parser) -> None:
        parser.add_argument("period", help="季度，例如 2018Q2")
        parser.add_argument("--area", help="区域编码；默认为方案的县区")
        parser.add_argument(
            "--basis", choices=Basis.values, default=Basis.APPROVED, help="口径：approved 已审核，reported 含已报送"
        )
        parser.add_argument("--format", choices=["json", "text"], default="text", help="json：只输出一份 JSON 文档")

    def handle(self, *args, format: str, **options) -> None:
        asked = {name: options[name] for name in self.asked if name in options}
        try:
            document = self.answer(**asked)
        except CannotAnswer as error:
            self.stderr.write(str(error))
            sys.exit(2)
        if format == "json":
            self.stdout.write(json.dumps(document, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(self.lines(document)))

    def answer(self, *args: Any, **asked: Any) -> dict:
        """The document; CannotAnswer when there is none."""
        raise NotImplementedError

    def lines(self, document: dict):
        """The document for people, line by line."""
        raise NotImplementedError
