"""Mended rows of an object: those of the person go, the others follow the rows they belong to."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from assets.privacy.erasure.erasing import Erasing
from assets.privacy.erasure.landed import Rewritten
from assets.privacy.erasure.verdicts import Tally
from assets.privacy.subject.leads import leads
from assets.privacy.subject.tables import from_payload
from assets.raw import sql
from assets.raw.contract_model import ObjectContract
from assets.raw.mends import Mend, mends_file, read_mends
from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.private_files import locked
from pipelines.runtime.sealed_files import sealed_whole


def erase_mends(
    erasing: Erasing,
    home: Path,
    source: str,
    name: str,
    obj: ObjectContract,
    rewritten: Mapping[str, Rewritten],
    pages: Mapping[str, Tally],
) -> int:
    """Write the mends of an object anew; how many of them went.

    Args:
        erasing: What is compared.
        home: Folder of the instance.
        source: Source of the object.
        name: Its name.
        obj: Its contract.
        rewritten: What became of files, by the SHA-256 of the old copy.
        pages: What went of pages, by their labels.
    """
    file = mends_file(home, source, name)
    looked = leads(source, obj)
    if not looked or not file.exists():
        return 0
    with locked(file.parent):
        mends = read_mends(home, source, name)
        theirs = _of_the_person(erasing, source, obj, mends)
        left = [
            _moved(mend, rewritten, pages)
            for number, mend in enumerate(mends)
            if number not in theirs
        ]
        kept = [mend for mend in left if mend is not None]
        if kept != mends:
            lines = [json.dumps(asdict(mend), ensure_ascii=False) for mend in kept]
            with sealed_whole(file, landing_keys(home)) as sealed:
                sealed.write("".join(f"{line}\n" for line in lines).encode())
    return len(mends) - len(kept)


def _of_the_person(
    erasing: Erasing, source: str, obj: ObjectContract, mends: list[Mend]
) -> set[int]:
    """Numbers of the mends whose row is, or names, the person."""
    taken = ", ".join(
        f"{from_payload(column.title)} as {sql.name(column.name)}" for column in obj.columns
    )
    erasing.con.execute(
        f"create or replace temp table erasure_mends as select number, {taken} from"
        " (select unnest($1::bigint[]) as number, unnest($2::varchar[]) as payload)",
        [list(range(len(mends))), [mend.payload for mend in mends]],
    ).fetchall()
    looked = [replace(lead, clears=False) for lead in leads(source, obj)]
    held = erasing.held("temp.erasure_mends", looked)
    rows = erasing.con.execute(
        f"select number from temp.erasure_mends where {erasing.matching(looked, held)}"
    ).fetchall()
    return {number for (number,) in rows}


def _moved(
    mend: Mend, rewritten: Mapping[str, Rewritten], pages: Mapping[str, Tally]
) -> Mend | None:
    """The mend at the place where its row is now; None when the row went."""
    after = rewritten.get(mend.file_sha256 or "")
    tally = after.tally if after else pages.get(mend.file)
    if tally is None:
        return mend
    if mend.position in tally.gone:
        return None
    position = mend.position - bisect_left(tally.gone, mend.position)
    return replace(mend, position=position, file_sha256=after.sha256 if after else None)
