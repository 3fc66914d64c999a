-- Grain: a macro; money(24, 'GBP') is '£24.00', as it may stand in copy.
create or replace temp macro money(amount, currency) as case currency
    when 'GBP' then '£' || printf('%.2f', cast(amount as double))
    when 'USD' then '$' || printf('%.2f', cast(amount as double))
    when 'EUR' then '€' || printf('%.2f', cast(amount as double))
    else printf('%.2f', cast(amount as double)) || ' ' || currency
end
