-- Grain: one row: customers who joined and who left the audience since the version before.
with now_in as (
    select distinct customer_id from offered_candidates
),

before as (
    select distinct customer_id
    from content.audience
    where scenario_version_id = $previous_version_id
)

select
    (select count(*) from now_in anti join before using (customer_id)) as count_added,
    (select count(*) from before anti join now_in using (customer_id)) as count_removed
