"""Real servers that tests start: HTTP, TLS, S3, PostgreSQL, Prefect, Dask."""
