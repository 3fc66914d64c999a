-- Grain: deletes every scrubbed text, so that all are scrubbed again.
delete from staging.scrubbed_texts
