"""What other rooms know that keeps a unit from passing, however good its figures are: a new estate that does not comply (M12)."""

from collections import defaultdict
from collections.abc import Sequence

from common.exceptions import Refused
from inspection.hooks import OBSTACLES
from inspection.models import Unit


def in_the_way(units: Sequence[Unit]) -> dict[int, list[str]]:
    """The sentences of what keeps each unit from passing, by primary key; units that nothing keeps are left out."""
    found: dict[int, list[str]] = defaultdict(list)
    for ask in OBSTACLES if units else ():
        for pk, sentence in ask(units).items():
            found[pk].append(sentence)
    return dict(found)


def require_none(units: Sequence[Unit]) -> None:
    """Refused with every sentence while anything keeps one of the units from passing."""
    if found := in_the_way(units):
        raise Refused("；".join(sentence.rstrip("。") for said in found.values() for sentence in said) + "。")
