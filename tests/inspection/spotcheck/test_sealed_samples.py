"""A sample stands in the log as it was drawn, with what was found of each member; its list as a digest."""

from datetime import date

from inspection.spotcheck import actions
from inspection.spotcheck.actions import Observation
from inspection.spotcheck.models import Item, Photo, Sample, SampleFinding
from inspection.spotcheck.photos import Taken
from tests.evidence.files import PNG
from tests.inspection.spotcheck.conftest import AT
from tests.witness.planting import behind_the_portals_back
from witness import verifying
from witness.kinds import kind_of
from witness.models import Leaf
from witness.sealing import begin

CHANGED = {
    "UPDATE spotcheck_sample SET population = '[]'": "总体名单 存证",
    "UPDATE spotcheck_sample SET seed = 'x'": "随机种子 存证 3f9a，现为 x",
    "UPDATE spotcheck_sample SET conclusion = 'refuse'": "结论 存证 支持达标，现为 不予通过",
    "UPDATE spotcheck_item SET probability = '1' WHERE \"order\" = 1": "抽中概率 存证",
    "UPDATE spotcheck_finding SET outcome = 'failed'": "结果 存证 合格，现为 不合格",
    "UPDATE spotcheck_photo SET digest = 'x'": "摘要 存证",
    "DELETE FROM spotcheck_photo": "该行被删除",
}


def problems() -> list[str]:
    kinds = (Sample, Item, SampleFinding, Photo)
    return [each for model in kinds for each in verifying.of_rows(kind_of(model))]


def test_sample_is_sealed_as_drawn_found_and_concluded(draw, people):
    begin()
    sample = draw()
    for item in sample.items.all():
        seen = Observation("passed", date(2018, 7, 10))
        actions.enter(item=item, seen=seen, photos=[Taken(f"{item.order}.png", PNG)], by=people.reviewer)
    said = {"conclusion": "supports", "reason": "都有光缆。", "at": AT}
    actions.conclude(sample=sample, version=sample.version, by=people.reviewer, **said)

    assert problems() == []
    assert all("population" in leaf and sample.population[0][0] not in leaf.partition('"population":')[2][:70]
               for leaf in Leaf.objects.filter(kind="spotcheck.sample").values_list("content", flat=True))  # fmt: skip
    for deed, sentence in CHANGED.items():
        with behind_the_portals_back() as cursor:
            cursor.execute(deed)
            assert [each for each in problems() if sentence in each], deed
