// Command api is the example web server: a static binary in an image without a shell. It looks for
// its configuration on every request and once a second, and serves with defaults when there is none.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

type config struct {
	greeting string
}

// load reads "key: value" lines. A file that does not exist is no error: the defaults hold.
func load(path string) (config, error) {
	c := config{greeting: "hello"}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, found := strings.Cut(line, ":")
		if !found || key != "greeting" {
			return c, fmt.Errorf("%s:%d: unknown setting %q", path, n, line)
		}
		c.greeting = strings.Trim(strings.TrimSpace(value), `"`)
	}
	return c, lines.Err()
}

func main() {
	listen := flag.String("listen", ":8080", "address to serve on")
	path := flag.String("config", "/etc/api/config.yaml", "configuration file")
	flag.Parse()

	var served atomic.Uint64
	handler := http.NewServeMux()
	handler.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "ok")
	})
	handler.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		c, err := load(*path)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{
			"message": c.greeting, "path": r.URL.Path, "served": served.Add(1),
		})
	})

	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	go func() {
		for range time.Tick(time.Second) {
			if _, err := load(*path); err != nil {
				log.Print(err)
			}
		}
	}()
	server := &http.Server{Addr: *listen, Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-stop.Done()
		limit, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.Shutdown(limit)
	}()
	log.Printf("serving on %s", *listen)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
