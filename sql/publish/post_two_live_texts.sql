-- Grain: one row; how many briefs have more than one live text.
with crowded as (
    select brief_id
    from content.texts
    where retired_at is null
    group by brief_id
    having count(*) > 1
)

select count(*) as count_broken from crowded
