"""MBG/NBD: Batislam, Denizel & Filiztekin (2007); Hoppe & Wagner (2007), central variant."""

from __future__ import annotations

from assets.enrich.lifetime_value.models.beta_geometric import BetaGeometricModel


class MbgNbd(BetaGeometricModel):
    """A customer may stop after each purchase, the first one too."""

    name = "mbg_nbd"
    chances_at_start = 1
