"""Who is in contact with whom: replies, mentions and reactions between humans, without voice."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import fsum

from bot.facts import Facts
from bot.metrics.figure import Figure
from bot.metrics.metric import number, share

FEWEST_DYADS = 10
FEWEST_PEOPLE = 3


def reciprocity(facts: Facts) -> Figure:
    """Share of directed pairs whose contact is returned (METRICS V1, READINGS I3, A4)."""
    returned = sum((other, one) in facts.contacts for one, other in facts.contacts)
    return share(returned, len(facts.contacts), facts.days, enough=_has_enough(facts))


def giant_component(facts: Facts) -> Figure:
    """Share of the window's active members who hang together in one group, the one that holds
    most of them (METRICS C6, READINGS I5)."""
    active = facts.a2.people(facts.days)
    largest = max((len(group & active) for group in _groups(_neighbours(facts))), default=0)
    # Whoever has no contact is a group of one.
    largest = max(largest, min(1, len(active)))
    return share(largest, len(active), facts.days, enough=_has_enough(facts))


def hero_survival(facts: Facts) -> Figure:
    """Share of connected people who would still have somebody without the busiest one
    (METRICS C4, READINGS I2, A5); the hero is in neither number."""
    neighbours = _neighbours(facts)
    if len(neighbours) < FEWEST_PEOPLE:
        return share(0, 0, facts.days)
    hero = _hero(facts)
    others = [near for person, near in neighbours.items() if person != hero]
    keep = sum(near != {hero} for near in others)
    return share(keep, len(others), facts.days, enough=_has_enough(facts))


def degree_centralisation(facts: Facts) -> Figure:
    """How far contact runs through one person, 0 a ring, 1 a star (METRICS C5, READINGS I4)."""
    degrees = [len(near) for near in _neighbours(facts).values()]
    n, value = len(degrees), None
    if n >= FEWEST_PEOPLE:
        value = sum(max(degrees) - degree for degree in degrees) / ((n - 1) * (n - 2))
    return number(value, n, facts.days, enough=_has_enough(facts))


def clustering(facts: Facts) -> Figure:
    """How often two contacts of a person are in contact too, mean over people with any contact;
    who has one contact only counts 0 (METRICS C6)."""
    neighbours = _neighbours(facts)
    n, value = len(neighbours), None
    if n >= FEWEST_PEOPLE:
        value = fsum(_closure(near, neighbours) for near in neighbours.values()) / n
    return number(value, n, facts.days, enough=_has_enough(facts))


def _neighbours(facts: Facts) -> dict[int, set[int]]:
    neighbours: dict[int, set[int]] = defaultdict(set)
    for one, other in facts.contacts:
        neighbours[one].add(other)
        neighbours[other].add(one)
    return neighbours


def _has_enough(facts: Facts) -> bool:
    dyads = {(min(pair), max(pair)) for pair in facts.contacts}
    return len(dyads) >= FEWEST_DYADS


def _hero(facts: Facts) -> int:
    """The person with most interactions sent and received; ties to the lowest key."""
    touched: Counter[int] = Counter()
    for pair, number_of in facts.contacts.items():
        for person in pair:
            touched[person] += number_of
    return min(touched, key=lambda person: (-touched[person], facts.people[person].key))


def _groups(neighbours: dict[int, set[int]]) -> Iterable[set[int]]:
    """The connected components, each as the set of its people."""
    unseen = set(neighbours)
    while unseen:
        group: set[int] = set()
        edge = {unseen.pop()}
        while edge:
            group |= edge
            edge = set().union(*(neighbours[person] for person in edge)) - group
        unseen -= group
        yield group


def _closure(near: set[int], neighbours: dict[int, set[int]]) -> float:
    if len(near) < 2:
        return 0.0
    closed = sum(len(neighbours[person] & near) for person in near)
    return closed / (len(near) * (len(near) - 1))
