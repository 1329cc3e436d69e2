"""BG/NBD: Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way."""

from __future__ import annotations

from assets.enrich.lifetime_value.models.beta_geometric import BetaGeometricModel


class BgNbd(BetaGeometricModel):
    """A customer may stop after each repeat purchase; who bought once is alive for certain."""

    name = "bg_nbd"
    chances_at_start = 0
