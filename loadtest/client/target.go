package main

import (
	"context"
	"encoding/hex"
	"flag"
	"fmt"
	"math"

	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
)

// Windows so large that flow control does not limit a full state.
const (
	streamWindow     = 4 << 20
	connectionWindow = 16 << 20
)

// A target is one method of one server, and the request that it gets.
type target struct {
	address, method, hexRequest string
	request                     []byte
}

// register declares the flags of a target.
func (t *target) register(flags *flag.FlagSet) {
	flags.StringVar(&t.address, "target", "", "where the server listens: `host:port`")
	flags.StringVar(&t.method, "method", "", "what is called: `/service/Method`")
	flags.StringVar(&t.hexRequest, "request", "", "the request, encoded, in hexadecimal `digits`")
}

// parse reads the command line.
func (t *target) parse(flags *flag.FlagSet, arguments []string) (err error) {
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	t.request, err = hex.DecodeString(t.hexRequest)
	return err
}

// connect makes a connection of its own, and returns when it stands.
func (t *target) connect(ctx context.Context) (*grpc.ClientConn, error) {
	connection, err := grpc.NewClient(
		"passthrough:///"+t.address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithNoProxy(),
		grpc.WithInitialWindowSize(streamWindow),
		grpc.WithInitialConnWindowSize(connectionWindow),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(rawCodec{}), grpc.MaxCallRecvMsgSize(math.MaxInt32)),
	)
	if err != nil {
		return nil, err
	}
	connection.Connect()
	for state := connection.GetState(); state != connectivity.Ready; state = connection.GetState() {
		if !connection.WaitForStateChange(ctx, state) {
			return nil, fmt.Errorf("no connection to %s: %w", t.address, ctx.Err())
		}
	}
	return connection, nil
}

// open sends the request on a new stream, whose answers follow. staysOpen: requests might follow, too.
func (t *target) open(ctx context.Context, connection *grpc.ClientConn, staysOpen bool) (grpc.ClientStream, error) {
	both := grpc.StreamDesc{ClientStreams: true, ServerStreams: true}
	stream, err := connection.NewStream(ctx, &both, t.method)
	if err != nil {
		return nil, err
	}
	if err := stream.SendMsg(&t.request); err != nil || staysOpen {
		return stream, err
	}
	return stream, stream.CloseSend()
}
