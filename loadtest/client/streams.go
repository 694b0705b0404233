package main

import (
	"context"
	"flag"
	"fmt"

	"google.golang.org/grpc"
)

// opening is how many streams wait for their first message at once, so that opening many is no storm.
const opening = 50

// An arrival is a message of a stream, or what ended it.
type arrival struct {
	stream   int
	at       int64
	size     int
	revision int64
	whole    bool
	err      error
}

// streams opens streams, shared evenly by connections, and keeps a ledger of what arrives.
func streams(arguments []string) error {
	flags := flag.NewFlagSet("streams", flag.ExitOnError)
	var target target
	target.register(flags)
	name := flags.String("protocol", "vexil", "what the messages are: vexil or etcd")
	count := flags.Int("streams", 1, "how many streams")
	connections := flags.Int("connections", 1, "over how many connections")
	if err := target.parse(flags, arguments); err != nil {
		return err
	}
	protocol, known := protocols[*name]
	if !known {
		return fmt.Errorf("no protocol %q", *name)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	pool := make([]*grpc.ClientConn, *connections)
	for i := range pool {
		connection, err := target.connect(ctx)
		if err != nil {
			return err
		}
		defer connection.Close()
		pool[i] = connection
	}
	arrivals := make(chan arrival, 1024)
	turns := make(chan struct{}, opening)
	ledger := newLedger(*count)
	for i := range *count {
		subscriber := subscriber{i, &target, protocol, pool[i%len(pool)], arrivals}
		go subscriber.run(ctx, turns)
	}
	return ledger.keep(arrivals, hear())
}

// A subscriber is one stream.
type subscriber struct {
	stream     int
	target     *target
	protocol   protocol
	connection *grpc.ClientConn
	arrivals   chan<- arrival
}

// run reports every message, and in the end why there are no more. It has a turn until the first message is
// there.
func (s *subscriber) run(ctx context.Context, turns chan struct{}) {
	turns <- struct{}{}
	err := s.receive(ctx, func() { <-turns })
	s.arrivals <- arrival{stream: s.stream, err: err}
}

func (s *subscriber) receive(ctx context.Context, opened func()) error {
	stream, err := s.target.open(ctx, s.connection, s.protocol.staysOpen)
	for first := true; err == nil; first = false {
		var message []byte
		if err = stream.RecvMsg(&message); err != nil {
			break
		}
		arrival := arrival{stream: s.stream, at: now(), size: len(message)}
		if arrival.revision, arrival.whole, err = s.protocol.position(message); err != nil {
			break
		}
		if first {
			opened()
		}
		s.arrivals <- arrival
	}
	return err
}
