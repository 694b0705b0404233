package main

import (
	"encoding/json"
	"net"
	"os"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// serve answers /loadtest.Bare/… on a free port, which it says on standard error:
//
//	Watch    a stream: the request itself, then whatever is published
//	Publish  sends the request to every stream
//	Check    an empty answer
func serve([]string) error {
	board := board{changed: make(chan struct{})}
	return listen(grpc.NewServer(grpc.ForceServerCodecV2(rawCodec{}), grpc.UnknownServiceHandler(board.handle)))
}

// listen serves on a free port, which it says on standard error.
func listen(server *grpc.Server) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	serving := event{Event: "serving", Address: listener.Addr().String()}
	if err := json.NewEncoder(os.Stderr).Encode(serving); err != nil {
		return err
	}
	return server.Serve(listener)
}

// A board holds all that was published.
type board struct {
	mutex    sync.Mutex
	messages [][]byte
	changed  chan struct{} // closed, and replaced, with each message
}

func (b *board) handle(_ any, stream grpc.ServerStream) error {
	var request []byte
	if err := stream.RecvMsg(&request); err != nil {
		return err
	}
	method, _ := grpc.MethodFromServerStream(stream)
	switch method {
	case "/loadtest.Bare/Watch":
		return b.watch(request, stream)
	case "/loadtest.Bare/Publish":
		b.publish(request)
		return stream.SendMsg(&[]byte{})
	case "/loadtest.Bare/Check":
		return stream.SendMsg(&[]byte{})
	default:
		return status.Errorf(codes.Unimplemented, "no method %s", method)
	}
}

func (b *board) watch(first []byte, stream grpc.ServerStream) error {
	messages, _ := b.after(0)
	position := len(messages)
	if err := stream.SendMsg(&first); err != nil {
		return err
	}
	for {
		messages, changed := b.after(position)
		for i := range messages {
			if err := stream.SendMsg(&messages[i]); err != nil {
				return err
			}
		}
		position += len(messages)
		select {
		case <-changed:
		case <-stream.Context().Done():
			return stream.Context().Err()
		}
	}
}

func (b *board) publish(message []byte) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.messages = append(b.messages, message)
	close(b.changed)
	b.changed = make(chan struct{})
}

// after gives what follows a position, and a channel that is closed when there is more.
func (b *board) after(position int) ([][]byte, <-chan struct{}) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.messages[position:], b.changed
}
