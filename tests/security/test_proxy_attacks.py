"""Nothing launches a job through the proxy but the UI of somebody who may."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.integration.connectors.databases import free_port
from tests.security.attacks import (
    ATTACKS,
    BODY,
    CANARY,
    LAUNCHED,
    SCRIPT,
    SOCKET,
    UNPROTECTED,
    Attack,
    allowed,
)
from tests.security.exposed import (
    OPERATOR,
    VIEWER,
    VIEWERS,
    Exposed,
    exposed,
    new_instance,
    wait_until_loaded,
    webserver,
)
from tests.security.raw_http import basic, request, status


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exposed]:
    with exposed(tmp_path_factory.mktemp("exposed")) as running:
        yield running


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_refused_and_leaves_no_run(where: Exposed, attack: Attack) -> None:
    before = where.runs()
    answer = where.send(attack.text(where), attack.server_name)
    assert LAUNCHED not in answer
    assert "data" not in answer.partition("\r\n\r\n")[2], "the endpoint was reached"
    assert status(answer) in {0, 400, 401, 403, 405, 408, 413, 421, 501}, answer[:300]
    assert where.runs() == before


def test_the_list_is_no_short_one_and_names_each_attack_once() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(names) == len(set(names)) >= 15
    assert set(names) >= UNPROTECTED


def test_the_request_of_the_ui_launches_one_run(where: Exposed) -> None:
    before = where.runs()
    answer = where.send(request("POST", "/graphql?op=LaunchPipeline", allowed(where), BODY))
    assert status(answer) == 200
    assert LAUNCHED in answer
    assert where.runs() == before + 1


def test_a_script_that_names_its_origin_may_ask_too(where: Exposed) -> None:
    headers = {**allowed(where), **SCRIPT, "Origin": where.origin()}
    assert '"1.' in where.send(request("POST", "/graphql", headers, '{"query":"{version}"}'))


def test_the_websocket_of_the_ui_is_opened(where: Exposed) -> None:
    answer = where.send(request("GET", "/graphql", {**allowed(where), **SOCKET}))
    assert status(answer) == 101
    assert "graphql-ws" in answer


@pytest.mark.parametrize("path", ["/", "/runs", "/assets/core/dim_customers", "/manifest.json"])
def test_pages_open_and_forbid_to_be_framed(where: Exposed, path: str) -> None:
    headers = {**allowed(where), "Sec-Fetch-Site": "none", "Origin": None, "Content-Type": None}
    answer = where.send(request("GET", path, headers))
    head = answer.partition("\r\n\r\n")[0].lower().splitlines()
    assert status(answer) == 200
    assert "x-frame-options: deny" in head
    assert any("frame-ancestors 'none'" in line for line in head)
    assert [line for line in head if line.startswith("referrer")] == [
        "referrer-policy: no-referrer"
    ]
    assert "strict-transport-security: max-age=31536000" in head
    assert "server: nginx" in head


def test_a_link_of_elsewhere_opens_a_page_but_no_part_of_one(where: Exposed) -> None:
    headers = {**allowed(where), "Origin": None, "Content-Type": None}
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    page = {**headers, **link, "Sec-Fetch-Dest": "document"}
    frame = {**headers, **link, "Sec-Fetch-Dest": "iframe"}
    assert status(where.send(request("GET", "/runs", page))) == 200
    assert status(where.send(request("GET", "/runs", frame))) == 403


def test_a_body_above_the_limit_is_refused(where: Exposed) -> None:
    body = BODY[:-1] + ',"variables":{"x":"' + "x" * 1_100_000 + '"}}'
    assert status(where.send(request("POST", "/graphql", allowed(where), body))) == 413


def test_a_viewers_password_opens_the_viewers_server_only(where: Exposed) -> None:
    theirs = {"Host": where.host(VIEWERS), "Origin": where.origin(VIEWERS)}
    ask = '{"query":"{version}"}'
    for user, expected in ((VIEWER, 200), (OPERATOR, 401)):
        headers = {**allowed(where), **theirs, "Authorization": basic(user)}
        answer = where.send(request("POST", "/graphql", headers, ask), VIEWERS)
        assert status(answer) == expected


def test_old_tls_is_refused(where: Exposed) -> None:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", where.port)) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        context.wrap_socket(plain, server_hostname="operators.test")


def test_logs_hold_no_query_no_name_and_no_address(where: Exposed) -> None:
    where.send(request("GET", f"/runs?token={CANARY}", {**allowed(where), "Content-Type": None}))
    wrong = {**allowed(where), "Authorization": basic(("someone@example.com", "x"))}
    where.send(request("GET", f"/?token={CANARY}", {**wrong, "Content-Type": None}))
    logs = where.logs()
    assert " GET 200 " in logs
    for secret in (CANARY, OPERATOR[0], "someone", "127.0.0.1", "token"):
        assert secret not in logs


@pytest.fixture(scope="module")
def unprotected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exposed]:
    """A web server without proxy, on an instance of its own."""
    folder = tmp_path_factory.mktemp("unprotected")
    new_instance(folder)
    port = free_port()
    bare = Exposed(folder, folder, port, port, port)
    with webserver(folder, port):
        wait_until_loaded(port)
        yield bare


@pytest.mark.parametrize("name", sorted(UNPROTECTED))
def test_without_the_proxy_the_attack_launches_a_run(unprotected: Exposed, name: str) -> None:
    attack = next(attack for attack in ATTACKS if attack.name == name)
    before = unprotected.runs()
    with socket.create_connection(("127.0.0.1", unprotected.port), timeout=60) as stream:
        stream.sendall(attack.text(unprotected).encode("latin-1"))
        stream.settimeout(60)
        answer = b"".join(iter(lambda: stream.recv(8192), b"")).decode()
    assert LAUNCHED in answer
    assert unprotected.runs() == before + 1
