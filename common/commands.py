"""Management commands whose messages about wrong arguments are in Chinese."""

import re
from collections.abc import Callable

from django.core.management.base import BaseCommand, CommandParser

_SAID = (
    (r"the following arguments are required: (.+)", "缺少参数 {0}"),
    (r"argument (\S+): invalid choice: '(.*)' \(choose from (.+)\)", "参数 {0} 不能是“{1}”，应为 {2} 之一"),
    (r"argument (\S+): expected one argument", "参数 {0} 后面缺少内容"),
    (r"argument (\S+): invalid \S+ value: '(.*)'", "参数 {0} 的“{1}”无法识别"),
    (r"unrecognized arguments: (.+)", "无法识别的参数 {0}"),
)


class SpeakingCommand(BaseCommand):
    """A command whose parser refuses in Chinese, with status 2."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = self._refusing(parser, parser.error)
        return parser

    @staticmethod
    def _refusing(parser: CommandParser, refuse: Callable) -> Callable:
        def error(message: str):
            refuse(f"{in_chinese(message)}。用法见 {parser.prog} --help")

        return error


def in_chinese(message: str) -> str:
    """Translate an error message of argparse into Chinese; an unusual one is returned as it is."""
    for pattern, sentence in _SAID:
        if match := re.fullmatch(pattern, message):
            return sentence.format(*match.groups())
    return message
