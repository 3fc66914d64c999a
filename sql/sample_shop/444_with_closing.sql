-- Grain: one row a text with its closing, left out where the text is long enough without.
create or replace temp table sample_with_closing as
with chosen as (
    select texts.text_key, sentences.body as closing
    from sample_with_third as texts
    inner join sample_sentences as sentences
        on
            case texts.kind when 'product_page' then 'descriptions' else texts.kind end = sentences.kind
            and sentences.part = 'closing'
            and (sentences.goal is null or texts.goal = sentences.goal)
            and (sentences.tone is null or texts.tone = sentences.tone)
            and (sentences.category is null or texts.category = sentences.category)
            and list_has_all(texts.known, sentences.slots)
            and not list_has_any(texts.used, sentences.slots)
    where
        case
            -- An offer names its price, in the closing if nowhere before.
            when texts.goal = 'offer_value' and texts.kind <> 'review_summaries'
            and list_contains(texts.known, 'price') and not list_contains(texts.used, 'price')
                then list_contains(sentences.slots, 'price')
            else texts.count_sentences <= 3 and texts.u_length > 0.2
        end
    qualify row_number() over (
        partition by texts.text_key order by draw($seed, texts.text_key, 'closing' || sentences.sentence_id)
    ) = 1
)

select texts.*, chosen.closing
from sample_with_third as texts
left join chosen using (text_key)
