{# As many rows as another relation: nothing was dropped and nothing multiplied on the way. #}
{% test row_count_equal(model, to, to_where='true', where_model='true') %}
    with
    here as (select count(*) as row_count from {{ model }} where {{ where_model }}),

    there as (select count(*) as row_count from {{ to }} where {{ to_where }})

    select
        here.row_count as rows_here,
        there.row_count as rows_there
    from here
    cross join there
    where here.row_count <> there.row_count
{% endtest %}


{# Exactly one row here for each value of a column there, of the rows that to_where names. #}
{% test one_row_per(model, column_name, to, field, to_where='true') %}
    with
    wanted as (
        select distinct {{ field }} as key_value
        from {{ to }}
        where {{ field }} is not null and ({{ to_where }})
    ),

    counted as (
        select
            {{ column_name }} as key_value,
            count(*) as row_count
        from {{ model }}
        where {{ column_name }} is not null
        group by {{ column_name }}
    )

    select
        coalesce(wanted.key_value, counted.key_value) as key_value,
        coalesce(counted.row_count, 0) as row_count
    from wanted
    full outer join counted on wanted.key_value = counted.key_value
    where wanted.key_value is null or coalesce(counted.row_count, 0) <> 1
{% endtest %}


{# The totals of a column here and of a column there agree to the cent. #}
{% test sum_equal(model, column_name, to, field, to_where='true') %}
    with
    here as (select coalesce(sum({{ column_name }}), 0) as total from {{ model }}),

    there as (select coalesce(sum({{ field }}), 0) as total from {{ to }} where {{ to_where }})

    select
        here.total as total_here,
        there.total as total_there
    from here
    cross join there
    where here.total <> there.total
{% endtest %}
