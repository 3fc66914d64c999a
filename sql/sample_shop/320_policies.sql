-- Grain: one row a policy: value is the short fact, body the sentence that a person may read.
insert into shop.policies (name, locale, value, body)
values
('delivery_time', 'en', '2 to 4 working days', 'Standard delivery within the UK takes 2 to 4 working days.'),
('delivery_price', 'en', '£3.95', 'Standard delivery within the UK costs £3.95.'),
('free_delivery_over', 'en', '£50.00', 'Delivery is free for orders over £50.00.'),
('express_delivery', 'en', '£6.95', 'Next working day delivery costs £6.95 for orders placed before 2 pm.'),
('delivery_area', 'en', 'the UK and the Isle of Man', 'We deliver to the UK and the Isle of Man.'),
('returns', 'en', '30 days', 'Unused items can be returned within 30 days of delivery for a full refund.'),
('return_price', 'en', '£2.95', 'A return label costs £2.95, and nothing where the fault is ours.'),
('refund_time', 'en', '5 working days', 'Refunds are paid within 5 working days of the return reaching us.'),
('guarantee', 'en', '12 months', 'Faults in materials or making are put right within 12 months of purchase.'),
('payment', 'en', 'Visa, Mastercard, American Express, PayPal and Apple Pay',
    'We take Visa, Mastercard, American Express, PayPal and Apple Pay.'),
('gift_wrap', 'en', '£4.00', 'Gift wrap with a handwritten card costs £4.00 an item.'),
('contact_hours', 'en', 'Monday to Friday, 9 am to 5 pm', 'Our customer care is there Monday to Friday, 9 am to 5 pm.'),
('contact_email', 'en', 'hello@shop.example', 'You can write to us at hello@shop.example.'),
('order_changes', 'en', '2 hours', 'An order can be changed or cancelled within 2 hours of being placed.'),
('damaged_items', 'en', '14 days', 'Tell us within 14 days if something arrives damaged, and we replace or refund it.'),
('gift_cards', 'en', '24 months', 'Gift cards are valid for 24 months from the day of purchase.'),
('collection', 'en', 'our Leeds shop', 'Orders can be collected free of charge from our Leeds shop.')
