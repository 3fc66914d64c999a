-- Grain: deletes the refused rows of a load that is done again.
delete from shop.load_rejects
where load_id = $load_id
