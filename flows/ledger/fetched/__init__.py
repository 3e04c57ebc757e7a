"""What came of requests: addresses, the parts that pages name, and responses that a plan keeps."""
