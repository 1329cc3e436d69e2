{#
    An amount in the reporting currency, to the cent; half a cent goes away from zero. Null without
    a rate: an amount that cannot be converted must not pass for a converted one.

    rate: `rate_to_reporting` of the core model exchange_rates, joined on the amount's currency_code
        and the business date of its event.
#}
{% macro to_reporting(amount, rate) -%}
    cast(round({{ amount }} * {{ rate }}, 2) as decimal(18, 2))
{%- endmacro %}
