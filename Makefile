# Everything a fresh machine needs: `make run` opens the explorer, `make test` runs every test, `make fuzz` feeds the
# dissectors octets that nobody sent, `make bench` measures, `make install PREFIX=/usr/local` and `make uninstall` put the
# program into place and take it away.
export SWIFT_BACKTRACE = enable=no
SHELL := /bin/bash
PREFIX ?= /usr/local
BIN := .build/release/backlab
PACKAGES := libncurses-dev libssl-dev libpcre2-dev libcmark-gfm-dev libcmark-gfm-extensions-dev zlib1g-dev libbrotli-dev liburing-dev
TEST_PACKAGES := tshark tmux iproute2 util-linux groff-base curl openssl nghttp2-client nghttp2-server redis-tools dnsmasq-base bind9-dnsutils python3-grpcio python3-websockets
# What `make bench` asks with and holds the patterns against; HAProxy is unpacked, as nginx is.
BENCH_PACKAGES := wrk strace liblua5.3-0 libopentracing-c-wrapper0

.PHONY: run build test fuzz install install-files uninstall lessons lint bench swift packages test-packages clean

run: build
	@exec $(BIN)

build: swift packages lessons
	@Scripts/stage "building the release" swift build -c release --product backlab

test: swift packages test-packages lessons lint
	@Scripts/stage "building the tests" swift build --build-tests -Xswiftc -warnings-as-errors
	@Scripts/stage "running the tests" swift test --skip-build --disable-xctest
	@Scripts/stage "fuzzing a little" Scripts/fuzz --fresh --seed 1 --runs 1000

# `make fuzz RUNS=1000000 TARGETS="http1 tls"` goes on from what earlier runs kept.
fuzz: swift packages
	@Scripts/fuzz --runs $(or $(RUNS),100000) $(TARGETS)

lint:
	@Scripts/stage "checking the format" swift format lint --strict --recursive Package.swift Sources Tests Benchmarks
	@Scripts/stage "checking the rules" Scripts/lint

lessons:
	@Scripts/embed-lessons

swift:
	@command -v swift >/dev/null || { echo "Backlab is built with Swift 6.3 or later, which is not on this machine."; \
	  echo "Get it from swift.org/install/linux, then run this again."; exit 1; }

packages:
	@Scripts/packages $(PACKAGES)

test-packages:
	@Scripts/packages $(TEST_PACKAGES)
	@Scripts/unpack nginx

install: build
	@$(MAKE) --no-print-directory install-files

# Puts what was built into place, without building.
install-files:
	@test -x $(BIN) || { echo "There is no program at $(BIN); make build makes it."; exit 1; }
	@Scripts/install $(BIN) "$(DESTDIR)$(PREFIX)"

uninstall:
	@Scripts/install --remove "$(DESTDIR)$(PREFIX)"

bench: build
	@Scripts/packages $(BENCH_PACKAGES)
	@Scripts/unpack nginx haproxy
	@Scripts/stage "building the benchmarks" swift build -c release --product backlab-bench
	@.build/release/backlab-bench --program $(BIN) $(PARTS)

clean:
	rm -rf .build
