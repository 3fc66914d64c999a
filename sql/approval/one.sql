-- Grain: one row, the approval $approval_id.
select * from content.approvals
where approval_id = $approval_id
