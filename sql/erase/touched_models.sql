-- Grain: one row a copywriter that was trained after the customer wrote, on an archive that held a summary of the reviews
-- of a product that they reviewed, or ($has_mentions) a text that names them.
with earliest as (
    select min(coalesce(written_at, timestamp '1970-01-01')) as written_at
    from own_texts
),

summarised as (
    select count(*) > 0 as is_touched
    from shop.copy
    inner join own_texts using (product_id)
    where
        copy.kind = 'review_summaries'
        and own_texts.source_table = 'shop.reviews'
        and coalesce(copy.approved_at >= own_texts.written_at, true)
)

select
    models.model_hash,
    models.folder,
    models.state
from content.models
cross join earliest
cross join summarised
where $has_mentions or (summarised.is_touched and models.created_at >= earliest.written_at)
order by models.created_at
