"""manage.py milestones 2018Q4: how the plan's milestones stand, seen from a quarter."""

from acceptance import answers
from acceptance.management.answering import AnsweringCommand


class Command(AnsweringCommand):
    help = "从一个季度看方案的全部里程碑：状态、首次达到的季度、数字和差额。"

    def add_arguments(self, parser) -> None:
        self.add_question(parser)

    def answer(self, *, period: str, area: str | None, basis: str) -> dict:
        return answers.milestones(period, area=area, basis=basis)

    def lines(self, document: dict):
        for entry in document["milestones"]:
            yield (
                f"{entry['due']} {entry['key']:<4} {entry['scope']:<9} {entry['status']:<14} "
                f"{entry['passed']}/{entry['total']} 应 {entry['needed']} 差 {entry['missing']}"
            )
