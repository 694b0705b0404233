package main

import "google.golang.org/grpc/mem"

// rawCodec passes messages on as the bytes that they are. Messages are of type *[]byte.
type rawCodec struct{}

func (rawCodec) Marshal(message any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(*message.(*[]byte))}, nil
}

func (rawCodec) Unmarshal(data mem.BufferSlice, message any) error {
	*message.(*[]byte) = data.Materialize()
	return nil
}

// Name is what the content type says: application/grpc+proto.
func (rawCodec) Name() string {
	return "proto"
}
