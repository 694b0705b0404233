package main

import (
	"fmt"
	"strconv"
	"strings"
)

// A ledger knows how far every stream is, and answers commands:
//
//	reach REVISION   once every stream has all up to there: {"event": "reached", "summary": …}
//	times            since it was last asked: {"event": "times", "times": {"REVISION": [TIME, …], …}},
//	                 a time for each stream
//
// Without being asked it says {"event": "opened", "summary": …} once every stream has a position. One goroutine
// owns it.
type ledger struct {
	summary   summary
	positions []int64 // by stream
	unopened  int     // streams without a position
	goal      int64   // none: nobody waits
	behind    int     // streams that are not at the goal
	times     map[int64][]int64
}

const none = -1

// A summary is what all streams have received. Began is when they began to open; First and Latest are when the
// first and the latest message came.
type summary struct {
	Began    int64 `json:"began"`
	First    int64 `json:"first"`
	Latest   int64 `json:"latest"`
	Messages int64 `json:"messages"`
	Bytes    int64 `json:"bytes"`
}

func newLedger(streams int) *ledger {
	positions := make([]int64, streams)
	for i := range positions {
		positions[i] = none
	}
	return &ledger{
		summary:   summary{Began: now()},
		positions: positions,
		unopened:  streams,
		goal:      none,
		times:     map[int64][]int64{},
	}
}

// keep takes in arrivals and answers commands until those end. A stream that ends before is an error.
func (l *ledger) keep(arrivals <-chan arrival, commands <-chan string) error {
	for {
		select {
		case arrival := <-arrivals:
			if arrival.err != nil {
				return fmt.Errorf("a stream ended after %d messages in all: %w", l.summary.Messages, arrival.err)
			}
			l.enter(arrival)
		case command, more := <-commands:
			if !more {
				return nil
			}
			if err := l.obey(command); err != nil {
				return err
			}
		}
	}
}

func (l *ledger) enter(arrival arrival) {
	if l.summary.Messages == 0 {
		l.summary.First = arrival.at
	}
	l.summary.Latest = arrival.at
	l.summary.Messages++
	l.summary.Bytes += int64(arrival.size)
	if !arrival.whole {
		return
	}
	before := l.positions[arrival.stream]
	l.positions[arrival.stream] = arrival.revision
	l.times[arrival.revision] = append(l.times[arrival.revision], arrival.at)
	if before == none {
		if l.unopened--; l.unopened == 0 {
			say(event{Event: "opened", Summary: &l.summary})
		}
	}
	if before < l.goal && l.goal <= arrival.revision {
		l.behind--
		l.congratulate()
	}
}

func (l *ledger) obey(command string) error {
	name, argument, _ := strings.Cut(command, " ")
	switch name {
	case "reach":
		revision, err := strconv.ParseInt(argument, 10, 64)
		if err != nil {
			return err
		}
		l.goal, l.behind = revision, 0
		for _, position := range l.positions {
			if position < revision {
				l.behind++
			}
		}
		l.congratulate()
	case "times":
		say(event{Event: "times", Times: l.times})
		l.times = map[int64][]int64{}
	default:
		return fmt.Errorf("no command %q", command)
	}
	return nil
}

func (l *ledger) congratulate() {
	if l.behind == 0 {
		say(event{Event: "reached", Summary: &l.summary})
		l.goal = none
	}
}
