"""Who is built when: every spot gets its quarter from its township's programme, the remote ones last."""

from collections import defaultdict
from collections.abc import Callable

from areas.vocabulary import AreaKind
from demonstration.randomness import stream
from demonstration.registry import GeneratedArea, GeneratedRegistry, Spot
from demonstration.story import NEVER, QUARTERS, Programme

_NEVER_IN = {"103": 0.02, "107": 0.06}
"""Share of the hamlets beyond a village's finish that are not built at all while the plan runs."""

_COMMUNITIES_FINISH = {"103": (3, 7), "105": (4, 8), "106": (3, 7), "107": (5, 9)}
"""When the hamlets under a town's communities are all built, from … to."""


_SLOW_NOMINEE = "107"
"""The town in which one of the demonstration villages comes only at the very end."""


def plan_building(registry: GeneratedRegistry) -> None:
    """Set the target of every spot, then nominate the demonstration compounds and natural villages."""
    _by_share(registry, lambda spot: spot.area.kind == AreaKind.COMPOUND, "quarters")
    _by_share(registry, lambda spot: spot.area.kind == AreaKind.COMMUNITY, "places")
    finishes = _finishes(registry)
    for code, spots in _hamlets(registry).items():
        _village(registry.areas[code], spots, finishes[code], registry.programme(registry.areas[code]))
    for spot in registry.spots:
        if spot.area.kind == AreaKind.VILLAGE:
            spot.target = max(
                0, min(finishes[spot.area.code], QUARTERS) - stream("block", spot.name, spot.area.code).randint(0, 4)
            )
    _nominate(registry)


def _by_share(registry: GeneratedRegistry, belongs: Callable[[Spot], bool], programme: str) -> None:
    """Targets so that the shares of the township's programme are met, the most isolated spots last."""
    groups: dict[str, list[tuple[float, int, Spot]]] = defaultdict(list)
    for number, spot in enumerate(registry.spots):
        if belongs(spot):
            isolation = min((d for d, _ in registry.ground.near(spot.centre, 1_000) if d > 0), default=1_000)
            groups[spot.area.township].append((isolation / 1_000 + 0.5 * spot.turn, number, spot))
    for spots in groups.values():
        shares = getattr(registry.programme(spots[0][2].area), programme)
        for rank, (_, _, spot) in enumerate(sorted(spots, key=lambda entry: entry[:2])):
            spot.target = next((q for q, share in enumerate(shares) if rank + 1 <= share * len(spots) + 1e-9), NEVER)


def _finishes(registry: GeneratedRegistry) -> dict[str, int]:
    """The quarter in which each village or community finishes its hamlets."""
    found: dict[str, int] = {}
    for township in registry.of_kind(AreaKind.STREET, AreaKind.TOWN):
        random = stream("finish", township.code)
        villages = [a for a in registry.children[township.code] if a.kind == AreaKind.VILLAGE]
        quarters = list(registry.programme(township).villages) if villages else []
        random.shuffle(quarters)
        found.update(zip([a.code for a in villages], quarters, strict=True))
        least, most = _COMMUNITIES_FINISH.get(township.township, (4, 6))
        for area in registry.children[township.code]:
            found.setdefault(area.code, random.randint(least, most))
    return found


def _hamlets(registry: GeneratedRegistry) -> dict[str, list[Spot]]:
    found: dict[str, list[Spot]] = defaultdict(list)
    for spot in registry.spots:
        if spot.area.kind == AreaKind.NATURAL_VILLAGE:
            found[spot.area.code[:12]].append(spot)
    return found


def _village(village: GeneratedArea, spots: list[Spot], finish: int, programme: Programme) -> None:
    """Hamlets one after the other up to ``finish``; one in ten, the most remote, may come later or never."""
    random = stream("hamlets", village.code)
    start = max(0, min(finish, QUARTERS) - random.randint(*programme.head_start))
    ordered = sorted(spots, key=lambda spot: (spot.remote, spot.turn))
    late = sum(spot.area.in_scope for spot in spots) // 10
    never = 3 if finish == NEVER else 0
    for place, spot in enumerate(ordered):
        step = place / max(1, len(ordered) - 1)
        spot.target = min(QUARTERS, round(start + (min(finish, QUARTERS) - start) * step**programme.pace))
        left = len(ordered) - place
        if left <= never:
            spot.target = NEVER
        elif left <= late and finish < QUARTERS:
            lost = random.random() < 10 * _NEVER_IN.get(village.township, 0)
            spot.target = NEVER if lost else random.randint(finish + 1, QUARTERS)


def _nominate(registry: GeneratedRegistry) -> None:
    """Nominate the demonstration leaves: so many that are ready by the end of 2017, the others later."""
    for township in registry.of_kind(AreaKind.STREET, AreaKind.TOWN):
        wanted, early = registry.programme(township).demonstrations
        kind = AreaKind.COMPOUND if township.kind == AreaKind.STREET else AreaKind.NATURAL_VILLAGE
        leaves = [
            spot
            for spot in registry.spots
            if spot.area.kind == kind
            and spot.area.township == township.township
            and spot.area.in_scope
            and not spot.area.valid_from
            and not spot.area.valid_to
        ]
        random = stream("nominate", township.code)
        random.shuffle(leaves)
        ready = [spot for spot in leaves if spot.target <= 3][:early]
        later = sorted((spot for spot in leaves if spot.target in (5, 6, 7)), key=lambda spot: spot.target)
        slow = [spot for spot in leaves if spot.remote and spot.target == QUARTERS][
            : township.township == _SLOW_NOMINEE
        ]
        for spot in (slow + ready + later)[:wanted]:
            spot.area.demonstration = True
