-- What the data steward decided on two records, each pair once, whichever record was written first.
-- A pair of unknown records stays, marked: it is a typing mistake, or a record that has left.
with
people as (
    select
        source,
        source_record_id
    from {{ ref('int_identity_people') }}
),

decided as (
    select
        decision,
        source_a as one_source,
        source_record_id_a as one_id,
        source_b as other_source,
        source_record_id_b as other_id,
        source_a < source_b
        or (source_a = source_b and source_record_id_a <= source_record_id_b) as is_in_order,
        decided_at
    from {{ ref('stg_steward__link_decisions') }}
),

pairs as (
    select
        decision,
        case when is_in_order then one_source else other_source end as source_a,
        case when is_in_order then one_id else other_id end as source_record_id_a,
        case when is_in_order then other_source else one_source end as source_b,
        case when is_in_order then other_id else one_id end as source_record_id_b,
        decided_at
    from decided
),

ranked as (
    select
        *,
        row_number() over (
            partition by
                source_a,
                source_record_id_a,
                source_b,
                source_record_id_b
            order by
                case decision when 'do_not_link' then 1 else 2 end asc,
                decided_at desc
        ) as decision_rank
    from pairs
),

final as (
    select
        ranked.decision,
        ranked.source_a,
        ranked.source_record_id_a,
        ranked.source_b,
        ranked.source_record_id_b,
        ranked.decided_at,
        person_a.source is not null
        and person_b.source is not null
        and not (
            ranked.source_a = ranked.source_b
            and ranked.source_record_id_a = ranked.source_record_id_b
        ) as is_known_pair
    from ranked
    left join people as person_a
        on
            ranked.source_a = person_a.source
            and ranked.source_record_id_a = person_a.source_record_id
    left join people as person_b
        on
            ranked.source_b = person_b.source
            and ranked.source_record_id_b = person_b.source_record_id
    where ranked.decision_rank = 1
)

select * from final
