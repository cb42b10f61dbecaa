#!/usr/bin/env bash
# Every check and test, cheapest first; stops at the first that fails. `make test` calls it.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
say() { printf '\n== %s\n' "$1"; }

CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
if [ "${BROWSER:-1}" = 0 ]; then
    if [ -n "${CI:-}" ]; then echo "BROWSER=0 is refused in CI: the browser tests belong to the suite."; exit 1; fi
elif [ -z "$CHROMIUM" ] && [ -z "${LINT_ONLY:-}" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing Chromium"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
        CHROMIUM=$(command -v chromium)
    else
        echo "Chromium is missing and cannot be installed here. Install it, or leave the browser tests out: BROWSER=0 make test"
        exit 1
    fi
fi
export CHROMIUM

say "ruff";          "$BIN/ruff" check . ; "$BIN/ruff" format --check .
say "mypy";          "$BIN/mypy" site/belonging community resources events training questionnaire audit
say "imports";       "$BIN/lint-imports"
say "deploy check"
SECRET_KEY=$(head -c 64 /dev/urandom | base64 | tr -d '\n') ALLOWED_HOSTS=example.org TRUSTED_PROXIES=1 \
DATABASE_URL=postgres://nobody@127.0.0.1:1/none DJANGO_SETTINGS_MODULE=belonging.settings.production \
    "$BIN/python" manage.py check --deploy --fail-level WARNING
say "migrations"
DJANGO_SETTINGS_MODULE=belonging.settings.types "$BIN/python" -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
say "templates";     "$BIN/djlint" --lint --quiet templates
if [ -n "${LINT_ONLY:-}" ]; then exit 0; fi
say "typeface";      DJANGO_SETTINGS_MODULE=belonging.settings.types "$BIN/python" manage.py build_assets
say "tests"
"$BIN/python" -m pytest -m "not browser" -n auto --dist loadgroup --cov --cov-report=term:skip-covered
if [ "${BROWSER:-1}" = 0 ]; then
    echo; echo "NOT RUN: the browser tests (BROWSER=0)"
else
    say "browser tests"
    "$BIN/python" -m pytest -m browser -n auto --dist loadgroup
fi
