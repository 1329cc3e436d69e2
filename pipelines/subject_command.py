"""What `make erase-customer` and `make export-customer` ask for in the same words."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

import duckdb

from assets.privacy.subject.request import Request, spoken_request
from assets.raw.contract_model import SourceContract
from pipelines.runtime.settings import Settings


def add_request_arguments(parser: argparse.ArgumentParser) -> None:
    """The three ways of saying who is asked for."""
    parser.add_argument("--customer-key", default="", help="a customer key of today or before")
    parser.add_argument("--record", default="", help="a record of a source: crm_zoho.contacts/123")
    parser.add_argument("--file", default="", help="a request in <home>/requests, by its name")


def requested(
    options: argparse.Namespace, settings: Settings, contracts: Sequence[SourceContract]
) -> Request:
    """Who is asked for.

    Raises:
        RequestError: not exactly one of them is given, or it is not written as it must be.
    """
    return spoken_request(
        options.customer_key, options.record, options.file, settings.home, contracts
    )


def spoken(command: Callable[[], int], mendable: tuple[type[Exception], ...]) -> int:
    """The exit code of a command; 2, and one line on stderr, for what a person can mend."""
    try:
        return command()
    except mendable as error:
        sys.stderr.write(f"error: {error}\n")
    except duckdb.Error as error:
        # Its text may quote values.
        sys.stderr.write(f"error: the database refused ({type(error).__name__})\n")
    return 2
