-- Every sign of a stage: entries of Zoho's stage history, and what the versions of the record say.
-- Only a history, or a record that dates its stage, knows the moment; a version knows it at the
-- latest.
with

versions as (
    select * from {{ ref('int_opportunity_versions') }}
),

stage_history as (
    select * from {{ ref('stg_crm_zoho__deal_stage_history') }}
),

opportunities as (
    select
        opportunity_key,
        record_id
    from versions
    where is_current and source_system = 'crm_zoho'
),

told as (
    select
        opportunities.opportunity_key,
        stage_history.stage,
        stage_history.probability_percent,
        stage_history.deal_amount as original_amount,
        stage_history.reached_at as seen_at,
        true as is_entry_exact,
        stage_history.stage_entry_id as sign_id
    from stage_history
    inner join opportunities
        on stage_history.deal_id = opportunities.record_id
),

seen as (
    select
        opportunity_key,
        stage,
        probability_percent,
        original_amount,
        least(coalesce(stage_changed_at, modified_at), modified_at) as seen_at,
        stage_changed_at is not null and stage_changed_at <= modified_at as is_entry_exact,
        'version' as sign_id
    from versions
    where is_version_known
),

final as (
    select * from told
    union all
    select * from seen
)

select * from final
