-- Grain: none; the helper table goes.
drop table small_orders
