-- Grain: the row of a copywriter that was trained before with the same outcome; it is written anew.
delete from content.models
where model_hash = $model_hash
