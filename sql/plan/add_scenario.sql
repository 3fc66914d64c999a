-- Grain: adds one version of a scenario.
insert into content.scenarios (
    scenario_version_id, scenario, version, run_id, title, goal, season, channel, tone, locale, priority,
    content_types, definition_hash, audience_hash, count_customers, count_added, count_removed, count_products,
    state, reason, built_at, definition
) values (
    $scenario_version_id, $scenario, $version, $run_id, $title, $goal, $season, $channel, $tone, $locale, $priority,
    $content_types, $definition_hash, $audience_hash, $count_customers, $count_added, $count_removed, $count_products,
    $state, $reason, $built_at, $definition
)
