"""People: consents, accounts, e-mail addresses."""

from __future__ import annotations

from benchmarks.gate_score.delivered import Delivered
from benchmarks.gate_score.faults.registry import FAULTS, share

CONSENTS = ("consent", "consent_events")
ACCOUNTS = ("orders", "customers")
_OPPOSITE = "state = case state when 'granted' then 'withdrawn' else 'granted' end"


@FAULTS.into_files("consents_inverted")
def consents_inverted(files: Delivered) -> int:
    """Granted and withdrawn changed places."""
    files.read(*CONSENTS)
    files.sql(f"update t set {_OPPOSITE}")
    files.write(*CONSENTS)
    return files.one("select count(*) from t")


@FAULTS.into_files("consents_flipped_1_percent")
def consents_flipped_1_percent(files: Delivered) -> int:
    """One consent event of a hundred says the opposite."""
    files.read(*CONSENTS)
    hundredth = max(1, round(files.one("select count(*) from t") / 100))
    files.sql(
        f"update t set {_OPPOSITE} where event_id in"
        f" (select event_id from t order by hash(event_id) limit {hundredth})"
    )
    files.write(*CONSENTS)
    return hundredth


@FAULTS.into_files("withdrawals_lost")
def withdrawals_lost(files: Delivered) -> int:
    """Withdrawals of the last month are missing."""
    files.read(*CONSENTS)
    recent = f"{files.day('occurred_at')} > date '{files.as_of}' - 30"
    files.sql(f"delete from t where state = 'withdrawn' and {recent}")
    files.write(*CONSENTS)
    return 0


@FAULTS.into_files("test_accounts")
def test_accounts(files: Delivered) -> int:
    """A tenth of the shop accounts are marked as test accounts."""
    files.read(*ACCOUNTS)
    chosen = f"is_test = 'false' and {share('customer_id', 100)}"
    count = files.one(f"select count(*) from t where {chosen}")
    files.sql(f"update t set is_test = 'true' where {chosen}")
    files.write(*ACCOUNTS)
    return count


@FAULTS.into_files("contacts_shuffled")
def contacts_shuffled(files: Delivered) -> int:
    """The e-mail addresses of the shop accounts belong to one another's accounts."""
    files.read(*ACCOUNTS)
    files.sql("""
        create or replace table swapped as
        with accounts as (
            select
                customer_id,
                any_value(email) as email,
                row_number() over (order by customer_id) as number,
                row_number() over (order by hash(customer_id)) as other
            from t
            where email is not null
            group by customer_id
        )

        select accounts.customer_id, others.email
        from accounts
        inner join accounts as others on accounts.number = others.other
    """)
    count = files.one(
        "select count(*) from t inner join swapped using (customer_id)"
        " where t.email <> swapped.email"
    )
    files.sql(
        "update t set email = swapped.email from swapped"
        " where t.customer_id = swapped.customer_id and t.email is not null"
    )
    files.write(*ACCOUNTS)
    return count
