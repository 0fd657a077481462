"""Objects in the buckets of an S3 server, through boto3."""
