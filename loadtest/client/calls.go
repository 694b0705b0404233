package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"google.golang.org/grpc"
)

// calls calls a method over and over, and notes how long each call takes until its first answer; a stream is
// ended then. To the command `took` it says {"event": "took", "took": [NANOSECONDS, …]}, of the calls since it
// was last asked.
func calls(arguments []string) error {
	flags := flag.NewFlagSet("calls", flag.ExitOnError)
	var target target
	target.register(flags)
	pause := flags.Duration("pause", 2*time.Millisecond, "between an answer and the next call")
	if err := target.parse(flags, arguments); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	connection, err := target.connect(ctx)
	if err != nil {
		return err
	}
	defer connection.Close()
	took := []int64{}
	next := time.NewTicker(*pause)
	commands := hear()
	for {
		select {
		case <-next.C:
			begin := now()
			if err := target.call(ctx, connection); err != nil {
				return err
			}
			took = append(took, now()-begin)
			next.Reset(*pause)
		case command, more := <-commands:
			if !more {
				return nil
			}
			if command != "took" {
				return fmt.Errorf("no command %q", command)
			}
			say(event{Event: command, Took: took})
			took = took[:0]
		}
	}
}

// call returns with the first answer.
func (t *target) call(ctx context.Context, connection *grpc.ClientConn) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := t.open(ctx, connection, false)
	if err != nil {
		return err
	}
	var answer []byte
	return stream.RecvMsg(&answer)
}
