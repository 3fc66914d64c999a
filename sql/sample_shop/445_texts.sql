-- Grain: one row a written text: its template with slots, its body with every slot filled; no two bodies are equal.
create or replace temp table sample_texts as
with joined as (
    select *, concat_ws(' ', opening, middle_1, middle_2, middle_3, closing) as template
    from sample_with_closing
),

filled as (
    select
        *,
        list_reduce(
            list_transform(map_entries(facts), lambda e: '<' || e.key || '>' || chr(31) || e.value),
            lambda text, slot: replace(text, split_part(slot, chr(31), 1), split_part(slot, chr(31), 2)),
            template
        ) as body
    from joined
)

select *
from filled
qualify row_number() over (partition by body order by text_key) = 1
