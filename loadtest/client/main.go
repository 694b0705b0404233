// Command client is the compiled end of the benchmarks: it opens streams or makes calls, and notes when
// answers arrive; it is also the servers of grpc-go to compare others with.
//
//	client streams -target HOST:PORT -method /service/Method -request HEX [-protocol vexil|etcd]
//	               [-streams 1] [-connections 1]
//	client calls -target HOST:PORT -method /service/Method -request HEX [-pause 2ms]
//	client serve
//	client evaluate empty|jsonlogic|no-messages
//
// streams and calls write JSON, one object a line, to standard output and take commands, one a line, from
// standard input; at its end they end. Times are nanoseconds of the machine's monotonic clock, which all
// processes share. What goes wrong is said on standard error, and the exit code is 1.
//
// Its package vexilv1 is not in the tree: loadtest/compiled.py generates it from the contract and builds all of
// this with `go build -overlay`.
package main

import (
	"fmt"
	"os"
)

func main() {
	commands := map[string]func(arguments []string) error{
		"streams": streams, "calls": calls, "serve": serve, "evaluate": evaluate,
	}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: client streams|calls|serve|evaluate [flags]")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
