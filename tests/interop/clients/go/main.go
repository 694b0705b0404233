// Makes the calls that it reads, a JSON object a line, and prints what comes back; see ../../caller.py.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

type call struct {
	Path     string   `json:"path"`
	Requests [][]byte `json:"requests"`
	Take     int      `json:"take"`
}

// raw takes messages as the bytes that they are.
type raw struct{}

func (raw) Name() string                       { return "proto" }
func (raw) Marshal(message any) ([]byte, error) { return *message.(*[]byte), nil }
func (raw) Unmarshal(data []byte, message any) error {
	*message.(*[]byte) = append([]byte(nil), data...)
	return nil
}

func main() {
	security := insecure.NewCredentials()
	if len(os.Args) > 2 {
		var err error
		if security, err = credentials.NewClientTLSFromFile(os.Args[2], ""); err != nil {
			log.Fatal(err)
		}
	}
	channel, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(security),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(raw{})))
	if err != nil {
		log.Fatal(err)
	}
	out := json.NewEncoder(os.Stdout)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var wanted call
		if err := json.Unmarshal(lines.Bytes(), &wanted); err != nil {
			log.Fatal(err)
		}
		ended := status.Convert(perform(channel, wanted, out))
		details, err := proto.Marshal(ended.Proto())
		if err != nil {
			log.Fatal(err)
		}
		out.Encode(map[string]any{"code": ended.Code(), "details": details})
	}
}

func perform(channel *grpc.ClientConn, wanted call, out *json.Encoder) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stream, err := channel.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, wanted.Path)
	if err != nil {
		return err
	}
	for _, request := range wanted.Requests {
		if err := stream.SendMsg(&request); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for taken := 0; taken != wanted.Take; taken++ {
		var message []byte
		if err := stream.RecvMsg(&message); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		out.Encode(map[string]any{"message": message})
	}
	return nil
}
