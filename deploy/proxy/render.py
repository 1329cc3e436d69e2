"""Write the nginx configuration before the Dagster UI: `render.py proxy.env FOLDER`.

Belongs here: filling in the templates, and refusing variables that would open a hole.
Needs the standard library only: the machine with nginx need not have the project's environment.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
EXAMPLE = HERE / "proxy.env.example"
MAIN = "dagster-ui.conf"
AUTH_KINDS = ("basic", "request")
AUTH_TEMPLATE = re.compile(r"auth-.*\.conf")

PLAIN = r"[A-Za-z0-9_./@%+-]+"
SIGN_ON = r"(http://[0-9.]+:[0-9]{1,5}/[A-Za-z0-9_./?=&,-]*)?"
SHAPES = {
    "LISTEN": r"(\[[0-9a-f:]+\]|[0-9.]+):[0-9]{1,5}",
    "OPERATORS_ORIGIN": r"https://[a-z0-9.-]+(:[0-9]{1,5})?",
    "VIEWERS_ORIGIN": r"https://[a-z0-9.-]+(:[0-9]{1,5})?",
    "OPERATORS_PORT": r"[0-9]{1,5}",
    "VIEWERS_PORT": r"[0-9]{1,5}",
    "CERTIFICATE": PLAIN,
    "CERTIFICATE_KEY": PLAIN,
    "AUTH": "|".join(AUTH_KINDS),
    "OPERATORS_USERS": PLAIN,
    "VIEWERS_USERS": PLAIN,
    "OPERATORS_SIGN_ON": SIGN_ON,
    "VIEWERS_SIGN_ON": SIGN_ON,
    "LOG_FOLDER": PLAIN,
    "BODY_LIMIT": r"[1-9][0-9]*[km]",
    "REQUESTS_PER_SECOND": r"[1-9][0-9]*",
    "REQUESTS_BURST": r"[1-9][0-9]*",
}
"""Every variable and what it may look like: nothing that ends a directive of nginx."""


class ProxyError(Exception):
    """One line: which variable, what is wrong with it, how to mend it."""


@dataclass(frozen=True)
class Rendered:
    """Texts of the files, by name, and the folder that they name each other in."""

    folder: Path
    files: Mapping[str, str]


def read_variables(file: Path) -> dict[str, str]:
    """Variables of the example, overridden by those of `file` (lines NAME=value).

    Raises:
        ProxyError: an unknown variable, or a line that is none.
    """
    variables = _assignments(EXAMPLE)
    given = _assignments(file)
    for name in given:
        if name not in SHAPES:
            raise ProxyError(f"{name} in {file.name} is no variable; see {EXAMPLE.name}")
    return variables | given


def render(variables: Mapping[str, str], folder: Path) -> Rendered:
    """Fill in the templates for a configuration that will lie in `folder`.

    Raises:
        ProxyError: one line for the first variable that is wrong.
    """
    _check(variables)
    values = {**variables, "FOLDER": str(folder), **_parts_of_origins(variables)}
    auth = f"auth-{variables['AUTH']}.conf"
    files = {}
    for template in sorted(TEMPLATES.glob("*.conf")):
        if AUTH_TEMPLATE.fullmatch(template.name) and template.name != auth:
            continue
        name = "auth.conf" if template.name == auth else template.name
        files[name] = re.sub(
            r"@([A-Z_]+)@",
            lambda found: values[str(found[1])],
            template.read_text(encoding="utf-8"),
        )
    return Rendered(folder, files)


def _assignments(file: Path) -> dict[str, str]:
    if not file.is_file():
        raise ProxyError(f"no file at {file}; copy {EXAMPLE} there and fill it in")
    found = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise ProxyError(f"{file.name}: a line is no NAME=value; mend it or begin it with #")
        found[name.strip()] = value.strip()
    return found


def _check(variables: Mapping[str, str]) -> None:
    for name, shape in SHAPES.items():
        if not re.fullmatch(shape, variables[name]):
            raise ProxyError(
                f"{name}={variables[name]} is not of the shape {shape}; see {EXAMPLE.name}"
            )
    if variables["OPERATORS_PORT"] == variables["VIEWERS_PORT"]:
        raise ProxyError("VIEWERS_PORT is OPERATORS_PORT: viewers could launch jobs; use two ports")
    names = [urlsplit(variables[f"{who}_ORIGIN"]).hostname for who in ("OPERATORS", "VIEWERS")]
    if names[0] == names[1]:
        raise ProxyError(f"both origins are of {names[0]}: give viewers a host name of their own")
    kind = {"basic": "USERS", "request": "SIGN_ON"}[variables["AUTH"]]
    asked = [variables[f"{who}_{kind}"] for who in ("OPERATORS", "VIEWERS")]
    if not all(asked):
        raise ProxyError(f"OPERATORS_{kind} or VIEWERS_{kind} is empty; set both for this AUTH")
    if asked[0] == asked[1]:
        raise ProxyError(f"VIEWERS_{kind} is OPERATORS_{kind}: viewers would be operators; use two")


def _parts_of_origins(variables: Mapping[str, str]) -> dict[str, str]:
    parts: dict[str, str] = {}
    for who in ("OPERATORS", "VIEWERS"):
        split = urlsplit(variables[f"{who}_ORIGIN"])
        # Browsers leave out the port of https, in the Host and in the Origin.
        host = split.netloc.removesuffix(":443")
        parts |= {
            f"{who}_NAME": split.hostname or "",
            f"{who}_HOST": host,
            f"{who}_ORIGIN": f"https://{host}",
        }
    return parts


def main(arguments: Sequence[str]) -> int:
    """Write the files; 0, or 2 with one line when a variable is wrong."""
    if len(arguments) != 2:
        print(f"usage: {Path(__file__).name} proxy.env FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[1]).resolve()
    try:
        rendered = render(read_variables(Path(arguments[0])), folder)
    except ProxyError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in rendered.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"Written to {folder}; include {folder / MAIN} in the http block of nginx")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
