-- Grain: the rows of feed_rows, as they are, as a Parquet file at $path.
copy (select * from feed_rows) to $path (format parquet, compression zstd)
