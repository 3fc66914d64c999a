-- Grain: one row a text with its opening: any that suits goal, tone and category, and whose slots are known.
create or replace temp table sample_with_opening as
with eligible as (
    select
        subjects.text_key,
        sentences.sentence_id,
        sentences.body,
        sentences.slots,
        sentences.count_sentences,
        -- Openings for a goal, for a tone and for a category come up alike often, however many there are of each;
        -- those for any text come up less, or they would open most texts.
        case
            when sentences.goal is not null then 'goal'
            when sentences.tone is not null then 'tone'
            when sentences.category is not null then 'category'
            else 'any'
        end as fitted_to
    from sample_subjects as subjects
    inner join sample_sentences as sentences
        on
            case subjects.kind when 'product_page' then 'descriptions' else subjects.kind end = sentences.kind
            and sentences.part = 'opening'
            and (sentences.goal is null or subjects.goal = sentences.goal)
            and (sentences.tone is null or subjects.tone = sentences.tone)
            and (sentences.category is null or subjects.category = sentences.category)
            and list_has_all(subjects.known, sentences.slots)
),

weighed as (
    select
        *,
        case fitted_to when 'any' then 0.6 else 1.0 end / count(*) over (partition by text_key, fitted_to) as weight
    from eligible
),

chosen as (
    select *
    from weighed
    qualify row_number() over (
        partition by text_key
        order by -ln(1.0 - draw($seed, text_key, 'opening' || sentence_id)) / weight
    ) = 1
)

select
    subjects.*,
    chosen.body as opening,
    list_filter(chosen.slots, lambda s: s <> 'name') as used,
    list_contains(chosen.slots, 'companion_name') as names_companion,
    chosen.count_sentences,
    draw($seed, subjects.text_key, 'length') as u_length
from sample_subjects as subjects
inner join chosen using (text_key)
