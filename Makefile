# Every task by name; CI runs the same ones. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint web unit surface kotlin android swift encrypted browser fuzz soak bench size gate deny clean

CARGO := cargo
SEEDS ?= 300
SECONDS_EACH ?= 20
MINUTES ?= 10
# What ships builds its own OpenSSL; a test need not. Looked for when it is used: `setup` may have just installed it.
SYSTEM_OPENSSL = $(if $(shell pkg-config --exists 'libcrypto >= 3' 2>/dev/null && echo 1),OPENSSL_NO_VENDOR=1)

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what a fresh machine lacks (Rust, a C compiler, PostgreSQL for the tests)
	@scripts/setup

demo: setup ## a small invented agency's three days, then the server stays up to look at
	$(CARGO) run --quiet --locked --bin detailbook -- demo $(ARGS)

test: setup lint web unit surface kotlin android swift encrypted browser fuzz ## everything that must hold before a change lands

lint: ## formatting and lints, warnings denied
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	CLIPPY_CONF_DIR=$(CURDIR)/bindings/thin $(CARGO) clippy --package detailbook-bindings --lib --no-deps --locked -- -D warnings

web: ## the console's scripts: types, tests, and that the committed files are what the sources give (scripts/web writes them; without Node it skips loudly, and fails in CI unless ALLOW_NO_NODE=1)
	@scripts/setup web
	scripts/web --check

unit: ## unit, property, store, exchange and simulation tests (SEEDS=300; ALLOW_NO_POSTGRES=1 skips PostgreSQL)
	DETAILBOOK_SEEDS=$(SEEDS) $(CARGO) test --workspace --locked

surface: ## what Kotlin and Swift can call, against what was agreed on (UPDATE=1 writes it anew)
	scripts/check-surface

kotlin: ## the Kotlin wrapper on a JVM, against the real library and a real server
	@scripts/setup kotlin
	scripts/test-kotlin

android: ## the Android app: compiled, and its screens on a JVM over the real library and a real server (fetches 500 MB once; without AndroidX it skips loudly, and fails in CI unless ALLOW_NO_ANDROIDX=1)
	@scripts/setup kotlin
	scripts/check-android-app

swift: ## the Swift package against the real library and a real server (sets Swift up where it can, else skips loudly, which CI allows with ALLOW_NO_SWIFT=1 only)
	@scripts/test-swift

encrypted: ## the phone's, the border's and the Kotlin wrapper's stories on an encrypted store (SQLCipher; with the system's OpenSSL where its headers are, else builds it)
	$(SYSTEM_OPENSSL) $(CARGO) test --package detailbook-core --package detailbook-bindings --features detailbook-core/device,detailbook-bindings/encrypted --test it --locked
	scripts/test-kotlin encrypted

browser: ## the console in a real browser, against a real server and real phones; every page's picture in target/screens (on SQLite, invoices on PostgreSQL too; STORE=postgres runs all on that; without Chromium or Node it skips loudly, and fails in CI unless ALLOW_NO_BROWSER=1)
	@scripts/setup browser
	scripts/test-browser

fuzz: ## each fuzz target for SECONDS_EACH=20 seconds
	fuzz/run $(SECONDS_EACH)

soak: ## the simulation on new seeds for MINUTES=10
	$(CARGO) run --locked --profile sim --bin simulate -- soak --minutes $(MINUTES)

bench: setup ## measure against the floors; prints a table, writes target/bench.json
	scripts/bench

size: ## stripped size of the phone's library
	scripts/size

gate: ## fails where the phone's library, plain or encrypted, has outgrown bindings/size-limits (release builds, OpenSSL from source)
	@scripts/setup size
	GATE=1 ENCRYPTED=1 scripts/size

deny: ## licences, sources and bans of all dependencies (needs cargo-deny)
	cargo deny check licenses bans sources

clean: ## remove everything built
	$(CARGO) clean
