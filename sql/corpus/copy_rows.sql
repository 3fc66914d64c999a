-- Grain: one row an archived text or a person's approved edit, with the facts that it was written from, else those of
-- its product (JSON, name to value).
with products as (
    select
        product_id,
        any_value(name) as name,
        any_value(brand) as brand,
        any_value(category) as category,
        any_value(money(price, currency)) as price
    from shop.products
    group by product_id
),

known_facts as (
    select product_id, 'name' as name, name as value from products
    union all
    select product_id, 'brand' as name, brand as value from products
    union all
    select product_id, 'category' as name, category as value from products
    union all
    select product_id, 'price' as name, price as value from products
    union all
    select product_id, name, value from shop.product_facts
),

facts_of_product as (
    select
        product_id,
        cast(to_json(map_from_entries(list((name, value) order by name))) as varchar) as facts
    from (
        select product_id, name, min(value) as value
        from known_facts
        where value is not null
        group by product_id, name
    )
    group by product_id
),

-- What people wrote in place of a draft and what was then approved: as good as the archive, and newer.
edited as (
    select
        'edit-' || training_pairs.approval_id || '-' || training_pairs.entry as copy_id,
        training_pairs.subject_id,
        training_pairs.plugin as kind,
        training_pairs.locale,
        training_pairs.tone,
        training_pairs.goal,
        training_pairs.accepted_text as body,
        cast(training_pairs.facts as varchar) as facts,
        true as has_own_facts
    from content.training_pairs
    inner join content.approvals using (approval_id)
    where
        training_pairs.withdrawn_at is null
        and training_pairs.accepted_text = approvals.body
        and approvals.state = 'approved'
),

archived as (
    select
        copy.copy_id,
        coalesce(copy.product_id, copy.copy_id) as subject_id,
        copy.kind,
        copy.locale,
        coalesce(copy.tone, 'plain') as tone,
        coalesce(copy.goal, 'inform') as goal,
        copy.body,
        coalesce(cast(copy.facts as varchar), facts_of_product.facts, '{}') as facts,
        copy.facts is not null as has_own_facts
    from shop.copy
    left join facts_of_product using (product_id)
)

select * from archived
union all
select * from edited
order by copy_id
