-- Grain: one row a text with a third sentence: what reviews fault, or one more fact on a product's page.
create or replace temp table sample_with_third as
with chosen as (
    select
        texts.text_key,
        sentences.body as middle_3,
        sentences.slots as slots_3,
        sentences.count_sentences as count_3
    from sample_with_second as texts
    inner join sample_middles as sentences
        on
            texts.text_key = sentences.text_key
            and not list_has_any(texts.used, sentences.slots)
            and (not sentences.needs_feature or list_contains(texts.used, 'feature_1'))
    where
        case
            when texts.kind = 'review_summaries' then sentences.role = case
                when list_contains(texts.known, 'faulted_1') then 'fault' else 'praise_too'
            end
            else texts.kind = 'product_page'
        end
    qualify row_number() over (
        partition by texts.text_key
        order by draw($seed, texts.text_key, 'third' || sentences.sentence_id)
            * sentences.reluctance
    ) = 1
)

select
    texts.* replace (
        list_concat(texts.used, coalesce(chosen.slots_3, [])) as used,
        texts.count_sentences + coalesce(chosen.count_3, 0) as count_sentences
    ),
    chosen.middle_3
from sample_with_second as texts
left join chosen using (text_key)
