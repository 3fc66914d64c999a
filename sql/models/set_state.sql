-- Grain: one row a copywriter whose state changes.
update content.models
set state = $state
where model_hash = $model_hash
