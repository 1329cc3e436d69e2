"""Look-alikes that only the steward's do-not-link list keeps apart."""

from __future__ import annotations

from benchmarks.identity_world.people import Person
from benchmarks.identity_world.pool import Pool, as_namesake
from benchmarks.identity_world.records import Clerk, Record


def lookalikes(
    pool: Pool, clerk: Clerk, count: int
) -> tuple[list[Record], list[tuple[Record, Record]]]:
    """Two people of one name, phone and address, whose birth dates nobody knows.

    The first one has a second record, an order: its e-mail joins it to the first one's contact,
    its name and phone to both. In every other pair the list names the two contacts only, so a
    matcher that merely drops the direct link joins them again through the order.
    """
    records, pairs = [], []
    for place in range(count):
        one, other = pool.take(2)
        as_namesake(other, one)
        contact, order = _written(clerk, one, "crm"), _written(clerk, one, "order_customers")
        stranger = _written(clerk, other, "crm")
        records += [contact, order, stranger]
        pairs.append((contact, stranger))
        if place % 2:
            pairs.append((order, stranger))
    return records, pairs


def _written(clerk: Clerk, person: Person, source: str) -> Record:
    person.always = frozenset({"name", "phone", "email", "address"})
    person.never = frozenset({"birth_date", "landline", "number", "unionid"})
    person.clean = True
    return clerk.record(person, source)
