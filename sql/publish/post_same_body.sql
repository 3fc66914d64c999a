-- Grain: one row; how many live bodies of the run $run_id's plugins stand more than once within a plugin and locale.
with doubled as (
    select plugin
    from content.texts
    where retired_at is null
    group by plugin, locale, body
    having count(*) > 1 and bool_or(run_id = $run_id)
)

select count(*) as count_broken from doubled
