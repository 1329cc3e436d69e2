"""Each kind of secret is found where it is planted; this repository holds none."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from pathlib import Path

import pytest

from hygiene.secret_scan import main, scan

ROOT = Path(__file__).resolve().parents[3]
HEX = hashlib.sha256(b"no secret").hexdigest()
BASE64 = base64.b64encode(hashlib.sha512(b"no secret").digest()).decode().rstrip("=")
TYPE, KEY = "PRIVATE", "KEY"
AT = "@"
"""Taken apart, as this file is scanned too."""

PLANTED = {
    "encryption.sql": f"attach 'x.duckdb' (ENCRYPTION_{KEY} 'correct horse');",
    "encryption.py": f"con.execute(\"attach 'x' as x (encryption_{KEY.lower()} 'swordfish1')\")",
    "pragma.sql": f"PRAGMA {KEY.lower()} = 'correct horse battery';",
    "hexpragma.sql": f"pragma hex{KEY.lower()}={HEX[:32]}",
    "ours.env": f"C360_VAULT_{KEY}=swordfish-and-more",
    "quoted.yml": f'env: {{SHOP_{"PASS"}WORD: "sword1fish"}}',
    "code.py": f'ZOHO_CLIENT_{"SEC"}RET = "1000.abcdef123456"',
    "hex.py": f'PEPPER = "{HEX}"',
    "short_hex.py": f'{"to"}ken = "{HEX[:32]}"',
    "base64.py": f'value = "{BASE64}"',
    "pem.txt": f"-----BEGIN RSA {TYPE} {KEY}-----",
    "openssh.txt": f"-----BEGIN OPENSSH {TYPE} {KEY}-----",
    "dsn.yml": f"url: postgresql://reader:sword1fish{AT}db.intern:5432/shop",
    "mysql.env": f"URL=mysql+pymysql://reader:sw0rd{AT}10.1.2.3/shop",
    "https.md": f"git clone https://robot:abc123def{AT}git.intern/x",
    "libpq.py": f'connect("host=db.intern dbname=shop user=r {"pass"}word=swordfish")',
    "bearer.sh": f"curl -H 'Authorization: {'Bea'}rer abc123def456ghi789jkl0'",
    "aws.py": f'key = "AKIA{"IOSFODNN7EXAMPLA"}"',
    "github.txt": f"ghp_{'a1B2' * 9}",
}
INNOCENT = """
run 7f064b00-1111-4222-8333-944445555666 of 2017-12-31
customer_key=8711c397401ced9f2055a3d4f5ef05f4
"sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
url: postgresql://user:password@host:5432/shop, or postgresql://reader:old@db.example.com/crm
token: ${ZOHO_REFRESH_TOKEN}
C360_PSEUDONYM_KEY_FILE=/etc/c360/pseudonym.key
SAME_TOKEN = timedelta(seconds=600)
assets/enrich/identity/link/fuzzy_splink.py and C360_VALUE_CALIBRATION_LIMIT
"""


def _repository(folder: Path, files: dict[str, str]) -> Path:
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    for name, text in files.items():
        (folder / name).write_text(text + "\n")
    return folder


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_secret_is_found(name: str, tmp_path: Path) -> None:
    found = scan(_repository(tmp_path, {name: f"first line\n{PLANTED[name]}"}))
    assert found, PLANTED[name]
    assert {(it.file, it.line) for it in found} == {(name, 2)}


def test_what_only_looks_alike_passes(tmp_path: Path) -> None:
    assert scan(_repository(tmp_path, {"innocent.txt": INNOCENT})) == []


def test_an_excuse_needs_a_reason(tmp_path: Path) -> None:
    line = PLANTED["hex.py"]
    files = {
        "excused.py": f"{line}  # allowlist secret: of the demo's own server",
        "bare.py": f"{line}  # allowlist secret",
        "short.py": f"{line}  # allowlist secret: ok",
    }
    assert {it.file for it in scan(_repository(tmp_path, files))} == {"bare.py", "short.py"}


def test_ignored_files_are_not_looked_at(tmp_path: Path) -> None:
    files = {".gitignore": ".env", ".env": PLANTED["ours.env"]}
    assert scan(_repository(tmp_path, files)) == []


def test_it_says_where_but_not_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(_repository(tmp_path, {"hex.py": PLANTED["hex.py"]}))]) == 1
    said = capsys.readouterr().out
    assert said.startswith("hex.py:1: looks like ")
    assert HEX not in said


def test_this_repository_holds_none() -> None:
    assert scan(ROOT) == []
