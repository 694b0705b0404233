"""Protobuf messages of the wire contract, generated from `proto/vexil/v1` by `make generate`."""
