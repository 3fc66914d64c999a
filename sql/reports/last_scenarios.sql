-- Grain: one row a scenario: its last version.
select *
from content.scenarios
qualify row_number() over (partition by scenario order by version desc, built_at desc) = 1
