"""Channels in buckets of an S3 server (`s3://bucket/prefix`): laid out as a channel folder is."""
