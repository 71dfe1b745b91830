# What one does with this program in a clone. Each recipe is one script in .ci/, readable on its own.
#   make demo PORT=8001        another port
#   make test ARGS="-k ladder" arguments for pytest
#   PYTHON=/path/to/python3.12 another interpreter (3.11 to 3.13) for a new .venv

PORT ?= 8000
export PORT PYTHON ARGS

.PHONY: help demo demo-reset install test prove check bench format messages lock

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name what; do printf '%-20s%s\n' "$$name" "$$what"; done

demo: ## the demonstration on http://127.0.0.1:8000/, with people, units and five regulations
	@.ci/demo

demo-reset: ## forget what was entered in the demonstration; the next `make demo` starts afresh
	@.ci/demo --reset

install: ## .venv with everything the program needs to run, and the compiled Chinese texts
	@.ci/environment runtime && .ci/messages compile

test: ## all tests, on SQLite and on PostgreSQL
	@.ci/test

prove: ## the long proofs: 10,000 generated cases a property, hundreds of races
	@.ci/test --prove

check: ## style, types, import contracts, templates, migrations, security
	@.ci/check

bench: ## figures as ratios, measured side by side
	@.ci/environment dev && .venv/bin/python -m benchmarks $(ARGS)

format: ## put the source into the common form
	@.ci/environment dev && .venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

messages: ## compile the Chinese texts and name what is not translated
	@.ci/environment dev && .ci/messages compile missing

lock: ## resolve the dependencies of pyproject.toml anew (needs uv)
	@.ci/lock
