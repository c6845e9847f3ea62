# Every target does its own set-up; pass arguments with ARGS, as in: make test ARGS="tests/wire -q"
.PHONY: setup demo test check lock bench clean
ARGS =

setup:
	@scripts/setup

demo: setup
	@.venv/bin/lilong demo $(ARGS)

test: setup
	@scripts/test $(ARGS)

check: setup
	@scripts/check

bench: setup
	@.venv/bin/python -m bench $(ARGS)

lock:
	@scripts/lock

clean:
	rm -rf .venv var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis .import_linter_cache
