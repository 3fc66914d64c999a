-- Grain: adds one row a customer of the audience.
insert into content.audience (scenario_version_id, customer_id)
select distinct $scenario_version_id, customer_id from offered_candidates
order by customer_id
