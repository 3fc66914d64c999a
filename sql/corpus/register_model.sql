-- Grain: one row a copywriter.
insert into content.models
select
    $model_hash as model_hash,
    $folder as folder,
    $base as base,
    $revision as revision,
    cast($corpus as json) as corpus,
    cast($settings as json) as settings,
    cast($figures as json) as figures,
    $state as state,
    $created_at as created_at
