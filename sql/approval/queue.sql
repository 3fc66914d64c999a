-- Grain: one row a text of a view of the review page (waiting, audits, quarantined, decided); a parameter that is null
-- does not narrow. The texts that wait come oldest first, what was decided latest first.
with last_brief as (
    select *
    from content.briefs
    qualify row_number() over (partition by brief_id order by settled_at desc, run_id desc) = 1
),

-- What the checks refused: the brief is still in quarantine, and no person has it on the desk.
refused as (
    select *
    from last_brief
    where
        state = 'quarantined'
        and (brief_id, brief_hash) not in (
            select (brief_id, brief_hash) from content.approvals where state <> 'replaced'
        )
),

items as (
    select
        case
            when state in ('approved', 'rejected') then 'decided'
            when tier = 'sample' then 'audits'
            else 'waiting'
        end as view,
        approval_id as item_id,
        brief_id,
        scenario,
        plugin,
        subject_id,
        state,
        facts,
        body,
        written_by,
        edited_by,
        decided_by,
        coalesce(decided_at, queued_at) as moment
    from content.approvals
    where state in ('waiting', 'approved', 'rejected')
    union all by name
    select
        'quarantined' as view,
        run_id || '~' || brief_id as item_id,
        brief_id,
        scenario,
        plugin,
        subject_id,
        state,
        facts,
        coalesce(reason, '') as body,
        settled_at as moment
    from refused
),

named as (
    select
        items.* exclude (facts),
        coalesce(
            list_filter(
                from_json(facts, '[{"name": "VARCHAR", "value": "VARCHAR"}]'),
                lambda fact: fact.name = 'name'
            )[1].value,
            subject_id
        ) as title
    from items
    where view = $view
)

select *, count(*) over () as count_all
from named
where
    ($scenario is null or scenario = $scenario)
    and ($plugin is null or plugin = $plugin)
    and (
        $words is null
        or contains(lower(title || ' ' || subject_id || ' ' || body), lower($words))
    )
order by
    case when view = 'decided' then -epoch(moment) else epoch(moment) end,
    scenario, plugin, subject_id, item_id
limit $count_rows offset $count_skipped
