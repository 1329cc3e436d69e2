"""The truth beside the data: which person is behind which record, and what was planted.

Tests and measurements read it; the pipeline never does.
"""

import json

from demo.world import World


def open_truth(world: World) -> None:
    """Create the tables that collect the truth."""
    for table in ("truth_persons", "truth_references"):
        world.run(f"create table {table} (person_id bigint, source varchar, record_id varchar)")


def tell(world: World, source: str, sql: str, table: str = "truth_persons") -> None:
    """Remember the person behind the records of a source; `sql` gives person_id and record id."""
    world.run(f"""
        insert into {table}
        select distinct person_id, '{source}', record_id from ({sql}) as t(person_id, record_id)""")


def count_personal_data(world: World, obj: str, table: str, column: str) -> None:
    """Remember how many free texts were made from a sentence with a gap for personal data."""
    planted = world.figures.setdefault("planted_personal_data", {})
    planted[obj] = {
        gap: world.value(f"select count(*) from {table} where contains({column}, '{{{gap}}}')")
        for gap in ("phone", "email", "name")
    }


def write_truth(world: World) -> None:
    """Write truth/persons.parquet, truth/references.parquet and truth/figures.json."""
    for name in ("persons", "references"):
        world.run(f"""
            copy (select person_id, source, record_id as source_record_id from truth_{name}
                order by source, source_record_id)
            to '{world.path(f"truth/{name}.parquet")}' (format parquet, compression zstd)""")
    world.figures["person_count"] = world.value(
        "select count(distinct person_id) from truth_persons"
    )
    world.figures["records_by_source"] = dict(
        world.con.execute(
            "select source, count(*) from truth_persons group by 1 order by 1"
        ).fetchall()
    )
    figures = {
        "rows": dict(sorted(world.rows.items())),
        "faults": dict(sorted(world.faults.items())),
        **dict(sorted(world.figures.items())),
    }
    text = json.dumps(figures, indent=2, ensure_ascii=False)
    world.path("truth/figures.json").write_text(text + "\n", encoding="utf-8")
