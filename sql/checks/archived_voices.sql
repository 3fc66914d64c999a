-- Grain: one row an archived text of the locale's language, at most 150 of a kind, goal and tone (an even sample).
select
    kind,
    coalesce(goal, 'inform') as goal,
    coalesce(tone, 'plain') as tone,
    body
from shop.copy
where body is not null and split_part(locale, '-', 1) = split_part($locale, '-', 1)
qualify row_number() over (
    partition by kind, coalesce(goal, 'inform'), coalesce(tone, 'plain')
    order by hash(copy_id), copy_id
) <= 150
order by copy_id
