"""The nightly stages on the order list: dbt, identity, redaction, dbt, value models, dbt.

Gates and dbt's data tests stay with the nightly run: what they would find wrong is in the code or
in a source, and a try-out has neither of its own. Whether every order arrived is checked here.
"""

from __future__ import annotations

from typing import Any

from assets.enrich.identity.inputs import IdentityInputError, Inputs
from assets.warehouse.project import StageRun, dbt_build, read_manifest
from pipelines.value_eval.errors import ValueEvalError
from pipelines.value_eval.instance import TryOut
from pipelines.value_eval.plan import PEOPLE, Plan

PURCHASE_MODEL = "customer_purchase_days"
HANDED_OVER = "int_shop_customer_keys"


def build(tryout: TryOut, plan: Plan) -> str:
    """Write staging, identity, core, enrich and the marts of the plan.

    Returns:
        Why the model in use was chosen, in a sentence.

    Raises:
        ValueEvalError: a stage failed.
    """
    _dbt(tryout, plan, "before_identity")
    _resolve(tryout)
    _redact(tryout, plan)
    _dbt(tryout, plan, "core")
    reason = _value_models(tryout)
    _dbt(tryout, plan, "marts")
    return reason


def _dbt(tryout: TryOut, plan: Plan, phase: str) -> None:
    from assets.warehouse.defs import dbt_variables

    def ignore(_: Any) -> None:
        """Messages are for Dagster."""

    failed = dbt_build(
        StageRun(
            select=getattr(plan, phase),
            variables=dbt_variables(tryout.settings, tryout.build, tryout.as_of.isoformat()),
            scratch=tryout.build.folder / "dbt" / phase,
            only=plan.nodes,
        ),
        ignore,
    )
    if failed:
        raise ValueEvalError(f"dbt, {phase}: {' | '.join(failed[:5])}")


def _resolve(tryout: TryOut) -> None:
    from assets.enrich.identity.keys.ledger import read_ledger
    from assets.enrich.identity.resolve import resolve

    with tryout.build.connect() as con:
        read_ledger(con)
        try:
            resolve(
                con,
                Inputs(people=f"vault.identity.{PEOPLE}"),
                as_of=tryout.as_of,
                timezone=tryout.settings.timezone,
                default_region=tryout.settings.phone_region,
            )
        except IdentityInputError as error:
            raise ValueEvalError(str(error)) from None


def _redact(tryout: TryOut, plan: Plan) -> None:
    from assets.privacy.redaction.columns import marked_columns
    from assets.privacy.redaction.night import redact_texts

    built = {node.rpartition(".")[2] for node in plan.nodes}
    columns = [column for column in marked_columns(read_manifest()) if column.table in built]
    with tryout.build.connect() as con:
        redact_texts(con, columns)


def _value_models(tryout: TryOut) -> str:
    from assets.enrich.lifetime_value.build import build_value_tables
    from assets.enrich.lifetime_value.defs import value_settings
    from assets.enrich.purchase_days import PURCHASE_DAYS

    settings = value_settings(tryout.settings)
    with tryout.build.connect() as con:
        night = build_value_tables(con, PURCHASE_DAYS, tryout.as_of, settings)
    return night.backtest.reason
