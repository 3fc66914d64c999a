-- Grain: one row a subject with a live text of the scenario and plugin in the locale: the hash that it was written from.
select
    subject_id,
    arg_max(brief_hash, published_at) as brief_hash
from content.texts
where scenario = $scenario and plugin = $plugin and locale = $locale and retired_at is null
group by subject_id
