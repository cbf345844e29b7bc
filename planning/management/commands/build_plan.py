"""manage.py build_plan 2018Q4 --area 441802107 --milestone T11: the least that makes a target met."""

from pathlib import Path
from typing import Any

from acceptance.answers import CannotAnswer
from acceptance.management.answering import AnsweringCommand
from acceptance.models import Basis
from planning import wording
from planning.packaging import write_package
from planning.planning import solved
from planning.question import OBJECTIVES, PLACES, BuildQuestion, CannotPlan
from planning.reading import asked


class Command(AnsweringCommand):
    help = (
        "编制建设方案：一个季度的目标没有达到时，最少要建什么才能达到；写明新建、提速、开通的接入点和要按期办结的工单。"
    )
    asked = (
        "period", "area", "milestone", "basis", "objective", "places", "operators", "time_limit", "package",
    )  # fmt: skip

    def add_arguments(self, parser) -> None:
        parser.add_argument("period", help="季度，例如 2018Q4")
        parser.add_argument("--area", required=True, metavar="CODE", help="目标区域的编码")
        parser.add_argument("--milestone", metavar="KEY", help="里程碑编号，例如 T11；不填则以该区域达标为目标")
        parser.add_argument(
            "--basis", choices=Basis.values, default=Basis.APPROVED, help="口径：approved 已审核，reported 含已报送"
        )
        parser.add_argument(
            "--objective",
            choices=OBJECTIVES,
            default="fewest",
            help="fewest 数量最少，cost 费用最少（方案文件须有 [costs]）",
        )
        parser.add_argument(
            "--places", choices=PLACES, default="sites", help="新建接入点的位置：sites 只在点位处，anywhere 任意位置"
        )
        parser.add_argument(
            "--operators", metavar="A,B", default="", help="由哪些运营企业新建，编码之间用逗号；默认全部"
        )
        parser.add_argument("--time-limit", metavar="SECONDS", type=float, default=300, help="求解时限，秒；默认 300")
        parser.add_argument("--package", metavar="DIR", type=Path, help="把方案实施后的全部数据写成数据包")
        parser.add_argument("--format", choices=["json", "text"], default="text", help="json：只输出一份 JSON 文档")

    def answer(self, *, operators: str, package: Path | None, **options: Any) -> dict:
        named = tuple(code.strip() for code in operators.split(",") if code.strip())
        question = BuildQuestion(operators=named, **options)
        try:
            about = asked(question)
            document, actions = solved(about)
            if package is not None:
                if document["value"] is None:
                    raise CannotPlan("没有可行的方案，数据包没有写出。")
                write_package(package, about, actions)
        except CannotPlan as error:
            raise CannotAnswer(str(error)) from None
        return document

    def lines(self, document: dict):
        return wording.lines(document)
