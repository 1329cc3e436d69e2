"""Access scopes (权限) of the app: what is missing would partly be left out without a word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from assets.raw.connector.model import Window
from assets.raw.shopify.queries import Stream

SEEN_WITHOUT_ALL_ORDERS = timedelta(days=60)


def lacking_scope(
    stream: Stream, scopes: Sequence[str], window: Window, recent_only: bool
) -> str | None:
    """What the app lacks for a stream, as advice; None when it has everything.

    Args:
        stream: What is to be read.
        scopes: Scopes of the app.
        window: Changes that are asked for.
        recent_only: Orders of the last 60 days are enough.
    """
    if stream.scope not in scopes and stream.scope.replace("read_", "write_") not in scopes:
        return f"the app lacks the scope {stream.scope}; add it and install the app again"
    if stream.root != "orders" or recent_only or "read_all_orders" in scopes:
        return None
    if window.lower is not None and window.lower >= window.upper - SEEN_WITHOUT_ALL_ORDERS:
        return None
    return (
        "the app lacks the scope read_all_orders, and without it orders older than 60 days are "
        "silently left out; ask Shopify for it, or set recent_orders_only: true"
    )
