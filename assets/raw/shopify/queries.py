"""The queries that are sent: which fields of which type, and how they are selected.

Fields and types: https://shopify.dev/docs/api/admin-graphql
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ALWAYS = ("id", "updatedAt")
MONEY = "{ shopMoney { amount currencyCode } }"
ADDRESS = (
    "{ firstName lastName name company address1 address2 city province provinceCode "
    "countryCodeV2 zip phone }"
)
LINE_ITEM = (
    "id name title sku vendor variantTitle quantity currentQuantity isGiftCard requiresShipping "
    "taxable product { id } variant { id } "
    f"originalUnitPriceSet {MONEY} originalTotalSet {MONEY} totalDiscountSet {MONEY}"
)
VARIANT = (
    "id legacyResourceId title sku barcode price compareAtPrice position inventoryQuantity taxable "
    "createdAt updatedAt inventoryItem { id unitCost { amount currencyCode } }"
)
REFUND_LINE = (
    "id quantity restockType restocked lineItem { id } location { id } "
    f"priceSet {MONEY} subtotalSet {MONEY} totalTaxSet {MONEY}"
)


@dataclass(frozen=True)
class Stream:
    """One stream.

    Attributes:
        root: Connection that is listed.
        kind: GraphQL type of the records.
        scope: Access scope that the app needs.
        selections: Fields that are objects, and what is selected in them.
        nested: Fields that are connections, and what is selected in their nodes.
    """

    root: str
    kind: str
    scope: str
    selections: Mapping[str, str]
    nested: Mapping[str, str]


STREAMS = {
    "orders": Stream(
        root="orders",
        kind="Order",
        scope="read_orders",
        selections={
            "app": "{ id name }",
            "billingAddress": ADDRESS,
            "currentTotalPriceSet": MONEY,
            "customer": "{ id }",
            "shippingAddress": ADDRESS,
            "subtotalPriceSet": MONEY,
            "totalDiscountsSet": MONEY,
            "totalPriceSet": MONEY,
            "totalRefundedSet": MONEY,
            "totalShippingPriceSet": MONEY,
            "totalTaxSet": MONEY,
        },
        nested={"lineItems": LINE_ITEM},
    ),
    "customers": Stream(
        root="customers",
        kind="Customer",
        scope="read_customers",
        selections={
            "amountSpent": "{ amount currencyCode }",
            "defaultAddress": ADDRESS,
            "defaultEmailAddress": (
                "{ emailAddress marketingState marketingOptInLevel marketingUpdatedAt }"
            ),
            "defaultPhoneNumber": "{ phoneNumber marketingState }",
        },
        nested={},
    ),
    "products": Stream(
        root="products",
        kind="Product",
        scope="read_products",
        selections={"category": "{ id fullName }"},
        nested={"variants": VARIANT},
    ),
    "refunds": Stream(
        root="orders",
        kind="Refund",
        scope="read_orders",
        selections={
            "order": "{ id name }",
            "return": "{ id }",
            "totalRefundedSet": MONEY,
        },
        nested={"refundLineItems": REFUND_LINE},
    ),
}
SCOPES_QUERY = "query { currentAppInstallation { accessScopes { handle } } }"


def selection(stream: Stream, fields: Iterable[str], extra: Mapping[str, str], nested: str) -> str:
    """The fields of a record; `nested` is the number of records of its connections."""
    words = []
    for name in sorted({*fields, *ALWAYS}):
        if name in stream.nested:
            words.append(f"{name}(first: {nested}) {_page_of(stream.nested[name])}")
        else:
            words.append(f"{name} {extra.get(name, stream.selections.get(name, ''))}".strip())
    return " ".join(words)


def listing(stream: Stream, selected: str) -> str:
    """The query of a page; variables: first, after, search, nested if it is selected."""
    variables = "$first: Int!, $after: String, $search: String" + _nested_variable(selected)
    arguments = "first: $first, after: $after, sortKey: UPDATED_AT, query: $search"
    return f"query({variables}) {{ {stream.root}({arguments}) {_page_of(selected)} }}"


def by_ids(stream: Stream, selected: str) -> str:
    """The query of records by id; variables: ids, nested if it is selected."""
    variables = "$ids: [ID!]!" + _nested_variable(selected)
    return f"query({variables}) {{ nodes(ids: $ids) {{ ... on {stream.kind} {{ {selected} }} }} }}"


def rest_of(stream: Stream, name: str) -> str:
    """The query of the further records of a connection; variables: id, first, after."""
    inner = f"{name}(first: $first, after: $after) {_page_of(stream.nested[name])}"
    return (
        "query($id: ID!, $first: Int!, $after: String) "
        f"{{ node(id: $id) {{ ... on {stream.kind} {{ id {inner} }} }} }}"
    )


REFUNDS_OF_ORDERS = "id updatedAt refunds(first: $nested) { id }"
ALL_REFUNDS = (
    "query($id: ID!, $first: Int!) { node(id: $id) { ... on Order { refunds(first: $first) { id } "
    "} } }"
)


def _page_of(selected: str) -> str:
    return f"{{ nodes {{ {selected} }} pageInfo {{ hasNextPage endCursor }} }}"


def _nested_variable(selected: str) -> str:
    return ", $nested: Int!" if "$nested" in selected else ""
