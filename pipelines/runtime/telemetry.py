"""No tool of ours reports home: Great Expectations, dbt and whatever honours DO_NOT_TRACK.

Dagster's own switch is in the dagster.yaml of the instance; its web server and its daemon load no
code of ours.
"""

from __future__ import annotations

import os

OFF = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
    "GX_ANALYTICS_ENABLED": "False",
}


def switch_off() -> None:
    """For this process and all that it starts; before the tools are imported."""
    os.environ.update(OFF)
