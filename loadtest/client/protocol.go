package main

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

// A protocol is how a kind of server is watched.
type protocol struct {
	// position says how far a subscriber is once it has a message: at which revision, and whether it has
	// that one as a whole, or more parts of it follow.
	position func(message []byte) (revision int64, whole bool, err error)
	// staysOpen: the stream ends when the client says that it sends nothing more.
	staysOpen bool
}

var protocols = map[string]protocol{
	"vexil": {position: vexilPosition},
	"etcd":  {position: etcdPosition, staysOpen: true},
}

// vexilPosition reads a vexil.v1.WatchResponse: 1 is the resume token, which parts before the last lack, and
// 2 the revision.
func vexilPosition(message []byte) (revision int64, whole bool, err error) {
	err = eachField(message, func(number protowire.Number, varint uint64, content []byte) {
		switch number {
		case 1:
			whole = len(content) > 0
		case 2:
			revision = int64(varint)
		}
	})
	return revision, whole, err
}

// etcdPosition reads an etcdserverpb.WatchResponse: 1 is the header with the revision as its field 3, 4 says
// that the watch was cancelled, and 7 that more parts follow.
func etcdPosition(message []byte) (revision int64, whole bool, err error) {
	whole = true
	var header []byte
	cancelled := false
	err = eachField(message, func(number protowire.Number, varint uint64, content []byte) {
		switch number {
		case 1:
			header = content
		case 4:
			cancelled = varint != 0
		case 7:
			whole = varint == 0
		}
	})
	if err == nil && cancelled {
		err = errors.New("etcd cancelled the watch")
	}
	if err != nil {
		return 0, false, err
	}
	err = eachField(header, func(number protowire.Number, varint uint64, _ []byte) {
		if number == 3 {
			revision = int64(varint)
		}
	})
	return revision, whole, err
}

// eachField visits a message's fields: varint is the value of a number, content that of anything with a length.
func eachField(message []byte, visit func(number protowire.Number, varint uint64, content []byte)) error {
	for len(message) > 0 {
		number, kind, length := protowire.ConsumeTag(message)
		if length < 0 {
			return protowire.ParseError(length)
		}
		message = message[length:]
		var varint uint64
		var content []byte
		switch kind {
		case protowire.VarintType:
			varint, length = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			content, length = protowire.ConsumeBytes(message)
		default:
			length = protowire.ConsumeFieldValue(number, kind, message)
		}
		if length < 0 {
			return protowire.ParseError(length)
		}
		message = message[length:]
		visit(number, varint, content)
	}
	return nil
}
