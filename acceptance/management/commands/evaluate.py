"""manage.py evaluate 2018Q2: the verdicts of a quarter, straight from the facts."""

from acceptance import answers
from acceptance.management.answering import AnsweringCommand


class Command(AnsweringCommand):
    help = "评定一个季度：每个区域是否达标，逐条列出标准；加 --sites 列出每个点位。"

    def add_arguments(self, parser) -> None:
        self.add_question(parser)
        parser.add_argument("--sites", action="store_true", help="连同每个点位的接入能力")

    def answer(self, *, period: str, area: str | None, basis: str, sites: bool) -> dict:
        return answers.evaluation(period, area=area, basis=basis, sites=sites)

    def lines(self, document: dict):
        for area in document["areas"]:
            yield f"{area['code']:<15} {area['title'] or '':<8} {area['outcome']:<15} {area['reference']}"
