# demo  shows a weekly digest of a simulated community      test  runs the tests
# check looks at style, types and structure                 fix   mends the style
# lock  writes the locks anew                               clean takes away what make made
#
# Only Python 3.11 or newer, git and make are needed; uv is used where it is installed.
# PYTHON=python3.13 chooses the Python, ARGS="--seed 2" is passed on by demo and test.

SHELL := /bin/sh
PYTHONS := python3 python3.15 python3.14 python3.13 python3.12 python3.11
VENV := .venv
RUN := $(VENV)/bin
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

# What is active or set outside must not decide what happens in here.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_NO_PROGRESS := 1

.PHONY: demo test check fix lock clean
.DEFAULT_GOAL := demo

demo: $(VENV)/demo.stamp
	@$(RUN)/foyer demo $(ARGS)

test: $(VENV)/dev.stamp
	@$(RUN)/pytest -n auto --dist worksteal $(ARGS)

check: $(VENV)/dev.stamp
	@$(RUN)/ruff format --check .
	@$(RUN)/ruff check .
	@$(RUN)/mypy
	@$(RUN)/pytest -q tests/test_architecture.py

fix: $(VENV)/dev.stamp
	@$(RUN)/ruff format .
	@$(RUN)/ruff check --fix .

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv" >&2; exit 1; }
	@$(LOCK) --group build -o requirements.lock pyproject.toml
	@$(LOCK) --extra postgres --group build --group dev -o requirements-dev.lock pyproject.toml

clean:
	@rm -rf $(VENV) demo dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	@find bot cogs db tests -name __pycache__ -type d -prune -exec rm -rf {} +

# $(call install,LOCK): exactly what the lock names, then Foyer itself on top.
define install
	@echo "Installing $(1) into $(VENV) ..." >&2
	@if command -v uv >/dev/null; then \
		pip="uv pip install --quiet --python $(RUN)/python"; \
	elif $(RUN)/python -m pip --version >/dev/null 2>&1; then \
		pip="$(RUN)/python -m pip install -qq"; \
	else \
		echo "$(VENV) has no pip: run 'make clean' and try again" >&2; exit 1; \
	fi; \
	$$pip --require-hashes -r $(1) && $$pip --no-deps --no-build-isolation -e .
endef

$(VENV)/demo.stamp: requirements.lock pyproject.toml | $(RUN)/python
	$(call install,requirements.lock)
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml | $(RUN)/python
	$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/demo.stamp

# Outside of an active environment, the first Python that is new enough.
$(RUN)/python:
	@$(if $(VIRTUAL_ENV),PATH=$$(echo "$$PATH" | sed 's|$(VIRTUAL_ENV)/bin:||');) \
	for python in $(or $(PYTHON),$(PYTHONS)); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
		python=; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Foyer needs Python 3.11 or newer; name one with PYTHON=..." >&2; exit 1; \
	elif command -v uv >/dev/null; then \
		uv venv --quiet --clear --python "$$(command -v "$$python")" $(VENV); \
	elif "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		"$$python" -m venv --clear $(VENV); \
	else \
		echo "$$python has no ensurepip; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; \
	fi
