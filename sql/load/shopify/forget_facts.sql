-- Grain: deletes the facts that products of the file had and have no more.
delete from shop.product_facts
where product_id in (select product_id from judged where reason is null)
    and not exists (
        select 1
        from found_facts
        where found_facts.product_id = product_facts.product_id and found_facts.name = product_facts.name
    )
