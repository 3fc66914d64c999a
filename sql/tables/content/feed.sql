-- Grain: one row a customer, plugin and subject: the text that the customer may be shown now. Consent, suppression,
-- availability and prices are read from the shop's tables at this moment, not from when the audience was built. Of a
-- customer's scenarios the one with the lowest priority number speaks; nobody gets one body twice. A scenario whose
-- latest version was refused says nothing. Of a segment's variants (subjects that end in .A, .B, …) a customer is in one, and
-- in the same one for all parts of a scenario's campaign.
create or replace view content.feed as
with latest_versions as (
    select scenario_version_id, scenario, priority, locale, state
    from content.scenarios
    qualify row_number() over (partition by scenario order by version desc, built_at desc) = 1
),

versions as (
    select * from latest_versions where state = 'ready'
),

-- Should a shop hold one customer or product twice, its most careful row counts.
reachable_customers as (
    select customer_id
    from shop.customers
    group by customer_id
    having bool_and(is_consenting and not is_suppressed)
),

available_products as (
    select product_id
    from shop.products
    group by product_id
    having bool_and(is_available)
),

audience as (
    select distinct versions.scenario_version_id, audience.customer_id
    from content.audience
    inner join versions using (scenario_version_id)
    inner join reachable_customers using (customer_id)
),

audience_products as (
    select distinct audience.scenario_version_id, audience.customer_id, matched.product_id
    from content.audience_products as matched
    inner join audience using (scenario_version_id, customer_id)
    inner join available_products using (product_id)
),

-- A price that has changed since is not shown, however long the next run that writes the text again may take.
outdated_texts as (
    select distinct claims.text_id
    from content.claims
    inner join shop.products
        on claims.source_key = products.product_id
    where
        claims.source_table = 'shop.products'
        and claims.source_column = 'price'
        and coalesce(
            try_cast(regexp_replace(claims.source_value, '[^0-9.]', '', 'g') as decimal(12, 2)) <> products.price,
            products.price is null
        )
),

-- A text may be in another language than its scenario asks for: the default locale of a plugin that lacks it. It is
-- for the scenario as long as its brief was planned for a version of the same locale.
stand_ins as (
    select distinct
        texts.text_id,
        planned_for.locale as scenario_locale
    from content.texts
    inner join versions on texts.scenario = versions.scenario and texts.locale <> versions.locale
    inner join content.briefs on texts.run_id = briefs.run_id and texts.brief_id = briefs.brief_id
    inner join content.scenarios as planned_for on briefs.scenario_version_id = planned_for.scenario_version_id
    where texts.retired_at is null
),

-- One text a scenario, plugin and subject, and a number for each body, so that the joins below carry no long text.
live_texts as (
    select
        versions.scenario_version_id,
        texts.scenario,
        texts.plugin,
        texts.subject_id,
        texts.text_id,
        texts.subject = 'segment' or texts.subject_id = 'segment' as is_for_segment,
        case
            when is_for_segment and regexp_full_match(texts.subject_id, '.+\.[A-Z]') then texts.subject_id[:-3]
        end as part,
        row_number() over (order by versions.priority, texts.scenario, texts.plugin, texts.subject_id) as place,
        dense_rank() over (order by lower(trim(texts.body))) as body_number
    from content.texts
    inner join versions
        on texts.scenario = versions.scenario
    left join stand_ins
        on texts.text_id = stand_ins.text_id
    anti join outdated_texts on texts.text_id = outdated_texts.text_id
    where
        texts.retired_at is null
        and texts.subject in ('product', 'segment')
        and versions.locale in (texts.locale, stand_ins.scenario_locale)
    qualify
        row_number() over (
            partition by texts.scenario, texts.plugin, texts.subject_id
            order by texts.published_at desc, texts.text_id
        ) = 1
),

variants as (
    select
        *,
        count(*) over parts as count_variants,
        row_number() over (parts order by subject_id) - 1 as variant
    from live_texts
    where part is not null
    window parts as (partition by scenario, plugin, part)
),

matches as (
    select audience_products.customer_id, live_texts.*
    from audience_products
    inner join live_texts
        on audience_products.scenario_version_id = live_texts.scenario_version_id
        and audience_products.product_id = live_texts.subject_id
    where not live_texts.is_for_segment
    union all
    select audience.customer_id, live_texts.*
    from audience
    inner join live_texts using (scenario_version_id)
    where live_texts.is_for_segment and live_texts.part is null
    union all
    select audience.customer_id, variants.* exclude (count_variants, variant)
    from audience
    inner join variants using (scenario_version_id)
    where variants.variant = md5_number_lower(variants.scenario || audience.customer_id) % variants.count_variants
),

of_best_scenario as (
    select *
    from matches
    qualify row_number() over (partition by customer_id, plugin, coalesce(part, subject_id) order by place) = 1
),

said_once as (
    select customer_id, text_id
    from of_best_scenario
    qualify row_number() over (partition by customer_id, body_number order by place) = 1
)

select
    said_once.customer_id,
    texts.scenario,
    texts.plugin,
    texts.subject_id,
    said_once.text_id,
    texts.body
from said_once
inner join content.texts using (text_id)
