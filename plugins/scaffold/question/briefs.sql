-- Grain: one row an open question about a product that we know something of.
-- One SELECT that reads the schemas shop, staging, mart and content. $scenario_version_id is bound for you; $locale
-- and $min_audience may be used, too. Every fact names the cell that it was read from: the claim ledger shows it.
-- The question's own words are no fact: a customer wrote them, and they reach no prompt.
with asked as (
    select distinct
        questions.question_id,
        questions.product_id
    from shop.questions as questions
    where
        questions.answer is null
        and exists (select 1 from content.scenarios where scenario_version_id = $scenario_version_id)
),

known as (
    select
        product_id,
        list(fact(name, value, 'shop.product_facts', 'value', product_id || '/' || name) order by name, value) as facts
    from shop.product_facts
    where name in ('material', 'care', 'capacity', 'size')
    group by product_id
)

select
    asked.question_id as subject_id,
    facts(
        list_concat(
            [
                fact('name', offers.name, 'shop.products', 'name', offers.product_id),
                fact('category', offers.category, 'shop.products', 'category', offers.product_id)
            ],
            known.facts
        )
    ) as facts
from asked
inner join mart.product_offers as offers using (product_id)
inner join known on asked.product_id = known.product_id
