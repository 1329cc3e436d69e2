"""What must hold over any sequence of nights, against a plain Python account of the same nights.

Many small worlds share each night: they have no record in common, so none can matter to another.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, timedelta

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from assets.enrich.identity.keys.changes import count_changes

from .conftest import TABLES, Nights, day

State = dict[str, str]
World = list[set[str]]
WORLDS, RECORDS = 60, 7


def groups_of(state: State) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for record, key in state.items():
        groups[key].add(record)
    return groups


def mutate(world: World, past: list[World], pool: list[str], rng: random.Random) -> World:
    """The same people another night: something joined, parted, moved, left or came back."""
    clusters = [set(cluster) for cluster in world]
    match rng.randrange(8):
        case 0 if len(clusters) > 1:
            clusters[0] |= clusters.pop(rng.randrange(1, len(clusters)))
        case 1 if clusters:
            cluster = rng.choice(clusters)
            parted = {record for record in cluster if rng.random() < 0.5}
            cluster -= parted
            clusters.append(parted)
        case 2 if len(clusters) > 1:
            giving, taking = rng.sample(clusters, 2)
            moving = rng.choice(sorted(giving))
            giving.discard(moving)
            taking.add(moving)
        case 3:
            gone = {record for record in pool if rng.random() < 0.3}
            clusters = [cluster - gone for cluster in clusters]
        case 4:
            here = set().union(*clusters)
            for record in pool:
                if record not in here and rng.random() < 0.5:
                    rng.choice([*clusters, clusters.append(set()) or clusters[-1]]).add(record)
        case 5 if past:
            clusters = [set(cluster) for cluster in rng.choice(past)]
        case 6:
            here = [record for record in pool if rng.random() < 0.8]
            clusters = [set() for _ in range(rng.randint(1, 4))]
            for record in here:
                rng.choice(clusters).add(record)
    clusters = [cluster for cluster in clusters if cluster]
    rng.shuffle(clusters)
    return clusters


class Account:
    """What Python remembers of the nights: commit by commit, and by business date."""

    def __init__(self) -> None:
        self.last: State = {}
        self.by_date: dict[date, State] = {}
        self.ever: dict[str, set[str]] = defaultdict(set)
        self.last_members: dict[str, set[str]] = {}
        self.retired: set[str] = set()

    def check(self, tonight: State, worlds: list[World]) -> None:
        before, now = groups_of(self.last), groups_of(tonight)
        assert sorted(map(sorted, now.values())) == sorted(
            sorted(cluster) for world in worlds for cluster in world
        ), "a cluster has one key, and no two share one"
        unchanged = [(key, group) for key, group in before.items() if group in now.values()]
        assert all(now.get(key) == group for key, group in unchanged)
        for key, group in now.items():
            if key in before:
                assert group & before[key]
            elif key in self.retired:
                assert group & self.ever[key]
            elif key in self.last_members:
                last = self.last_members[key]
                assert 2 * len(group & last) > len(last)
        for world in worlds:
            self.check_changes(tonight, before, world)

    def check_changes(self, tonight: State, before: dict[str, set[str]], world: World) -> None:
        """No needless change: hold the assignment against the best there is."""
        given_back = {
            tonight[record]
            for cluster in world
            for record in cluster
            if tonight[record] in self.last_members
            and tonight[record] not in before
            and tonight[record] not in self.retired
        }
        keys = sorted({self.last[r] for cluster in world for r in cluster if r in self.last})
        if given_back or not keys:
            return
        overlap = np.array([[len(cluster & before[key]) for key in keys] for cluster in world])
        best = overlap[linear_sum_assignment(overlap, maximize=True)].sum()
        kept = sum(
            self.last.get(record) == tonight[record] for cluster in world for record in cluster
        )
        assert 2 * kept >= best
        edges = overlap > 0
        lonely = (edges.sum(axis=1, keepdims=True) == 1) | (edges.sum(axis=0, keepdims=True) == 1)
        if lonely[edges].all():
            assert kept == best, "in pure merges and pure splits the choice is the best one"

    def commit(self, as_of: date, tonight: State) -> None:
        before = groups_of(self.last)
        for key in before.keys() - set(tonight.values()):
            self.last_members[key] = before[key]
            self.retired.discard(key)
            if not before[key] & tonight.keys():
                self.retired.add(key)
        for record, key in tonight.items():
            self.ever[key].add(record)
        self.last = tonight
        self.by_date[as_of] = tonight

    def periods(self) -> set[tuple]:
        """customers_map, record by record and date by date."""
        rows = set()
        dates = sorted(self.by_date)
        for record in set().union(*self.by_date.values()):
            start, key = dates[0], None
            for as_of in dates:
                held = self.by_date[as_of].get(record)
                if held != key:
                    if key:
                        rows.add(("crm", record, key, start, as_of - timedelta(days=1), False))
                    start, key = as_of, held
            if key:
                rows.add(("crm", record, key, start, None, True))
        return rows

    def events(self) -> set[tuple]:
        """key_events, from the states of each two dates that follow one another."""
        rows = set()
        known: set[str] = set()
        before: State = {}
        for as_of, after in sorted(self.by_date.items()):
            live_before, live_after = set(before.values()), set(after.values())
            restored = set()
            for key, group in groups_of(before).items():
                went = Counter(after.get(record) for record in group)
                went.pop(key, None)
                order = sorted(went, key=lambda k: (k is None, -went[k], k))
                for place, other in enumerate(order):
                    if other is None:
                        kind = "retired" if place == 0 and key not in live_after else None
                    elif place == 0 and key not in live_after:
                        kind = "merged"
                    elif other in live_before:
                        kind = "moved"
                    else:
                        kind = "restored" if other in known else "split"
                        restored |= {other} if kind == "restored" else set()
                    if kind:
                        rows.add((as_of, kind, key, other, went[other]))
            for key in (live_after & known) - live_before - restored:
                entered = sum(held == key for held in after.values())
                rows.add((as_of, "returned", key, None, entered))
            known |= live_after
            before = after
        return rows


def check_aliases(nights: Nights, account: Account, tonight: State) -> None:
    aliases = nights.aliases()
    live = set(tonight.values())
    assert aliases.keys() == account.ever.keys() - live
    assert {row[0] for row in aliases.values()} <= live | {None}
    assert all((row[0] is None) == (row[2] == "retired") for row in aliases.values())
    dates = sorted(account.by_date)
    for key, (_, became_on, _) in aliases.items():
        lived = [as_of for as_of in dates if key in account.by_date[as_of].values()]
        if lived:
            assert became_on == dates[dates.index(lived[-1]) + 1]


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_any_nights(seed: int) -> None:
    rng = random.Random(seed)
    nights, account = Nights(), Account()
    pools = [[f"{age}-{world:02}" for age in range(RECORDS)] for world in range(WORLDS)]
    worlds: list[World] = [[] for _ in pools]
    past: list[list[World]] = [[] for _ in pools]
    number = 0
    for _ in range(5):
        # At times a date is run again with other data.
        number += rng.choice([0, 1, 1, 1, 3]) if number else 1
        worlds = [
            mutate(world, before, pool, rng)
            for world, before, pool in zip(worlds, past, pools, strict=True)
        ]
        for world, before in zip(worlds, past, strict=True):
            before.append(world)
        clusters = [cluster for world in worlds for cluster in world]
        tonight = nights.run(number, clusters, shuffle=rng, commit=False)
        account.check(tonight, worlds)
        changed = sum(account.last.get(record, key) != key for record, key in tonight.items())
        if day(number) not in account.by_date:
            counts = count_changes(nights.con)
            assert counts.changed_records == changed
            assert counts.compared_records == len(account.last.keys() & tonight.keys())
        nights.commit()
        account.commit(day(number), tonight)
        assert nights.history() == account.periods()
        assert nights.record_numbers() == {
            record: place for place, record in enumerate(sorted(tonight))
        }
        assert set(nights.table("key_events")) == account.events()
        check_aliases(nights, account, tonight)

    tables = nights.tables()
    rebuilt = nights.copy(rng)
    # A look back in between leaves no trace.
    rebuilt.run(rng.randint(0, number - 1), clusters, shuffle=rng)
    assert rebuilt.table("ledger_changes") == []
    assert rebuilt.run(number, clusters, shuffle=rng) == tonight
    again = rebuilt.tables()
    assert again.pop("ledger_changes") == []
    assert again == {name: tables[name] for name in TABLES if name != "ledger_changes"}
    nights.close()
    rebuilt.close()


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_merge_then_unmerge_gives_the_rows_of_before(seed: int) -> None:
    """Any clusters of a world merge, with new records between them, and are taken apart again."""
    rng = random.Random(seed)
    nights = Nights()
    first: list[set[str]] = []
    merged: list[set[str]] = []
    parted: list[set[str]] = []
    for world in range(WORLDS):
        pool = [f"{age:02}-{world:02}" for age in rng.sample(range(99), RECORDS)]
        clusters: World = [set() for _ in range(rng.randint(1, 4))]
        for record in pool:
            rng.choice(clusters).add(record)
        clusters = [cluster for cluster in clusters if cluster]
        first += clusters
        coarse: World = [set() for _ in range(rng.randint(1, 2))]
        for cluster in clusters:
            rng.choice(coarse).update(cluster)
        bridges = {f"{age:02}-{world:02}b" for age in rng.sample(range(99), rng.randint(0, 4))}
        merged += [coarse[0] | bridges, *coarse[1:]]
        if not coarse[0]:
            bridges = set()
            merged[-len(coarse)] = set()
        home = [cluster for cluster in clusters if cluster <= coarse[0]]
        later = {frozenset(cluster): set(cluster) for cluster in clusters}
        for bridge in sorted(bridges):
            later[frozenset(rng.choice(home))].add(bridge)
        parted += later.values()
    before = nights.run(1, first)
    nights.run(2, merged)
    after = nights.run(rng.randint(3, 9), parted)
    assert {record: after[record] for record in before} == before
    assert nights.aliases() == {}
    nights.close()
