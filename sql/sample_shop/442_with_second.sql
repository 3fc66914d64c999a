-- Grain: one row a text with its second sentence of facts where there is room; in a review summary, what is praised.
create or replace temp table sample_with_second as
with chosen as (
    select
        texts.text_key,
        case
            when sentences.role = 'fact' and not texts.is_clear and list_contains(texts.used, 'companion_name')
                then regexp_replace(sentences.body, '^It ', 'The <name> ')
            else sentences.body
        end as middle_2,
        sentences.slots as slots_2,
        sentences.count_sentences as count_2
    from sample_with_middle as texts
    inner join sample_middles as sentences
        on
            texts.text_key = sentences.text_key
            and not list_has_any(texts.used, sentences.slots)
            and (not sentences.needs_feature or list_contains(texts.used, 'feature_1'))
    where
        case
            when texts.kind = 'review_summaries' then sentences.role = case
                when list_contains(texts.known, 'faulted_1') and (texts.u_length < 0.35 or texts.count_sentences > 2) then 'both'
                else 'praise'
            end
            when texts.kind = 'recommendations' then
                sentences.role = 'fact' and texts.count_sentences < 3
                and (
                    texts.is_clear or not list_contains(texts.used, 'companion_name')
                    or starts_with(sentences.body, 'It ')
                )
            when texts.kind = 'product_page' then true
            else texts.count_sentences < 4 and texts.u_length < 0.88
        end
    qualify row_number() over (
        partition by texts.text_key
        order by draw($seed, texts.text_key, 'second' || sentences.sentence_id)
            * sentences.reluctance
    ) = 1
)

select
    texts.* replace (
        list_concat(texts.used, coalesce(chosen.slots_2, [])) as used,
        texts.count_sentences + coalesce(chosen.count_2, 0) as count_sentences
    ),
    chosen.middle_2
from sample_with_middle as texts
left join chosen using (text_key)
