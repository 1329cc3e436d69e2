"""The hash that SQL makes with the pads is HMAC-SHA256, and the key stays where it is."""

from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path

import pytest

from assets.raw.pseudonyms import write_pads
from pipelines.runtime.builds import Build
from pipelines.runtime.key_file import KeyFileError, load_key


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "pseudonym.key"
    assert load_key(file) == load_key(file)
    assert len(load_key(file)) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("content", ["", "abc", "00" * 31, "zz" * 32])
def test_a_damaged_key_is_never_replaced(content: str, tmp_path: Path) -> None:
    file = tmp_path / "pseudonym.key"
    file.write_text(content)
    with pytest.raises(KeyFileError, match=r"C360_PSEUDONYM_KEY_FILE: .* restore it") as caught:
        load_key(file)
    assert file.read_text() == content
    assert not content or content not in str(caught.value), "the key must not be in the message"


def test_sql_and_python_agree(tmp_path: Path) -> None:
    file = tmp_path / "pseudonym.key"
    with Build(tmp_path).connect() as con:
        write_pads(con, file)
        ((value,),) = con.execute(
            "select sha256(opad || unhex(sha256(ipad || encode('张三')))) "
            "from vault.accounting.pseudonym_pads"
        ).fetchall()
    assert value == hmac.new(load_key(file), "张三".encode(), hashlib.sha256).hexdigest()
