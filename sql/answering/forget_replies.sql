-- Grain: takes out every row; the rows are written anew in the same transaction.
delete from staging.question_replies
