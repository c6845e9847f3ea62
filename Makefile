# Every target does its own set-up; pass arguments with ARGS, as in: make test ARGS="tests/wire -q"
.PHONY: setup demo test check wheel lock bench clean
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

# The package for gateways and servers, beside the versions of the lock for pip's --constraint.
wheel: setup
	@rm -rf dist
	@.venv/bin/python -m hatchling build --target wheel
	@sed -nE 's/^([A-Za-z0-9].*==[^\\]*[^ \\]) *\\?$$/\1/p' requirements.lock > dist/constraints.txt

lock:
	@scripts/lock

clean:
	rm -rf .venv var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis .import_linter_cache
