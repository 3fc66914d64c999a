-- Grain: one row, the published text $text_id: when and why it was retired, if it was.
select retired_at, retired_reason
from content.texts
where text_id = $text_id
