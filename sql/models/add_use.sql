-- Grain: one row a time a copywriter is put in use.
insert into content.model_uses
select
    $model_hash as model_hash,
    $used_at as used_at,
    $reason as reason
