"""Pictures of a night of identity resolution, for the Dagster UI. Counts only, no person."""

from __future__ import annotations

import base64
from io import BytesIO

from assets.enrich.identity.report import IdentityReport


def plot_night(report: IdentityReport) -> str:
    """What the night changed, and how many records customers have, as Markdown with a PNG."""
    # Matplotlib takes 0.6 CPU s to import; loading the code location must not pay for it.
    from matplotlib.figure import Figure

    changes = report.changes
    bars = {
        "NEW": changes.new,
        "JOINED": changes.joined,
        "MERGED": changes.merged,
        "SPLIT": changes.split + changes.restored,
        "RETIRED": changes.retired,
    }
    figure = Figure(figsize=(9, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    drawn = left.bar(list(bars), list(bars.values()), color="#4c72b0")
    left.bar_label(drawn, labels=[f"{count:,}" for count in bars.values()])
    left.set_title("Changes since the night before")
    left.set_yscale("symlog")
    left.margins(y=0.2)
    sizes = [size for size, _ in report.cluster_sizes]
    right.bar(sizes, [customers for _, customers in report.cluster_sizes], color="#55a868")
    right.set_title("Customers by number of records")
    right.set_yscale("log")
    right.set_xlabel("records of one customer")
    picture = BytesIO()
    figure.savefig(picture, format="png", dpi=80, metadata={"Software": None})
    encoded = base64.b64encode(picture.getvalue()).decode()
    return f"![Changes of the night](data:image/png;base64,{encoded})"
