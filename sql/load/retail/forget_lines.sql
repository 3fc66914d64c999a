-- Grain: deletes the lines that orders of the file had and have no more.
delete from shop.order_lines
where order_id in (select order_id from judged_lines where reason is null)
    and not exists (
        select 1
        from judged_lines
        where judged_lines.reason is null
            and judged_lines.order_id = order_lines.order_id
            and judged_lines.line_number = order_lines.line_number
    )
