package main

import (
	"time"

	"golang.org/x/sys/unix"
)

var (
	started   = time.Now()
	startedAt = monotonic()
)

// now is the time by CLOCK_MONOTONIC, in nanoseconds. Go's own clock is the same one, counted from elsewhere.
func now() int64 {
	return startedAt + time.Since(started).Nanoseconds()
}

func monotonic() int64 {
	var at unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &at); err != nil {
		panic(err)
	}
	return at.Nano()
}
