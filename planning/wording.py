"""A build plan in words, line by line, as the command prints it."""

from collections.abc import Iterator

from areas.models import Area
from common.periods import Quarter
from planning.naming import ActionNames
from planning.sentences import BEYOND, answer_words

OUTCOME = {"met": "达到", "short": "未达到", "unknown": "待定", "not_applicable": "不适用"}


def lines(document: dict) -> Iterator[str]:
    """The document for people."""
    target = document["target"]
    area = Area.objects.filter(code=target["area"]).values_list("name", flat=True).first()
    goal = f"里程碑 {target['milestone']}" if "milestone" in target else "达标"
    yield f"{Quarter.parse(document['period']).label} {area}（{target['area']}）{goal}"
    yield f"现状：{_figures(document['before'])}"
    yield answer_words(document)
    if document["after"] is not None:
        names = ActionNames(document["actions"])
        for each in document["actions"]:
            orders = f" {len(each['orders'])} 张" if "orders" in each else ""
            yield f"  {names.words(each)}{orders}：增加 {len(each['sites'])} 个点位"
        yield f"实施后：{_figures(document['after'])}"
    for each in document["beyond_building"]:
        yield f"  {BEYOND[each['why']]}（{each.get('site_id') or each['area_code']}）"


def _figures(figures: dict) -> str:
    if "outcome" not in figures:
        return "；".join(f"{key} {_figures(each)}" for key, each in figures.items())
    said = f"{OUTCOME[figures['outcome']]}，已达标 {figures['passed']}，应达标 {figures['needed']}"
    return f"{said}，差 {figures['missing']}" if figures["missing"] else said
