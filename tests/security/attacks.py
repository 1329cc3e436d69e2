"""Requests that try to launch a job, or to learn something, around the rules of the proxy."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from tests.security.exposed import OPERATOR, OPERATORS, Exposed
from tests.security.raw_http import basic, request

SELECTOR = (
    '{repositoryLocationName:"tiny_location.py",repositoryName:"__repository__",jobName:"marking"}'
)
LAUNCH = (
    "mutation{launchRun(executionParams:{selector:"
    + SELECTOR
    + ',mode:"default",runConfigData:"{}"}){__typename}}'
)
LAUNCHED = "LaunchRunSuccess"
CANARY = "canary-in-the-query"
BODY = json.dumps({"query": LAUNCH})
BY_QUERY = f"/graphql?canary={CANARY}&query={quote(LAUNCH)}"
EVIL = "https://evil.example"

Headers = dict[str, str | None]


@dataclass(frozen=True)
class Attack:
    """One request; `headers` replace those of an allowed one, None takes a header away."""

    name: str
    method: str = "POST"
    path: str = "/graphql"
    headers: Headers = field(default_factory=dict)
    body: str = BODY
    version: str = "1.1"
    server_name: str | None = OPERATORS
    raw: Callable[[str], str] = str

    def text(self, where: Exposed) -> str:
        """The bytes to send."""
        headers = {**allowed(where), **self.headers}
        evil_port = {"Origin": f"https://{OPERATORS}:{where.port + 1}"}
        if self.headers.get("Origin") == "other port":
            headers |= evil_port
        sent = request(self.method, self.path, headers, self.body, self.version)
        return self.raw(sent)


def allowed(where: Exposed) -> Headers:
    """Headers of the UI's own requests, as a browser sends them."""
    return {
        "Host": where.host(),
        "Origin": where.origin(),
        "Sec-Fetch-Site": "same-origin",
        "Sec-Fetch-Mode": "cors",
        "Sec-Fetch-Dest": "empty",
        "Authorization": basic(OPERATOR),
        "Content-Type": "application/json",
        "Connection": "close",
    }


FOREIGN: Headers = {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}
OLD_BROWSER: Headers = {"Sec-Fetch-Site": None, "Sec-Fetch-Mode": None, "Sec-Fetch-Dest": None}
SCRIPT: Headers = {**OLD_BROWSER, "Origin": None}
IMAGE: Headers = {
    "Origin": None,
    "Content-Type": None,
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "no-cors",
    "Sec-Fetch-Dest": "image",
}
NO_TYPE: Headers = {"Content-Type": None}
SOCKET: Headers = {
    "Content-Type": None,
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "graphql-ws",
    "Sec-Fetch-Mode": "websocket",
    "Sec-Fetch-Dest": "websocket",
}


def _get(name: str, headers: Headers, path: str = BY_QUERY) -> Attack:
    return Attack(name, "GET", path, {**NO_TYPE, **headers}, body="")


def _socket(name: str, headers: Headers, path: str = "/graphql") -> Attack:
    return Attack(name, "GET", path, {**SOCKET, **headers}, body="")


def _path(path: str) -> Attack:
    """A GET with the order in its query: the path alone has to be refused."""
    return _get(f"path {path}", {}, f"{path}?query={quote(LAUNCH)}")


def _smuggled(name: str, headers: Headers) -> Attack:
    """A second request hides in the body of a first one."""
    hidden = request("GET", BY_QUERY, {"Host": "127.0.0.1"})
    return Attack(name, headers=headers, body=f"0\r\n\r\n{hidden}")


def _twice(line: str) -> Callable[[str], str]:
    return lambda text: text.replace("\r\n", f"\r\n{line}\r\n", 1)


ATTACKS = [
    # a page elsewhere
    Attack("text/plain from elsewhere", headers={**FOREIGN, "Content-Type": "text/plain"}),
    Attack(
        "a form from elsewhere", path=BY_QUERY, headers={**FOREIGN, "Content-Type": "text/plain"}
    ),
    Attack("JSON from elsewhere", headers=FOREIGN),
    Attack("JSON from elsewhere, old browser", headers={**OLD_BROWSER, "Origin": EVIL}),
    Attack("origin null", headers={"Origin": "null"}),
    Attack("origin null, old browser", headers={**OLD_BROWSER, "Origin": "null"}),
    Attack("no origin", headers=SCRIPT),
    Attack("origin of another port", headers={**OLD_BROWSER, "Origin": "other port"}),
    Attack("origin by http", headers={**OLD_BROWSER, "Origin": f"http://{OPERATORS}"}),
    Attack(
        "origin that begins alike", headers={**OLD_BROWSER, "Origin": f"https://{OPERATORS}.evil"}
    ),
    Attack("right origin, but cross-site", headers={"Sec-Fetch-Site": "cross-site"}),
    Attack("right origin, but same-site", headers={"Sec-Fetch-Site": "same-site"}),
    Attack("right origin, but none", headers={"Sec-Fetch-Site": "none"}),
    _get("an image of elsewhere", IMAGE),
    _get(
        "a link of elsewhere", {**IMAGE, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    ),
    _get("a link of elsewhere, as a page", {**SCRIPT, "Accept": "text/html"}),
    # orders that are no JSON by POST
    _get("an order by GET", {}),
    _get("an order by GET, a script", SCRIPT),
    _get("a question by GET", {}, "/graphql?query={version}"),
    Attack("HEAD", "HEAD", BY_QUERY, NO_TYPE, body=""),
    Attack("an order in the query of a POST", path=BY_QUERY, headers=NO_TYPE, body=""),
    Attack("an order in the query of JSON", path=BY_QUERY),
    Attack("an order behind the name", path=f"/graphql?op=Launch&query={quote(LAUNCH)}"),
    _get("a name by GET", {}, "/graphql?op=Launch"),
    Attack("text/plain of our own page", headers={"Content-Type": "text/plain"}),
    Attack("two content types", headers={"Content-Type": "text/plain; application/json"}),
    Attack("application/graphql", headers={"Content-Type": "application/graphql"}, body=LAUNCH),
    Attack("PUT", "PUT"),
    Attack("DELETE", "DELETE"),
    Attack("PATCH", "PATCH"),
    Attack("TRACE", "TRACE"),
    Attack("OPTIONS", "OPTIONS", headers=FOREIGN),
    Attack("CONNECT", "CONNECT", "127.0.0.1:3000"),
    Attack("lower-case method", "post"),
    _get("the method in a header", {**SCRIPT, "X-HTTP-Method-Override": "POST"}),
    Attack("the path in a header", path="/", headers={"X-Original-URL": "/graphql"}),
    Attack("a report of an asset", path="/report_asset_materialization/marker", body=""),
    # somebody else
    Attack("no password", headers={"Authorization": None}),
    Attack("a wrong password", headers={"Authorization": basic((OPERATOR[0], "guess"))}),
    Attack("a strange name", headers={"Authorization": basic(("root", ""))}),
    Attack("a token", headers={"Authorization": "Bearer abc"}),
    Attack("a viewer's password", headers={"Authorization": basic(("vera", "battery staple"))}),
    _get("a page without password", {"Authorization": None}, "/runs"),
    # another host
    Attack("a foreign host", headers={"Host": "evil.example"}),
    Attack("a foreign host and its origin", headers={"Host": "evil.example", "Origin": EVIL}),
    Attack("the host without its port", headers={"Host": OPERATORS}),
    Attack("the address", headers={"Host": "127.0.0.1"}),
    Attack("localhost", headers={"Host": "localhost"}, server_name="localhost"),
    Attack("no host", headers={"Host": None}),
    Attack("an empty host", headers={"Host": ""}),
    Attack("no host, HTTP/1.0", headers={"Host": None}, version="1.0"),
    Attack("no name in the handshake", server_name=None),
    Attack("a foreign name in the handshake", server_name="evil.example"),
    Attack("two hosts", raw=_twice("Host: evil.example")),
    Attack("another host in the request line", path="https://evil.example/graphql"),
    Attack("X-Forwarded-Host", headers={"Host": "evil.example", "X-Forwarded-Host": OPERATORS}),
    # other ways to write the endpoint
    *map(
        _path,
        (
            *("//graphql", "///graphql", "/graphql/", "/graphql//", "/graphql/x", "/GraphQL"),
            *("/./graphql", "/x/../graphql", "/x/%2e%2e/graphql", "/%2e/graphql", "/graphql/."),
            *(
                "/%2fgraphql",
                "/%2Fgraphql",
                "/graphql%2f",
                "/%67raphql",
                "/graphq%6c",
                "/%5cgraphql",
            ),
            *(
                "/graphql;",
                "/graphql;x=1",
                "/;/graphql",
                "/graphql%3b",
                "/\\graphql",
                "/graphql%00",
            ),
            *("/%252fgraphql", "/graphql%20", "/graphql%0a", "/graphql%3f", "/graphql.json"),
            *("/x/..%2fgraphql", "/..;/graphql", "/graphql%c0%af"),
        ),
    ),
    Attack("an encoded POST", path="/%67raphql"),
    Attack("a doubled slash of a POST", path="//graphql"),
    # websockets
    _socket("a socket of elsewhere", {"Origin": EVIL}),
    _socket("a socket of nowhere", {"Origin": None}),
    _socket("a socket of null", {"Origin": "null"}),
    _socket("a cross-site socket", {"Sec-Fetch-Site": "cross-site"}),
    _socket("a socket without password", {"Authorization": None}),
    _socket("a socket with a query", {}, BY_QUERY),
    _socket("a socket of elsewhere to a page", FOREIGN, "/"),
    Attack("a posted socket", headers={**SOCKET, "Content-Type": "application/json"}),
    _get("a socket without a key", {**SCRIPT, "Upgrade": "websocket", "Connection": "upgrade"}),
    _get("another upgrade", {"Upgrade": "h2c", "Connection": "Upgrade"}),
    # two requests in one
    _smuggled("length and chunks", {"Content-Length": "6", "Transfer-Encoding": "chunked"}),
    _smuggled("chunks, oddly named", {"Transfer-Encoding": "xchunked", "Content-Length": "6"}),
    _smuggled("chunks behind a tab", {"Transfer-Encoding": "\tchunked", "Content-Length": "6"}),
    Attack("two lengths", raw=_twice("Content-Length: 5")),
    Attack("a length below zero", headers={"Content-Length": "-1"}),
    Attack("a body without end", headers={"Content-Length": "5000000"}),
    Attack("a folded header", raw=_twice("X-Fold: a\r\n\tOrigin: b")),
]
"""What an attacker may try: each must be refused, and none may leave a run behind."""

UNPROTECTED = {
    "a form from elsewhere",
    "an image of elsewhere",
    "an order by GET",
    "JSON from elsewhere",
    "a foreign host",
}
"""Attacks that launch a job on a web server without the proxy."""
