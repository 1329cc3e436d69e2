"""No secret in the repository: `python -m hygiene.secret_scan [FOLDER]`, exit code 1 for one.

Belongs here: which shapes are taken for secrets, beside those that detect-secrets knows, and how a
line is excused: `allowlist secret: why` in a comment of the same line. There is no baseline file:
it would excuse lines that nobody has looked at again.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path

from detect_secrets.core.plugins import initialize
from detect_secrets.plugins.base import BasePlugin

KNOWN_TOKENS = (
    *("AWSKeyDetector", "ArtifactoryDetector", "AzureStorageKeyDetector", "CloudantDetector"),
    *("DiscordBotTokenDetector", "GitHubTokenDetector", "GitLabTokenDetector"),
    *("IbmCloudIamDetector", "JwtTokenDetector", "MailchimpDetector", "NpmDetector"),
    *("OpenAIDetector", "PrivateKeyDetector", "PypiTokenDetector", "SendGridDetector"),
    *("SlackDetector", "SquareOAuthDetector", "StripeDetector", "TelegramBotTokenDetector"),
    "TwilioKeyDetector",
)
"""Detectors of detect-secrets that know a shape; those that guess by names or entropy cry too
often here, where columns are called customer_key and tests hold hashes."""

QUOTED = r"""\s*[=:]\s*["'](?![${<])(?=[^"']*\d|[^"']{12})[^\s"'/]{6,}["']"""
BARE = r"""=(?![\s"'${<(\[/])[^\s"'…]{6,}"""
"""Values in code, and in env files, where nothing stands before the name."""
NAMED = r"[A-Z][A-Z0-9_]*_(KEY|SECRET|PASSWORD|TOKEN)"
PASSWORD = r"(?!password@)(?![^@]*[${}<[])[^\s@]{2,}@(?!([\w-]+\.)*example\.(com|org))"
LIBPQ = r"""password=(?![\s"'${<%([])[^\s"',)]{4,}"""
"""Not the word itself, no variable, and no address of the domain that is kept for examples."""
RULES = {
    "SQL ENCRYPTION_KEY": r"""(?i)\bencryption_key\b["']?\s*[=:]?\s*["'](?![{$<])[^"']{4,}["']""",
    "PRAGMA key": r"""(?i)\bpragma\s+(hex|text)?(re)?key\s*=\s*["']?[^\s"'{$<]{4,}""",
    "a variable that is called a secret": rf"(?<![\w.]){NAMED}{QUOTED}|^(export )?{NAMED}{BARE}",
    "an address with its password": rf"(?i)\b[a-z][a-z0-9+]*://[^\s:/@\"']*:{PASSWORD}",
    "a libpq line with its password": (
        rf"""(?i)\b(host|dbname|user)=\S.*\b{LIBPQ}|\b{LIBPQ}\s.*\b(host|dbname|user)=\S"""
    ),
    "PEM": r"-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----",
    "a bearer token": r"(?i)\bbearer\s+(?=\S*\d)[A-Za-z0-9._~+/-]{20,}",
    "a long hex literal": (
        r"""(?<!sha256": ")(?<!sha256[: ])(?<![0-9A-Za-z_/+-])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)"""
        r"[0-9a-f]{48,}\b"
    ),
    "a hex literal beside a secret's name": (
        r"(?i)(secret|token|passw|api_?key|encryption|pepper|salt)\w*[\"']?\s*[=:]\s*[\"']?"
        r"(?=[0-9a-f]*\d)[0-9a-f]{32,}\b"
    ),
}
LONG_BASE64 = re.compile(r"(?<![\w/+-])[A-Za-z0-9+/_-]{40,}={0,2}(?![\w/.+-])")
BASE64_BITS = 4.5
"""Bits a character: random base64 of 40 characters and more has above 4.5, words and paths less."""
EXCUSE = re.compile(r"allowlist secret: *\S.{9,}")
UNREADABLE = {".png", ".xlsx", ".parquet", ".gz", ".lock"}
"""Files without lines of ours; a lock holds hashes and nothing else."""


@dataclass(frozen=True)
class Finding:
    """Where something looks like a secret; never the secret itself."""

    file: str
    line: int
    kind: str


def scan(folder: Path) -> list[Finding]:
    """Findings in all files of a repository that are committed, or could be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    detectors: list[BasePlugin] = [initialize.from_plugin_classname(name) for name in KNOWN_TOKENS]
    rules = {kind: re.compile(rule) for kind, rule in RULES.items()}
    found = []
    for name in listed:
        file = folder / name
        if file.is_file() and not file.is_symlink() and file.suffix not in UNREADABLE:
            text = file.read_text(encoding="utf-8", errors="replace")
            for number, line in enumerate(text.split("\n"), 1):
                kinds = sorted(set(_kinds(line, rules, detectors))) if len(line) > 8 else []
                if kinds and not EXCUSE.search(line):
                    found += [Finding(name, number, kind) for kind in kinds]
    return found


def _kinds(
    line: str, rules: dict[str, re.Pattern[str]], detectors: list[BasePlugin]
) -> Iterator[str]:
    yield from (kind for kind, rule in rules.items() if rule.search(line))
    yield from (it.secret_type for it in detectors if any(it.analyze_string(line)))
    if any(_bits(match[0]) > BASE64_BITS for match in LONG_BASE64.finditer(line)):
        yield "a long base64 literal"


def _bits(text: str) -> float:
    """Entropy per character; words of letters only are no keys."""
    if not (re.search(r"\d", text) and re.search("[a-z]", text) and re.search("[A-Z]", text)):
        return 0
    return -sum(n / len(text) * log2(n / len(text)) for n in Counter(text).values())


def main(arguments: Sequence[str]) -> int:
    """Say where; 1 if anything was found."""
    findings = scan(Path(arguments[0] if arguments else "."))
    for it in findings:
        print(f"{it.file}:{it.line}: looks like {it.kind}; take it out, make it anew where it is")
    if findings:
        print("valid, or write `allowlist secret: why` in a comment of that line")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
