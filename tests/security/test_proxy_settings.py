"""The proxy's variables: a wrong one is one line, a dangerous one is refused; sign-on works too."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.proxy.render import (
    EXAMPLE,
    SHAPES,
    TEMPLATES,
    ProxyError,
    main,
    read_variables,
    render,
)
from tests.security.attacks import allowed
from tests.security.exposed import VIEWERS, exposed
from tests.security.raw_http import request, status

ROOT = Path(__file__).resolve().parents[2]


def test_the_example_names_every_variable_and_is_valid(tmp_path: Path) -> None:
    variables = read_variables(EXAMPLE)
    assert set(variables) == set(SHAPES)
    files = render(variables, tmp_path).files
    assert set(files) == {
        *("dagster-ui.conf", "server.conf", "graphql.conf", "pages.conf", "upstream.conf"),
        "auth.conf",
    }
    assert not any(re.search("@[A-Z_]+@", text) for text in files.values())


def test_by_default_everything_listens_on_this_machine_only(tmp_path: Path) -> None:
    text = render(read_variables(EXAMPLE), tmp_path).files["dagster-ui.conf"]
    listens = re.findall(r"^\s*listen (\S+)", text, re.MULTILINE)
    assert len(listens) == 3
    assert {address.rpartition(":")[0] for address in listens} == {"127.0.0.1"}
    upstreams = re.findall(r"server ([0-9.]+):\d+;", text)
    assert upstreams == ["127.0.0.1", "127.0.0.1"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("VIEWERS_PORT", "3000", "viewers could launch jobs"),
        ("VIEWERS_ORIGIN", "https://dagster.example.com:8443", "a host name of their own"),
        ("VIEWERS_USERS", "/etc/nginx/c360/operators.htpasswd", "viewers would be operators"),
        ("OPERATORS_ORIGIN", "http://dagster.example.com", "OPERATORS_ORIGIN="),
        ("OPERATORS_ORIGIN", "https://*.example.com", "OPERATORS_ORIGIN="),
        ("LISTEN", "443", "LISTEN="),
        ("CERTIFICATE", "/etc/x; }", "CERTIFICATE="),
        ("AUTH", "none", "AUTH="),
        ("AUTH", "request", "OPERATORS_SIGN_ON or VIEWERS_SIGN_ON is empty"),
        ("BODY_LIMIT", "0", "BODY_LIMIT="),
        ("AUTHENTICATION", "basic", "is no variable"),
    ],
)
def test_a_wrong_variable_is_one_line(
    name: str, value: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, folder = tmp_path / "proxy.env", tmp_path / "c360"
    file.write_text(f"{name}={value}\n")
    with pytest.raises(ProxyError, match=re.escape(sentence)):
        render(read_variables(file), folder)
    assert main([str(file), str(folder)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    assert not folder.exists()


def test_the_port_of_https_is_left_out_as_browsers_do(tmp_path: Path) -> None:
    variables = read_variables(EXAMPLE) | {"OPERATORS_ORIGIN": "https://dagster.example.com:443"}
    text = render(variables, tmp_path).files["dagster-ui.conf"]
    assert 'set $c360_origin "https://dagster.example.com";' in text
    assert 'set $c360_host "dagster.example.com";' in text


def test_only_return_stands_in_an_if() -> None:
    """Anything else in an `if` of nginx surprises."""
    for template in TEMPLATES.glob("*.conf"):
        for line in template.read_text().splitlines():
            if line.strip().startswith("if "):
                assert re.search(r"\{ return 4\d\d; \}$", line), line


@pytest.fixture
def sign_on() -> Iterator[str]:
    """A sign-on service: cookie `who=operator` may do all, `who=viewer` may look."""

    class SignOn(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            who = self.headers.get("Cookie", "")
            group = self.path.rpartition("=")[2]
            self.send_response(204 if who == f"who={group}" else 401 if not who else 403)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), SignOn) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/auth?allowed_groups="
        server.shutdown()
        thread.join()


def test_a_sign_on_service_can_take_the_place_of_passwords(tmp_path: Path, sign_on: str) -> None:
    urls = {"OPERATORS_SIGN_ON": f"{sign_on}operator", "VIEWERS_SIGN_ON": f"{sign_on}viewer"}
    with exposed(tmp_path, AUTH="request", **urls) as where:

        def ask(cookie: str | None, **more: str) -> int:
            headers = {**allowed(where), "Cookie": cookie, "Authorization": None, **more}
            return status(where.send(request("POST", "/graphql", headers, '{"query":"{version}"}')))

        assert ask("who=operator") == 200
        assert ask("who=viewer") == 403
        assert ask(None) == 401
        assert ask("who=operator", Origin="https://evil.example") == 403
        theirs = {"Host": where.host(VIEWERS), "Origin": where.origin(VIEWERS)}
        headers = {**allowed(where), **theirs, "Cookie": "who=viewer", "Authorization": None}
        answer = where.send(request("POST", "/graphql", headers, '{"query":"{version}"}'), VIEWERS)
        assert status(answer) == 200
        inner = {**headers, "Content-Type": None}
        assert status(where.send(request("GET", "/_c360_sign_on", inner), VIEWERS)) == 404
