#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run.sh [PART...]: run the attacks one after the other; each prints a line with what it counted. They check what
# docs/RELIABILITY.md promises. N shortens a part, SEED chooses other random times, JOBS is how many trials run at
# a time, SLOW=10 multiplies all time limits. Fails on any violation.
set -u
here=$(cd "$(dirname "$0")" && pwd)
PARTS=(kill boots fail hostile altered power-cut power-database disk-full two-hosts clock commands)
[ $# -gt 0 ] || set -- "${PARTS[@]}"
begin=$SECONDS failed=()
for part in "$@"; do
	[[ " ${PARTS[*]} " == *" $part "* ]] || { echo "torture: no part '$part'; there are: ${PARTS[*]}" >&2; exit 2; }
done
for part in "$@"; do
	"$here/$part.sh" || failed+=("$part")
done
echo "torture: $# parts, ${#failed[@]} failed${failed:+ (${failed[*]})}, $((SECONDS - begin)) s"
[ ${#failed[@]} -eq 0 ]
