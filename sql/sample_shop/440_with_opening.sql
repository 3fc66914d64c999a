-- Grain: one row a text with its opening: any that suits goal, tone and category, and whose slots are known.
create or replace temp table sample_with_opening as
select
    subjects.*,
    sentences.body as opening,
    list_filter(sentences.slots, lambda s: s <> 'name') as used,
    list_contains(sentences.slots, 'companion_name') as names_companion,
    sentences.count_sentences,
    draw($seed, subjects.text_key, 'length') as u_length
from sample_subjects as subjects
inner join sample_sentences as sentences
    on
        case subjects.kind when 'product_page' then 'descriptions' else subjects.kind end = sentences.kind
        and sentences.part = 'opening'
        and (sentences.goal is null or subjects.goal = sentences.goal)
        and (sentences.tone is null or subjects.tone = sentences.tone)
        and (sentences.category is null or subjects.category = sentences.category)
        and list_has_all(subjects.known, sentences.slots)
qualify row_number() over (
    partition by subjects.text_key order by draw($seed, subjects.text_key, 'opening' || sentences.sentence_id)
) = 1
