-- Grain: one row a customer, plugin and subject of content.feed, with when its text was published and by which model;
-- in one order, so that two exports of one feed are equal byte for byte.
create or replace temp table feed_rows as
select
    feed.customer_id,
    feed.scenario,
    feed.plugin,
    feed.subject_id,
    feed.text_id,
    feed.body,
    texts.published_at,
    texts.model_hash
from content.feed
inner join content.texts using (text_id)
order by feed.customer_id, feed.scenario, feed.plugin, feed.subject_id, feed.text_id
