-- Grain: the rows of feed_rows as a CSV file at $path. A cell that a spreadsheet would run as a formula (it starts with
-- = + - @, their full-width forms, a tab or a line end) gets a leading apostrophe; every cell is quoted.
copy (
    select
        regexp_replace(customer_id, '^([=+\-@＝＋－＠\t\r\n])', '''\1') as customer_id,
        regexp_replace(scenario, '^([=+\-@＝＋－＠\t\r\n])', '''\1') as scenario,
        regexp_replace(plugin, '^([=+\-@＝＋－＠\t\r\n])', '''\1') as plugin,
        regexp_replace(subject_id, '^([=+\-@＝＋－＠\t\r\n])', '''\1') as subject_id,
        regexp_replace(text_id, '^([=+\-@＝＋－＠\t\r\n])', '''\1') as text_id,
        regexp_replace(body, '^([=+\-@＝＋－＠\t\r\n])', '''\1') as body,
        strftime(published_at, '%Y-%m-%dT%H:%M:%S') as published_at,
        regexp_replace(model_hash, '^([=+\-@＝＋－＠\t\r\n])', '''\1') as model_hash
    from feed_rows
) to $path (format csv, header, force_quote *)
