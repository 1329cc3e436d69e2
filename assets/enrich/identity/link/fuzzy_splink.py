"""Splink as a provider of fuzzy links: train rarely, score every night with a fixed model.

Splink works on a database of its own in memory, which it shares nothing with but the columns it
compares: it leaves tables behind, and mixes relations with results that DuckDB 2.0 wants finished.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.enrich.identity.link import fuzzy_model
from assets.enrich.identity.link.fuzzy import FuzzyError

if TYPE_CHECKING:
    import duckdb

_SEED = 20261122
_U_PAIRS = 2e6
"""Random pairs from which Splink learns how often strangers agree."""
_U_CHUNKS = 3
"""It stops before the last of them where it has seen enough of every level."""
_EM_PAIRS = 1e6
"""Most pairs of one training session; more tell nothing new."""
_EM_LEAST = 100
"""Fewer pairs than this teach nothing."""
_DIGITS = 6
"""Significant digits of trained probabilities: sums over threads differ in the last ones."""


@dataclass(frozen=True)
class SplinkEvidence:
    """Pairs that Splink finds probable.

    Attributes:
        model: file written by `train_model`; None trains on the records at hand, every time.
    """

    model: Path | None = None

    @property
    def name(self) -> str:
        """See `fuzzy.FuzzyEvidence`."""
        return "splink"

    def pairs(self, con: duckdb.DuckDBPyConnection, minimum_probability: float) -> None:
        """Make `identity_fuzzy`; see `fuzzy.FuzzyEvidence`.

        Raises:
            FuzzyError: the model cannot be read, or was trained for other columns.
        """
        settings = _load_model(self.model) if self.model else None
        with _own_database(con) as own:
            settings = settings or _train(own)
            found = _score(own, settings, minimum_probability)
        con.register("identity_fuzzy_found", found)
        con.execute(
            "create or replace temp table identity_fuzzy as select * from identity_fuzzy_found"
        ).fetchall()
        con.unregister("identity_fuzzy_found")


def train_model(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Train on the standardised records of a connection and write the model as JSON.

    The file holds probabilities and SQL, no values of records. Train once, look at it, keep it with
    the configuration, and train again when sources or rules change; not every night.
    """
    import splink

    with _own_database(con) as own:
        settings = _train(own)
        [(record_count,)] = own.execute("select count(*) from records").fetchall()
    model = {
        "model": "fuzzy_splink",
        "version": fuzzy_model.MODEL_VERSION,
        "splink": splink.__version__,
        "records": record_count,
        "settings": settings,
    }
    path.write_text(json.dumps(model, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _load_model(path: Path) -> dict[str, Any]:
    try:
        model = json.loads(path.read_bytes())
        version, settings = model["version"], model["settings"]
    except OSError as error:
        raise FuzzyError(f"{path}: the model cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise FuzzyError(f"{path}: this is no model; train one anew") from error
    if version != fuzzy_model.MODEL_VERSION or not isinstance(settings, dict):
        raise FuzzyError(
            f"{path}: this model has version {version}, not {fuzzy_model.MODEL_VERSION}, and"
            " compares other columns; train one anew"
        )
    return settings


@contextmanager
def _own_database(con: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with the table `records`, spilling beside where the run spills."""
    import duckdb

    [(folder, memory, threads)] = con.execute(
        """
        select
            current_setting('temp_directory'),
            current_setting('memory_limit'),
            current_setting('threads')
        """
    ).fetchall()
    config = {"memory_limit": memory, "threads": threads, "autoinstall_known_extensions": False}
    if folder:
        config["temp_directory"] = f"{folder}_fuzzy"
    records = con.sql(fuzzy_model.RECORDS).to_arrow_table()
    with duckdb.connect(":memory:", config=config) as own, _quiet():
        own.register("records_read", records)
        own.execute("create table records as select * from records_read").fetchall()
        own.unregister("records_read")
        yield own


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Splink's advice to analysts out of a nightly log."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _train(own: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Splink's settings with trained probabilities; what cannot be learnt stays as believed."""
    from splink import DuckDBAPI, Linker

    [(record_count,)] = own.execute("select count(*) from records").fetchall()
    prior = fuzzy_model.prior_settings(record_count)
    if record_count < 2:
        return prior
    linker = Linker(DuckDBAPI(own).register("records"), prior, log_level=None)
    # Splink refuses where nearly every pair matches: a handful of records, and belief is as good.
    with suppress(ValueError):
        linker.training.estimate_probability_two_random_records_match(
            list(fuzzy_model.CERTAIN), recall=fuzzy_model.CERTAIN_RECALL
        )
    linker.training.estimate_u_using_random_sampling(
        max_pairs=_U_PAIRS, seed=_SEED, num_chunks=_U_CHUNKS
    )
    for column in fuzzy_model.TRAINING_BLOCKS:
        # Splink forgets a comparison for good when a session finds no pairs to learn from.
        if _pair_count(own, column) >= _EM_LEAST:
            linker.training.estimate_parameters_using_expectation_maximisation(
                f"l.{column} = r.{column}", max_pairs=_EM_PAIRS
            )
    return _settled(linker.misc.save_model_to_json(), prior)


def _pair_count(own: duckdb.DuckDBPyConnection, column: str) -> int:
    """Pairs of records with the same value in a column."""
    [(count,)] = own.execute(
        f"""
        select coalesce(sum(records * (records - 1)) // 2, 0)::bigint
        from (select count(*) as records from records where {column} is not null group by {column})
        """
    ).fetchall()
    return int(count)


def _settled(trained: dict[str, Any], prior: dict[str, Any]) -> dict[str, Any]:
    """Trained settings, rounded, with the belief where training saw nothing or went astray."""
    chance = trained["probability_two_random_records_match"]
    if not 0 < chance < 1:
        chance = prior["probability_two_random_records_match"]
    settings = {**prior, "probability_two_random_records_match": _rounded(chance)}
    settings["comparisons"] = []
    for learnt, believed in zip(trained["comparisons"], prior["comparisons"], strict=True):
        levels = []
        for level, belief in zip(
            learnt["comparison_levels"], believed["comparison_levels"], strict=True
        ):
            odds = {
                kind: _rounded(level[kind]) if isinstance(level.get(kind), float) else belief[kind]
                for kind in ("m_probability", "u_probability")
                if kind in belief
            }
            levels.append({**belief, **odds})
        best, worst = levels[1], levels[-1]
        speaks = best["m_probability"] * worst["u_probability"] > (
            best["u_probability"] * worst["m_probability"]
        )
        settings["comparisons"].append(
            {**believed, "comparison_levels": levels if speaks else believed["comparison_levels"]}
        )
    return settings


def _rounded(value: float) -> float:
    return float(f"{min(max(value, 1e-9), 1 - 1e-9):.{_DIGITS}g}")


def _score(own: duckdb.DuckDBPyConnection, settings: dict[str, Any], minimum: float) -> Any:
    """The probable pairs as an Arrow table of a, b, probability, in order."""
    from splink import DuckDBAPI, Linker

    own.execute(f"create table pairs as {fuzzy_model.PAIRS}").fetchall()
    [(pair_count,)] = own.execute("select count(*) from pairs").fetchall()
    predicted = "(select 0 as node_l, 0 as node_r, 0.0 as match_probability where false)"
    if pair_count:
        api = DuckDBAPI(own)
        linker = Linker(api.register("records"), settings, log_level=None)
        linker.table_management.register_blocked_pairs_for_predict(api.register("pairs"))
        predicted = linker.inference.predict(
            threshold_match_probability=minimum, warning_mode="never"
        ).physical_name
    return own.sql(
        f"""
        select
            least(node_l, node_r)::integer as a,
            greatest(node_l, node_r)::integer as b,
            round(match_probability, 6)::double as probability
        from {predicted}
        order by a, b
        """
    ).to_arrow_table()
