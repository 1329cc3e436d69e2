"""The export as one JSON document; docs/runbooks/subject-requests.md describes its structure.

The same export gives the same bytes: keys stand in one order, and records are sorted.
"""

from __future__ import annotations

from typing import Any

import msgspec

from assets.privacy.export.model import LAYERS, SCHEMA_VERSION, Export, Group
from assets.privacy.export.values import encoded
from assets.privacy.export.words import CLASSES, NOT_INCLUDED, OTHERS, PURPOSES, RETENTIONS


def document(export: Export) -> bytes:
    """The document, UTF-8, indented; groups without a record are counted, and not in it."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "request": {"id": export.request, "made_at": export.made_at},
        "customer": {"customer_key": export.customer_key, "keys_before": _before(export)},
        "build": {"run_id": export.run_id, "as_of": export.as_of},
        "counts": {
            "searched": export.searched,
            "groups": len(export.held),
            "records": export.records,
        },
        "words": {"classes": CLASSES, "purposes": PURPOSES, "retentions": RETENTIONS},
        "layers": [
            {
                "name": layer,
                "label": label,
                "groups": [_group(it) for it in export.held if it.layer == layer],
            }
            for layer, label in LAYERS.items()
        ],
        "not_searched": [{"what": gap.what, "why": gap.why} for gap in export.gaps],
        "not_included": list(NOT_INCLUDED),
        "about_others": OTHERS,
    }
    return msgspec.json.format(encoded(content), indent=1) + b"\n"


def _before(export: Export) -> list[str]:
    return [key for key in export.keys if key != export.customer_key]


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "description": group.description,
        "purposes": list(group.purposes),
        "retention": group.retention,
        "kept_days": group.kept_days,
        "published_as": group.published_as,
        "readers": list(group.readers),
        "columns": [
            {
                "name": it.name,
                "class": it.privacy_class,
                "description": it.description,
                "kept_days": it.kept_days,
            }
            for it in group.columns
        ],
        "records": [
            {
                "values": record.values,
                "delivered": [
                    {"file": it.file, "landed_at": it.landed_at, "position": it.position}
                    for it in record.places
                ],
            }
            for record in group.records
        ],
    }
