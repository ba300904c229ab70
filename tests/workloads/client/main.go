// Command client requests a URL again and again, as a real user of a server would, and says once a
// second how the server did. A test finds a gap in the service in these lines.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// report is one line of output: what happened in the interval that ends at Time, and the totals.
type report struct {
	Time   string `json:"time"`
	OK     int    `json:"ok"`
	Failed int    `json:"failed"`
	// The longest time between two good answers, and the slowest good answer. A silence that still
	// lasts at the end of the interval counts with its length so far.
	GapMS       float64 `json:"gap_ms"`
	SlowestMS   float64 `json:"slowest_ms"`
	TotalOK     int     `json:"total_ok"`
	TotalFailed int     `json:"total_failed"`
	Error       string  `json:"error,omitempty"`
}

type tally struct {
	sync.Mutex
	current  report
	lastGood time.Time
	gap      time.Duration
	slowest  time.Duration
}

func (t *tally) good(started, now time.Time) {
	t.Lock()
	defer t.Unlock()
	t.current.OK++
	t.current.TotalOK++
	t.gap = max(t.gap, now.Sub(t.lastGood))
	t.slowest = max(t.slowest, now.Sub(started))
	t.lastGood = now
}

func (t *tally) bad(err error) {
	t.Lock()
	defer t.Unlock()
	t.current.Failed++
	t.current.TotalFailed++
	t.current.Error = err.Error()
}

func (t *tally) take(now time.Time) report {
	t.Lock()
	defer t.Unlock()
	done := t.current
	done.Time = now.UTC().Format("2006-01-02T15:04:05.000Z")
	done.GapMS = milliseconds(max(t.gap, now.Sub(t.lastGood)))
	done.SlowestMS = milliseconds(t.slowest)
	t.gap, t.slowest = 0, 0
	t.current = report{TotalOK: done.TotalOK, TotalFailed: done.TotalFailed}
	return done
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000
}

func max(a, b time.Duration) time.Duration {
	if a > b {
		return a
	}
	return b
}

func request(client *http.Client, url string) error {
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", response.Status)
	}
	return nil
}

func main() {
	pause := flag.Duration("interval", 20*time.Millisecond, "time between two requests")
	timeout := flag.Duration("timeout", 30*time.Second, "give a request up after this")
	workers := flag.Int("workers", 1, "requests at the same time")
	fresh := flag.Bool("fresh", false, "a new connection for every request")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: client [flags] URL")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	url := flag.Arg(0)

	client := &http.Client{
		Timeout:   *timeout,
		Transport: &http.Transport{DisableKeepAlives: *fresh, MaxIdleConnsPerHost: *workers},
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()

	t := &tally{lastGood: time.Now()}
	for i := 0; i < *workers; i++ {
		go func() {
			for {
				started := time.Now()
				if err := request(client, url); err != nil {
					t.bad(err)
				} else {
					t.good(started, time.Now())
				}
				time.Sleep(*pause)
			}
		}()
	}
	lines := json.NewEncoder(os.Stdout)
	every := time.NewTicker(time.Second)
	for {
		select {
		case now := <-every.C:
			if err := lines.Encode(t.take(now)); err != nil {
				log.Fatal(err)
			}
		case <-stop.Done():
			return
		}
	}
}
