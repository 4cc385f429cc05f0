# shellcheck shell=bash
# What every script here needs: strict mode, the project's folder, a way to speak, the set-up.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034  # scripts that take paths from the caller go back there
called_from=$PWD
cd "$root"
export PATH="$root/.venv/bin:$PATH:/usr/sbin:/sbin" UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 PYTHONDONTWRITEBYTECODE=

say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
# The comment block at the top of a script is its help.
help_if_asked() {
  case ${1-} in -h | --help)
    sed -n '2,/^[^#]/{/^[^#]/d;s/^# \{0,1\}//;p}' "$0"
    exit 0 ;;
  esac
}
