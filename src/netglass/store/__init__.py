"""The store: Parquet is the truth, DuckDB reads it. Parts appear atomically and are named by the content of their inputs."""
