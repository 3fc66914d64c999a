-- Grain: one row a text with its first sentence of facts; in a review summary that is the average or the count.
create or replace temp table sample_with_middle as
with chosen as (
    select
        texts.text_key,
        -- Where two products have been named, 'it' would leave open which is meant.
        case
            when sentences.role in ('fact', 'fit') and texts.names_companion
                then regexp_replace(sentences.body, '^It ', 'The <name> ')
            else sentences.body
        end as middle_1,
        coalesce(sentences.role = 'fact' or starts_with(sentences.body, 'It '), false) as is_clear,
        sentences.slots as slots_1,
        sentences.count_sentences as count_1
    from sample_with_opening as texts
    inner join sample_middles as sentences
        on
            texts.text_key = sentences.text_key
            and not list_has_any(texts.used, sentences.slots)
            and (not sentences.needs_feature or list_contains(texts.used, 'feature_1'))
    where
        case
            when texts.kind = 'review_summaries' then sentences.role = case
                when not list_has_any(texts.used, ['rating_average', 'count_reviews']) then 'rating_count'
                when not list_contains(texts.used, 'rating_average') then 'rating'
                when not list_contains(texts.used, 'count_reviews') then 'count'
            end
            when texts.kind = 'recommendations' then sentences.role = case
                when texts.names_companion and not list_contains(texts.known, 'count_bought_together') then 'fact'
                when texts.u_length < 0.45 then 'fit'
                else 'fact'
            end
            and (sentences.role <> 'fact' or not texts.names_companion or starts_with(sentences.body, 'It '))
            and not (
                list_contains(sentences.slots, 'count_bought_together')
                and not list_contains(sentences.slots, 'companion_name') and not texts.names_companion
            )
            else true
        end
    qualify row_number() over (
        partition by texts.text_key
        order by draw($seed, texts.text_key, 'first' || sentences.sentence_id)
            * sentences.reluctance
    ) = 1
)

select
    texts.* replace (
        list_concat(texts.used, coalesce(chosen.slots_1, [])) as used,
        texts.count_sentences + coalesce(chosen.count_1, 0) as count_sentences
    ),
    chosen.middle_1,
    coalesce(chosen.is_clear, false) as is_clear
from sample_with_opening as texts
left join chosen using (text_key)
