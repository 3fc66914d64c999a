-- Grain: one row an open question that the facts answer, with only the facts and policies that answer it.
-- The question itself is no fact: its text, which a customer wrote, reaches no prompt. What is answered and with which
-- facts is decided beforehand (staging.question_replies); hand-overs are not here.
with scenarios as (
    select locale
    from content.scenarios
    where scenario_version_id = $scenario_version_id and list_contains(content_types, 'auto_replies')
),

open_questions as (
    select
        replies.question_id,
        replies.product_id,
        unnest(replies.fact_names) as fact_name,
        generate_subscripts(replies.fact_names, 1) as place
    from staging.question_replies as replies
    inner join shop.questions as questions using (question_id)
    where replies.decision = 'answer' and questions.answer is null
),

own as (
    select product_id, 'name' as fact_name, name as value, 'name' as source_column from shop.products
    union all by name
    select product_id, 'brand' as fact_name, brand as value, 'brand' as source_column from shop.products
    union all by name
    select product_id, 'category' as fact_name, category as value, 'category' as source_column from shop.products
    union all by name
    select product_id, 'price' as fact_name, money(price, currency) as value, 'price' as source_column
    from shop.products
    union all by name
    select
        product_id,
        'availability' as fact_name,
        if(is_available, 'in stock', 'out of stock') as value,
        'is_available' as source_column
    from shop.products
),

of_products as (
    select product_id, fact_name, fact(fact_name, value, 'shop.products', source_column, product_id) as fact
    from own
    union all by name
    select product_id, name as fact_name, fact(name, value, 'shop.product_facts', 'value', product_id || '/' || name) as fact
    from shop.product_facts
    where
        regexp_full_match(name, '[a-z][a-z0-9_]{0,40}')
        and name not in ('name', 'brand', 'category', 'price', 'availability')
),

of_policies as (
    select name as fact_name, fact(name, body, 'shop.policies', 'body', name || '/' || locale) as fact
    from shop.policies
    semi join scenarios using (locale)
),

stated as (
    select
        open_questions.question_id,
        open_questions.place,
        coalesce(of_products.fact, of_policies.fact) as fact
    from open_questions
    left join of_products using (product_id, fact_name)
    left join of_policies using (fact_name)
)

select
    stated.question_id as subject_id,
    facts(list(distinct stated.fact order by stated.fact)) as facts
from stated
where exists (select 1 from scenarios)
group by stated.question_id
having count(stated.fact) = count(*)
