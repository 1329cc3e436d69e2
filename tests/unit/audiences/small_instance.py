"""A published instance just large enough for audiences: thirty customers, consents, addresses.

Customer C01 … C30 consented to marketing by e-mail and text message, and has an e-mail, a phone and
an openid. What is different with some of them, a test says.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import yaml

from assets.audiences.export import Exported, export_audience
from pipelines.runtime.settings import load_settings

RUN = "7f064b00-2f19-4ffb-90f4-3784c6ca3c37"
AS_OF = "2017-12-31"

TABLES = {
    "customer_360": ("customer_key", {
        "customer_key": "plain", "rfm_segment": "plain", "city": "quasi", "clv": "plain",
        "income_band": "sensitive", "last_order_date": "plain", "is_member": "plain",
    }),
    "churn_risk": ("customer_key", {"customer_key": "plain", "risk_band": "plain"}),
    "care_calendar": ("customer_key, occasion", {"customer_key": "plain", "occasion": "plain"}),
    "bridge_customer_consents": ("customer_key, purpose, channel_id", {"customer_key": "plain"}),
}  # fmt: skip
"""Key, and class by column, of what the manifest publishes."""

PUBLISHED = """
    create schema publication.publish;
    create table publication.publish.customer_360 as select
        printf('C%02d', i) as customer_key,
        if(i <= 20, 'champions', if(i <= 29, 'new', null)) as rfm_segment,
        if(i % 2 = 0, '上海', '苏州') as city,
        'high' as income_band,
        cast(i as decimal(18, 2)) as clv,
        date '2017-12-01' + cast(i as integer) as last_order_date,
        i > 15 as is_member,
        'x' as not_in_manifest
    from range(1, 31) as rows (i);
    create table publication.publish.churn_risk as
        select customer_key, if(clv > 15, 'high', 'low') as risk_band
        from publication.publish.customer_360;
    create table publication.publish.care_calendar as
        select customer_key, 'birthday' as occasion from publication.publish.customer_360;
    create table publication.publish.bridge_customer_consents as
        select customer_key, 'marketing' as purpose, channel_id, true as is_granted
        from publication.publish.customer_360,
            (values ('email'), ('sms'), ('wechat')) as channels (channel_id);
"""

VAULT = """
    create schema vault.vault; create schema vault.identity;
    create table vault.vault.customer_pii as select
        printf('C%02d', i) as customer_key,
        '王小' || i as full_name,
        'zh' as preferred_language,
        'person' || i || '@example.com' as email,
        '+86138001380' || printf('%02d', i) as phone,
        cast(null as varchar) as weibo_uid,
        '人民路1号' as address, '上海' as city, '上海市' as region, 'CN' as country
    from range(1, 31) as rows (i);
    create table vault.identity.int_customer_profiles as select
        customer_key, 'social.profiles' as source, customer_key as source_record_id,
        timestamp '2017-01-01' as observed_at
    from vault.vault.customer_pii;
    create table vault.identity.identifiers as select
        'social.profiles' as source, customer_key as source_record_id, 'openid' as identifier_type,
        'o' || customer_key as identifier_value, true as is_valid, false as is_shared,
        false as is_reference
    from vault.vault.customer_pii;
"""


def manifest() -> dict[str, Any]:
    nodes = {}
    for table, (key, columns) in TABLES.items():
        meta = {"purposes": ["marketing"], "retention": "build"}
        nodes[table] = {
            "resource_type": "model",
            "database": "warehouse",
            "schema": "publish",
            "alias": table,
            "path": table,
            "description": "",
            "config": {"meta": {**meta, "order_by": key.split(", ")}},
            "columns": {
                name: {"name": name, "description": "", "config": {"meta": {"class": kind}}}
                for name, kind in columns.items()
            },
        }
    return {"nodes": nodes, "sources": {}}


def publish(home: Path, run: str = RUN, at: str = "2018-01-01T02:00:00.000000") -> None:
    """Lay down a publication with its build, and point `current` at it."""
    for folder in ("publish", "builds"):
        (home / folder / run).mkdir(parents=True)
    change(home, PUBLISHED + VAULT, run)
    stamp = {"run_id": run, "as_of": AS_OF, "published_at": at, "tables": {}}
    (home / "publish" / run / "publication.json").write_text(json.dumps(stamp))
    link = home / "publish" / "current"
    link.unlink(missing_ok=True)
    link.symlink_to(run)


def change(home: Path, statements: str, run: str = RUN) -> None:
    """Change what is published, and what is in the vault."""
    with duckdb.connect() as con:
        con.execute(f"attach '{home}/publish/{run}/marts.duckdb' as publication").fetchall()
        con.execute(f"attach '{home}/builds/{run}/vault.duckdb' as vault").fetchall()
        con.execute(statements).fetchall()


def declare(home: Path, **changes: Any) -> None:
    """Write `audiences.yml` with one audience, `list`: champions by e-mail, but for the changes."""
    audience = {
        "description": "Champions of the test.",
        "description_zh": "测试冠军客户",
        "purpose": "marketing",
        "channel": "email",
        "where": [{"column": "rfm_segment", "is": "champions"}],
        **changes,
    }
    (home / "audiences.yml").write_text(yaml.safe_dump({"audiences": {"list": audience}}))


def export(name: str = "list", **more: Any) -> Exported:
    return export_audience(load_settings(), name, manifest(), lambda home: False, **more)


def rows(done: Exported) -> list[list[str]]:
    """The header and the rows of a list, as a spreadsheet reads them."""
    assert done.file is not None
    return list(csv.reader(io.StringIO(done.file.read_bytes().decode("utf-8-sig"))))


def keys(done: Exported) -> list[str]:
    return [row[0] for row in rows(done)[1:]]


def customers(first: int, last: int, but: Sequence[int] = ()) -> list[str]:
    return [f"C{number:02d}" for number in range(first, last + 1) if number not in but]
