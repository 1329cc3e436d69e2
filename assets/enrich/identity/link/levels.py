"""Levels of agreement of two records, `one` and `other`, as SQL over their texts.

This is what the levels mean; compare.py takes a short cut to the plain ones.
"""

from __future__ import annotations

CLOSE_TOKEN = 0.88
"""Jaro-Winkler similarity from which two Western name parts are one, misspelt."""
GENERATION_YEARS = 15
"""Birth dates this far apart are of two people, however alike they are written: father and son."""
CLOSE_STREET = 0.92
"""The same for streets and towns in Latin letters; one character makes another Chinese street."""


def _alike(left: str, right: str) -> str:
    return f"jaro_winkler_similarity(one.name_{left}, other.name_{right}) >= {CLOSE_TOKEN}"


def _shortened(left: str, right: str) -> str:
    """One of two name parts is the beginning of the other: an initial, or a middle name lost."""
    return (
        f"(starts_with(one.name_{left}, other.name_{right})"
        f" or starts_with(other.name_{right}, one.name_{left}))"
    )


_INITIAL = (
    "least(length(one.name_family), length(one.name_given),"
    " length(other.name_family), length(other.name_given)) = 1"
)

NAME_LEVEL = f"""
    case
        when one.name_kind is null or other.name_kind is null then 'unknown'
        when one.name_kind = 'surname_only' or other.name_kind = 'surname_only'
            then case
                when one.name_family in (other.name_family, other.name_given)
                    or other.name_family = one.name_given then 'partial'
                else 'conflict'
            end
        when one.name_han is not null and other.name_han is not null
            then case when one.name_han = other.name_han then 'same' else 'han_conflict' end
        when one.name_key = other.name_key
            then case when one.is_named and other.is_named then 'same' else 'partial' end
        when one.name_kind <> 'latin' and other.name_kind <> 'latin' then 'conflict'
        when one.name_family is null or other.name_family is null
            or one.name_given is null or other.name_given is null
            then case
                when coalesce({_alike("family", "family")}, false)
                    or coalesce({_alike("given", "given")}, false)
                    or coalesce({_alike("family", "given")}, false)
                    or coalesce({_alike("given", "family")}, false) then 'partial'
                else 'unknown'
            end
        when one.name_kind <> 'latin' or other.name_kind <> 'latin'
            then case
                when one.name_family in (other.name_family, other.name_given)
                    or other.name_family = one.name_given then 'partial'
                else 'conflict'
            end
        when {_INITIAL}
            then case
                when ({_alike("family", "family")} and {_shortened("given", "given")})
                    or ({_alike("given", "given")} and {_shortened("family", "family")})
                    or ({_alike("family", "given")} and {_shortened("given", "family")})
                    or ({_alike("given", "family")} and {_shortened("family", "given")})
                    then 'partial'
                else 'conflict'
            end
        when {_alike("family", "family")} and {_alike("given", "given")} then 'close'
        when {_alike("family", "given")} and {_alike("given", "family")} then 'close'
        when one.name_family = other.name_family and {_shortened("given", "given")} then 'close'
        when {_alike("given", "given")} and length(one.name_given) > 2 then 'partial'
        when {_alike("family", "family")} or {_alike("family", "given")}
            or {_alike("given", "family")} then 'kin'
        else 'conflict'
    end
"""
"""Different Han characters are different people even where they sound alike; pinyin tells too
little to forgive a letter; Western names are forgiven a slip of the pen and a lost middle name, and
a new family name is a partial agreement: people marry. Another given name with the family name is
`kin`: a relative, or the same person under a middle name. A single word may be a nickname."""

BIRTH_LEVEL = f"""
    case
        when one.birth_date is null or other.birth_date is null then 'unknown'
        when one.birth_date = other.birth_date then 'same'
        when abs(year(one.birth_date) - year(other.birth_date)) >= {GENERATION_YEARS}
            then 'conflict'
        when damerau_levenshtein(
                strftime(one.birth_date, '%Y%m%d'), strftime(other.birth_date, '%Y%m%d')
            ) <= 1 then 'close'
        when year(one.birth_date) = year(other.birth_date)
            and month(one.birth_date) = day(other.birth_date)
            and day(one.birth_date) = month(other.birth_date) then 'close'
        when year(one.birth_date) = year(other.birth_date)
            and '0101' in (strftime(one.birth_date, '%m%d'), strftime(other.birth_date, '%m%d'))
            then 'unclear'
        when damerau_levenshtein(
                strftime(one.birth_date, '%Y%m%d'), strftime(other.birth_date, '%Y%m%d')
            ) <= 2 then 'unclear'
        else 'conflict'
    end
"""

ADDRESS_LEVEL = f"""
    case
        when one.city_key <> other.city_key
            and one.postcode is distinct from other.postcode
            and (
                strlen(one.city_key) > length(one.city_key)
                or jaro_winkler_similarity(one.city_key, other.city_key) < {CLOSE_STREET}
            ) then 'differs'
        when one.street_key = other.street_key and one.number_key = other.number_key then 'same'
        when one.street_key = other.street_key
            and (
                one.number_key is null or other.number_key is null
                or starts_with(one.number_key, other.number_key || '-')
                or starts_with(other.number_key, one.number_key || '-')
            ) then 'near'
        when one.street_key = other.street_key
            and (one.postcode = other.postcode or one.city_key = other.city_key) then 'near'
        when one.number_key = other.number_key
            and strlen(one.street_key) = length(one.street_key)
            and jaro_winkler_similarity(one.street_key, other.street_key) >= {CLOSE_STREET}
            then case when one.postcode = other.postcode then 'same' else 'near' end
        when one.postcode = other.postcode then 'area'
        when one.street_key <> other.street_key then 'differs'
        when one.city_key = other.city_key then 'city'
        else 'unknown'
    end
"""

DOCUMENT_LEVEL = """
    case
        when one.document is null or other.document is null then 'unknown'
        when one.document = other.document then 'same'
        when left(one.document, -1) = left(other.document, -1) then 'differs'
        when damerau_levenshtein(one.document, other.document) <= 1 then 'close'
        else 'differs'
    end
"""
"""Numbers of identity documents: a slip of the pen apart, or of two people. Documents that were
issued together differ in the last character."""
