# Sourced by bin/*: finds Python 3.11 and runs a module of deploy/local with it.
# The lock and the wheels that carry PostgreSQL and Redis are for 3.11 exactly.
export PATH  # where nothing has set it the shell has one of its own, and Python none
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)

is_311() {
    "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1
}

# -P: the folder one stands in may be another checkout, whose modules would come first
run_module() {
    module=$1
    shift
    for candidate in "$ROOT/.venv/bin/python" "${ROSTRUM_PYTHON:-}" python3.11 python3 /usr/bin/python3.11; do
        if [ -n "$candidate" ] && is_311 "$candidate"; then
            PYTHONPATH="$ROOT${PYTHONPATH:+:$PYTHONPATH}" exec "$candidate" -P -m "deploy.local.$module" "$@"
        fi
    done
    echo "Rostrum needs Python 3.11 (found: $(python3 -V 2>/dev/null || echo none)). Install it (Debian 12: apt install python3 python3-venv), or name it in ROSTRUM_PYTHON." >&2
    exit 1
}
