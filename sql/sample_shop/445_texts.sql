-- Grain: one row a written text: its template with slots, its body with every slot filled; no two bodies are equal.
create or replace temp table sample_texts as
with joined as (
    select *, concat_ws(' ', opening, middle_1, middle_2, middle_3, closing) as template
    from sample_with_closing
),

filled as (
    select
        *,
        -- Each part after a '<' begins with the name of a slot and its '>'.
        array_to_string(
            list_transform(
                string_split(template, '<'),
                lambda part: case
                    when contains(part, '>') then facts[split_part(part, '>', 1)] || split_part(part, '>', 2)
                    else part
                end
            ), ''
        ) as body
    from joined
)

select *
from filled
qualify row_number() over (partition by body order by text_key) = 1
