-- Grain: one row a time a copywriter was put in use; reason says by which way (training, a person, a rollback).
create table if not exists content.model_uses (
    model_hash varchar not null,
    used_at timestamp not null,
    reason varchar not null
)
