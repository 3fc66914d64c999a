-- Grain: one row a copywriter that was in use until now.
update content.models
set state = 'retired'
where state = 'in_use'
