"""Templates of contact flows that are kept elsewhere: in files, in S3."""
