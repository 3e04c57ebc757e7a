"""What runs inside a worker process: one document in, the reports that it contains out."""
