"""manage.py differences 2018Q1 2018Q2: which areas and sites turned, and because of which facts."""

from acceptance import answers
from acceptance.management.answering import AnsweringCommand
from acceptance.models import Basis


class Command(AnsweringCommand):
    help = "对照两个季度（或同一季度的两种口径）：评定发生变化的区域和点位，及所涉数字、接入点或工单。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("period", help="前一个季度，例如 2018Q1")
        parser.add_argument("to_period", nargs="?", help="后一个季度，例如 2018Q2；省略时为同一季度，对照两种口径")
        parser.add_argument("--area", help="区域编码；默认为方案的县区")
        parser.add_argument(
            "--basis", choices=Basis.values, help="两侧的口径；默认 approved 已审核，只给出一个季度时不填"
        )
        parser.add_argument("--format", choices=["json", "text"], default="text", help="json：只输出一份 JSON 文档")

    asked = ("period", "to_period", "area", "basis")

    def answer(self, *, period: str, to_period: str | None, area: str | None, basis: str | None) -> dict:
        return answers.differences(period, to_period, area=area, basis=basis)

    def lines(self, document: dict):
        for entry in (*document["areas"], *document["sites"]):
            yield f"{entry.get('code') or entry['site_id']:<15} {entry['sentence']}"
        yield f"共 {len(document['areas'])} 个区域、{len(document['sites'])} 个点位的评定有变化。"
