"""What may be left out of a problem without changing its answer: sets that others contain."""

from collections.abc import Callable, Collection, Sequence


def undominated(
    sets: Sequence[frozenset[int]],
    virtual: Sequence[frozenset[int]] | None = None,
    no_worse: Callable[[int, int], bool] = lambda one, other: True,
    yielding: Collection[int] = (),
) -> list[int]:
    """The numbers of the sets that are not empty and that no other one makes needless, in order.

    One makes another needless when it is ``no_worse`` and its ``virtual`` set (its own, unless given) holds all of the other;
    of two that do so to each other the first stays. Those in ``yielding`` make nothing needless.
    """
    larger = sets if virtual is None else virtual
    holders: dict[int, list[int]] = {}
    for number, each in enumerate(larger):
        if number not in yielding:
            for member in each:
                holders.setdefault(member, []).append(number)

    def makes_needless(one: int, other: int) -> bool:
        if one == other or not sets[other] <= larger[one] or not no_worse(one, other):
            return False
        is_mutual = other not in yielding and sets[one] <= larger[other] and no_worse(other, one)
        return not is_mutual or one < other

    def stays(number: int) -> bool:
        rarest = min((holders.get(member, []) for member in sets[number]), key=len)
        return not any(makes_needless(one, number) for one in rarest)

    return [number for number, each in enumerate(sets) if each and stays(number)]


def smallest(sets: Sequence[frozenset[int]]) -> list[int]:
    """The numbers of the sets that hold no other one; of equal ones the first: to hit these is to hit all."""
    by_size = sorted(range(len(sets)), key=lambda number: (len(sets[number]), number))
    containing: dict[int, list[int]] = {}
    kept: list[int] = []
    for number in by_size:
        inside = {other for member in sets[number] for other in containing.get(member, ())}
        if any(sets[other] <= sets[number] for other in inside):
            continue
        kept.append(number)
        if sets[number]:
            containing.setdefault(min(sets[number]), []).append(number)
    return sorted(kept)
