#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A sweep over memory sizes: every variant boots with each size, and is compared with the baseline of that size.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

plan() { # sizes, more keys
	cat <<-YAML
	name: sweep
	target: {kind: fake, memory: $1}
	variants:
	  - {name: old, fake: {boot_sd: 0.002}}
	  - {name: new, fake: {boot_sd: 0.002}, expect: [fork-exec/time > 0]}
	  - {name: other, fake: {boot_sd: 0.002}}
	baseline: old
	workloads: [fork-exec]
	boots: 2
	fail_on: none
	${2-}
	YAML
}
blocks() { jq -r '.blocks[] | "\(.title): \(.candidate) \(.baseline)"' <<<"$out"; }

plan "[512M, 1G, 1536M]" >"$T/p.yaml"
kduel run --quiet "$T/p.yaml"
is $rc 0 "a sweep runs"
kduel compare --format json
is "$(jq -r '[.variants[].name] | join(" ")' <<<"$out")" \
	"old-512M old-1G old-1536M new-512M new-1G new-1536M other-512M other-1G other-1536M" "a variant for each size"
is "$(blocks)" "new-512M against old-512M: new-512M old-512M
new-1G against old-1G: new-1G old-1G
new-1536M against old-1536M: new-1536M old-1536M
other-512M against old-512M: other-512M old-512M
other-1G against old-1G: other-1G old-1G
other-1536M against old-1536M: other-1536M old-1536M" "each against the baseline of its size"
is "$(jq -r '[.variants[] | select(.baseline).name] | join(" ")' <<<"$out")" "old-512M old-1G old-1536M" \
	"the baseline of every size is called so"
is "$(jq -r '[.expectations[].variant] | join(" ")' <<<"$out")" "new-512M new-1G new-1536M" "expectations for all sizes"
plan "[1G, 2G]" "compare: [{title: both, candidate: other, baseline: new}]" >"$T/p.yaml"
kduel run --quiet "$T/p.yaml"
kduel compare --format json
is "$(blocks)" "both, 1G: other-1G new-1G
both, 2G: other-2G new-2G" "a comparison of the plan, once for each size"
kduel aa --quiet --boots 4 "$T/p.yaml"
is "$(kduel compare --format json >/dev/null; jq -r '[.variants[].name] | join(" ")' <<<"$out")" "old-a-1G old-a-2G old-b-1G old-b-2G" \
	"kduel aa has its baseline in every size"

refused() { # name, sizes, more, message
	plan "$2" "$3" >"$T/bad.yaml"
	kduel run --quiet "$T/bad.yaml"
	is $rc 2 "$1"
	like "$err" "$4" "refused: $1"
}
refused "one size" "[1G]" "" "2:30: 'memory': a list has 2 to 8 sizes, not 1"
refused "no order" "[2G, 1G]" "" "2:35: 'memory': list the sizes in ascending order, each one once"
refused "too small" "[1M, 1G]" "" "2:31: 'memory' is out of range"
refused "too many" "[1G, 2G, 3G, 4G, 5G, 6G]" "" "4:3: 3 variants with 6 memory sizes each are more than 16"
refused "a 2x2" "[1G, 2G]" "factorial: [{both: new, first: old, second: other, neither: new}]" \
	"'factorial' cannot be combined with a list of memory sizes"
refused "a name with its size" "[1G, 2G]" "compare: [{candidate: new-1G}]" "unknown variant 'new-1G', did you mean 'new'"
sed -i 's/kind: fake/kind: local/' "$T/bad.yaml"
kduel run --quiet "$T/bad.yaml"
is $rc 2 "a system that runs"
like "$err" "'memory': target kind local cannot change the amount of memory" "target local has one size of memory"
finish
