-- Grain: one row a text and a sentence of facts that may stand in its middle: of its kind and tone, with facts at hand.
create or replace temp table sample_middles as
select
    subjects.text_key,
    sentences.sentence_id,
    sentences.body,
    sentences.role,
    sentences.slots,
    sentences.count_sentences,
    -- 'It also has …' needs something before it.
    list_contains(sentences.slots, 'feature_2') and not list_contains(sentences.slots, 'feature_1') as needs_feature,
    -- Sentences of the text's own tone come sooner.
    case when sentences.tone is null then 1.0 else 0.55 end as reluctance
from sample_subjects as subjects
inner join sample_sentences as sentences
    on
        case subjects.kind when 'product_page' then 'descriptions' else subjects.kind end = sentences.kind
        and sentences.part = 'middle'
        and (sentences.tone is null or subjects.tone = sentences.tone)
        and list_has_all(subjects.known, sentences.slots)
