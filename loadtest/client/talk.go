package main

import (
	"bufio"
	"encoding/json"
	"os"
)

// An event is a line on standard output.
type event struct {
	Event   string            `json:"event"`
	Summary *summary          `json:"summary,omitempty"`
	Times   map[int64][]int64 `json:"times,omitempty"`
	Took    []int64           `json:"took,omitempty"`
	Address string            `json:"address,omitempty"`
}

var output = json.NewEncoder(os.Stdout)

// say writes an event. Who can't be told any more has gone, and nothing is left to do.
func say(event event) {
	if err := output.Encode(event); err != nil {
		os.Exit(1)
	}
}

// hear gives the lines of standard input, and ends with it.
func hear() <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(os.Stdin); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	return lines
}
