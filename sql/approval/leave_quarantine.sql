-- Grain: at most one row, the quarantine of an audited text whose rejection was undone.
delete from content.quarantine
where
    run_id = $run_id
    and brief_id = $brief_id
    and step = 'approval'
    and quarantined_at = cast($moment as timestamp)
