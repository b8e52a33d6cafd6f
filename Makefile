# Everything a fresh machine needs: `make run` opens the explorer, `make test` runs every test.
export SWIFT_BACKTRACE = enable=no
SHELL := /bin/bash
PREFIX ?= /usr/local
BIN := .build/release/backlab
PACKAGES := libncurses-dev libssl-dev libcmark-gfm-dev libcmark-gfm-extensions-dev
TEST_PACKAGES := tshark tmux iproute2 util-linux groff-base

.PHONY: run build test install lessons lint bench swift packages test-packages clean

run: build
	@exec $(BIN)

build: swift packages lessons
	@Scripts/stage "building the release" swift build -c release --product backlab

test: swift packages test-packages lessons lint
	@Scripts/stage "building the tests" swift build --build-tests -Xswiftc -warnings-as-errors
	@Scripts/stage "running the tests" swift test --skip-build --disable-xctest

lint:
	@Scripts/stage "checking the format" swift format lint --strict --recursive Package.swift Sources Tests
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

install: build
	install -D -m 755 $(BIN) $(DESTDIR)$(PREFIX)/bin/backlab
	install -D -m 644 docs/backlab.1 $(DESTDIR)$(PREFIX)/share/man/man1/backlab.1
	install -D -m 644 docs/backlab-session.5 $(DESTDIR)$(PREFIX)/share/man/man5/backlab-session.5

clean:
	rm -rf .build
