{#
    An amount in the reporting currency, to the cent; half a cent goes away from zero. Null without
    a rate: an amount that cannot be converted must not pass for a converted one.

    rate: `rate_to_reporting` of the core model exchange_rates, joined on the amount's currency_code
        and the business date of its event.
#}
{% macro to_reporting(amount, rate) -%}
    cast(round(({{ amount }}) * ({{ rate }}), 2) as decimal(18, 2))
{%- endmacro %}


{# Money as a whole number of cents, and back; exact both ways. #}
{% macro to_cents(amount) -%}
    cast(({{ amount }}) * 100 as bigint)
{%- endmacro %}

{% macro from_cents(cents) -%}
    cast(({{ cents }}) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
{%- endmacro %}


{# A whole number wide enough for the product of two amounts in cents. #}
{% macro wide_integer(expression) -%}
    {{ return(adapter.dispatch('wide_integer', 'customer_360')(expression)) }}
{%- endmacro %}

{% macro duckdb__wide_integer(expression) -%}
    cast({{ expression }} as hugeint)
{%- endmacro %}

{% macro spark__wide_integer(expression) -%}
    cast({{ expression }} as decimal(38, 0))
{%- endmacro %}


{#
    amount * part / whole to the cent, half a cent up, computed in whole cents. For amounts and
    parts that are not negative and a whole above zero. The part that equals the whole gives back
    the amount itself, and shares of growing parts differ by what the growth is worth.
#}
{% macro in_proportion(amount, part, whole) -%}
    {%- set doubled = '2 * ' ~ wide_integer(to_cents(amount)) ~ ' * ' ~ to_cents(part) -%}
    {{ from_cents('cast(' ~ whole_quotient(
        '(' ~ doubled ~ ' + ' ~ to_cents(whole) ~ ')', '(2 * ' ~ to_cents(whole) ~ ')'
    ) ~ ' as bigint)') }}
{%- endmacro %}


{#
    An amount of a whole split over its parts by weight, to the cent: the body of a CTE that adds
    share_amount to the columns of the relation. Each part gets its share cut to the cent, and the
    cents that are left go to the largest remainders, then to the first part by name. So the shares
    of a whole are exactly its amount. Weights below zero count as zero; where all are, the parts
    count alike.

    relation: a relation, a CTE, or a query in brackets, with one row per part.
    whole, part: columns that name the whole and the part.
    amount: amount of the whole, not negative, the same in each of its rows.
    weight: amount by which it is split.
#}
{% macro split_by_weight(relation, whole, part, amount, weight) -%}
    select
        *,
        {{ from_cents(
            'cast(' ~ shared_units(
                '_amount_cents', '_weight', '_total_weight', partition=[whole], tie_break=part
            ) ~ ' as bigint)'
        ) }} as share_amount
    from (
        select
            *,
            sum(_weight) over (partition by {{ whole }}) as _total_weight
        from (
            select
                *,
                {{ wide_integer(to_cents(amount)) }} as _amount_cents,
                case
                    when sum(greatest({{ weight }}, 0)) over (partition by {{ whole }}) > 0
                        then {{ to_cents('greatest(' ~ weight ~ ', 0)') }}
                    else 1
                end as _weight
            from {{ relation }} as parts
        ) as weighed
    ) as totalled
{%- endmacro %}


{#
    Amounts of the parts of a whole in the reporting currency, so that they sum to the whole's
    converted amount: the body of a CTE that adds converted_amount to the columns of the relation.
    Each part is cut to the cent, and the cents that are left go to the largest remainders, then to
    the first part by name.
#}
{% macro convert_parts(relation, whole, part, amount, rate) -%}
    select
        *,
        {{ from_cents(
            '_whole_cents + case when row_number() over (partition by ' ~ whole
            ~ ' order by _exact_cents - _whole_cents desc, ' ~ part
            ~ ') <= _converted_cents - sum(_whole_cents) over (partition by ' ~ whole
            ~ ') then 1 else 0 end'
        ) }} as converted_amount
    from (
        select
            *,
            cast(floor(_exact_cents) as bigint) as _whole_cents,
            cast(round(sum(_exact_cents) over (partition by {{ whole }}), 0) as bigint)
                as _converted_cents
        from (
            select
                *,
                cast({{ to_cents(amount) }} as decimal(18, 0)) * ({{ rate }}) as _exact_cents
            from {{ relation }} as parts
        ) as exact
    ) as cut
{%- endmacro %}


{# The rate of a currency, with exchange_rates joined: 1 for the reporting currency itself. #}
{% macro rate_or_one(currency_code, rates='exchange_rates') -%}
    case
        when {{ currency_code }} = '{{ var("reporting_currency") }}' then cast(1 as decimal(20, 10))
        else {{ rates }}.rate_to_reporting
    end
{%- endmacro %}


{#
    Margin of what was kept of a sale: goods that were given back no longer cost anything, in the
    proportion of the money. Nothing kept is no margin; more money given back than came in is lost.
#}
{% macro margin_kept(kept, net, cost) -%}
    case
        when {{ kept }} = {{ net }} then {{ net }} - {{ cost }}
        when {{ kept }} <= 0 or {{ net }} <= 0 then {{ kept }}
        else {{ kept }} - {{ in_proportion(cost, kept, net) }}
    end
{%- endmacro %}


{# Margin per unit of net amount, from nothing to all of it; null of nothing sold. #}
{% macro margin_share(margin, net) -%}
    case
        when {{ net }} > 0
            then cast(least(greatest({{ margin }} / {{ net }}, 0), 1) as decimal(9, 6))
    end
{%- endmacro %}
