-- Grain: at most one row, the quarantined brief $brief_id of the run $run_id with its scenario.
select
    briefs.*,
    scenarios.goal,
    scenarios.tone,
    scenarios.channel
from content.briefs
left join content.scenarios using (scenario_version_id)
where briefs.run_id = $run_id and briefs.brief_id = $brief_id and briefs.state = 'quarantined'
qualify row_number() over (order by scenarios.version desc) = 1
