{# Criterion -> bits, in the order that holds where the seed names none. #}
{% macro survival_criteria() -%}
    {{ return({
        'trusted_source': 7, 'valid': 1, 'most_recent': 33, 'most_complete': 5, 'most_frequent': 5
    }) }}
{%- endmacro %}

{# The last tie-break, to the right of all criteria: the number among simultaneous candidates. #}
{% macro last_tie_break_bits() -%}
    {{ return(12) }}
{%- endmacro %}


{#
    How far to the left each criterion stands, as the body of a CTE: one row per attribute and
    criterion. A criterion that the seed does not name for an attribute counts after those it names.
#}
{% macro survival_weights(survivorship_order) -%}
    with
    criteria as (
        {%- for criterion, bits in survival_criteria().items() %}
        {{ 'union all ' if not loop.first }}select
            '{{ criterion }}' as criterion,
            {{ bits }} as bits,
            {{ 100 + loop.index }} as usual_step
        {%- endfor %}
    ),

    attributes as (
        {%- for attribute in golden_attributes() %}
        {{ 'union all ' if not loop.first }}select '{{ attribute.name }}' as attribute
        {%- endfor %}
    ),

    steps as (
        select
            attributes.attribute,
            criteria.criterion,
            criteria.bits,
            coalesce(survivorship_order.step, criteria.usual_step) as step
        from attributes
        cross join criteria
        left join {{ survivorship_order }} as survivorship_order
            on
                attributes.attribute = survivorship_order.attribute
                and criteria.criterion = survivorship_order.criterion
    )

    select
        attribute,
        criterion,
        step,
        cast(
            power(
                2,
                {{ last_tie_break_bits() }} + coalesce(
                    sum(bits) over (
                        partition by attribute
                        order by step desc
                        rows between unbounded preceding and 1 preceding
                    ),
                    0
                )
            ) as bigint
        ) as weight
    from steps
{%- endmacro %}


{# The weights side by side in one row, `<attribute>_<criterion>`, as the body of a CTE. #}
{% macro survival_weights_in_a_row(weights) -%}
    select
        {%- for attribute in golden_attributes() %}
        {%- for criterion in survival_criteria() %}
        min(
            case
                when attribute = '{{ attribute.name }}' and criterion = '{{ criterion }}'
                    then weight
            end
        ) as {{ attribute.name }}_{{ criterion }},
        {%- endfor %}
        {%- endfor %}
        count(*) as weight_count
    from {{ weights }}
{%- endmacro %}

{#
    The rank of a candidate: its numbers, each as far to the left as its weight says. How often its
    value is said is not among them: only candidates that are counted differ in it.
#}
{% macro survival_rank(attribute) -%}
    {%- set name = attribute.name -%}
    {%- for criterion in survival_criteria() if criterion != 'most_frequent' %}
    {{ '+ ' if not loop.first -}}
    weights.{{ name }}_{{ criterion }} * (
        {{ penalty(criterion, attribute, name ~ '_priority') }}
    )
    {%- endfor %}
{%- endmacro %}

{# What the rank of a candidate still lacks where values are counted. #}
{% macro rank_of_votes(attribute, frequency) -%}
    weights.{{ attribute.name }}_most_frequent * (
        {{ penalty('most_frequent', attribute, none, frequency) }}
    )
{%- endmacro %}

{# Condition: of two candidates of a customer, the earlier; of one moment, the smaller record. #}
{% macro comes_before(one, other) -%}
    (
        {{ one }}.observed_second < {{ other }}.observed_second
        or {{ one }}.observed_second = {{ other }}.observed_second
        and (
            {{ one }}.source < {{ other }}.source
            or {{ one }}.source = {{ other }}.source
            and {{ one }}.source_record_id < {{ other }}.source_record_id
        )
    )
{%- endmacro %}

{#
    Of a duel, the column of the one with the smaller rank; an empty rank is that of no value. Ranks
    are equal at one moment only, where the smaller record stands as the older.
#}
{% macro first_of_two(column, rank) -%}
    case
        when older.{{ rank }} <= coalesce(newer.{{ rank }}, older.{{ rank }})
            then older.{{ column }}
        when newer.{{ rank }} is not null then newer.{{ column }}
    end
{%- endmacro %}

{# The same sum over rows that hold one attribute each. #}
{% macro weighed_sum(weights, candidates) -%}
    {%- for criterion in survival_criteria() -%}
        {{ ' + ' if not loop.first -}}
        {{ weights }}.{{ criterion }}_weight * {{ candidates }}.{{ criterion }}
    {%- endfor -%}
{%- endmacro %}


{# The number that a criterion gives to a candidate: small is better. #}
{% macro penalty(criterion, attribute, priority, frequency) -%}
    {%- if criterion == 'trusted_source' -%}
        coalesce({{ priority }}, 99)
    {%- elif criterion == 'valid' -%}
        case when {{ attribute.valid or 'true' }} then 0 else 1 end
    {%- elif criterion == 'most_recent' -%}
        {{ 2 ** 33 - 1 }} - observed_second
    {%- elif criterion == 'most_complete' -%}
        31 - least({{ attribute.completeness or 1 }}, 31)
    {%- elif criterion == 'most_frequent' -%}
        31 - least(greatest(coalesce({{ frequency }}, 1), 1), 31)
    {%- endif -%}
{%- endmacro %}
