"""The ways to show credentials (认证), as a contract writes them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from assets.raw.contract_columns import Strict

Secret = Annotated[str, Field(repr=False, min_length=1)]


class NoAuth(Strict):
    """An open system."""

    kind: Literal["none"] = "none"


class Bearer(Strict):
    """A fixed token: `Authorization: Bearer …`."""

    kind: Literal["bearer"]
    token: Secret


class Basic(Strict):
    """User and password, also key and secret."""

    kind: Literal["basic"]
    username: Secret
    password: Secret


class Header(Strict):
    """A header of the system's own, such as `X-Api-Key`."""

    kind: Literal["header"]
    name: str
    value: Secret


class Query(Strict):
    """A parameter in every address; it is kept out of checkpoints and logs."""

    kind: Literal["query"]
    name: str
    value: Secret


class OAuth2(Strict):
    """OAuth 2.0 (RFC 6749): client credentials, or a refresh token.

    Attributes:
        client_in: Where id and secret go in the token request: form fields, or Basic.
        token: JSON path of the access token in the answer.
        expires_in: JSON path of its lifetime in seconds.
        renewed: JSON path of a new refresh token; the old one counts no more then.
        lifetime_seconds: Lifetime when the answer does not say.
        header: Header of the later requests.
        prefix: Text before the token in it.
        fields: Further form fields of the token request, such as `audience`.
    """

    kind: Literal["oauth2"]
    token_url: str
    grant: Literal["client_credentials", "refresh_token"] = "client_credentials"
    client_id: Secret
    client_secret: Secret
    refresh_token: str | None = Field(default=None, repr=False, min_length=1)
    scope: str | None = None
    client_in: Literal["body", "header"] = "body"
    token: str = "access_token"
    expires_in: str = "expires_in"
    renewed: str = "refresh_token"
    lifetime_seconds: int = Field(default=3600, ge=120)
    header: str = "Authorization"
    prefix: str = "Bearer "
    fields: dict[str, str] = Field(default_factory=dict, repr=False)

    @model_validator(mode="after")
    def _refresh_token_where_needed(self) -> Self:
        if (self.grant == "refresh_token") != (self.refresh_token is not None):
            raise ValueError("refresh_token and grant: refresh_token belong together")
        return self


Auth = Annotated[
    NoAuth | Bearer | Basic | Header | Query | OAuth2,
    Field(discriminator="kind"),
]
