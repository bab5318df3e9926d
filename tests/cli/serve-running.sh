#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Pages of a running campaign: a boot is shown completely or not at all.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/serve.sh
. "$TOP/tests/serve.sh"

nightly 1.1 >"$T/plan.yaml" <<-'YAML'
	workloads: [boot, hackbench, memcached]
	collectors: [meminfo]
	boots: 60
	iterations: 40
	warmup: 0
	seed: 7
YAML
# A complete boot has as many values and samples as the first one of another campaign.
sed 's/boots: .*/boots: 2/' "$T/plan.yaml" >"$T/small.yaml"
kduel run --quiet "$T/small.yaml"
serve
whole=$(fetch 'api/v1/campaign/latest/values.json' | jq -c '[.values[] | select(.boot == 1) | .samples] | [length, add]')
ok "$([ "$(jq '.[0]' <<<"$whole")" -gt 5 ]; echo $?)" "a boot has values" "$whole"

"$KDUEL" run --quiet "$T/plan.yaml" >/dev/null 2>"$T/run.err" &
run=$!
polls=0 between=0 seen=0
: >"$T/torn"
while kill -0 $run 2>/dev/null; do
	name=$(fetch "api/v1/campaigns.json" | jq -r '.campaigns[0] | "\(.boots_planned) \(.id // .campaign)"')
	[ "${name%% *}" = 120 ] || continue
	id=${name##* }
	now=$(fetch "api/v1/campaign/$id/values.json" |
		jq -c --argjson whole "$whole" '[.values | group_by(.boot)[] | [length, (map(.samples) | add)] == $whole]
			| {boots: length, torn: map(select(not)) | length}')
	n=$(jq .boots <<<"$now")
	[ "$(jq .torn <<<"$now")" = 0 ] && [ "$n" -ge "$seen" ] || echo "after $seen: $now" >>"$T/torn"
	seen=$n
	polls=$((polls + 1))
	[ "$n" -gt 0 ] && [ "$n" -lt 120 ] && between=$((between + 1))
	# The number of boots on a page is consistent with the boots that it shows.
	page=$(fetch "campaign/$id?n=$polls")
	counted=$(grep -c '<td class="n">[0-9]*'$'\xe2\x80\xaf''+' <<<"$page")
	[ "$counted" = 0 ] || [ "$(grep -o '<td class="n">[0-9]*'$'\xe2\x80\xaf''+'$'\xe2\x80\xaf''[0-9]*' <<<"$page" | sort -u | wc -l)" = 1 ] ||
		echo "rows of one page count different boots" >>"$T/torn"
done
wait $run
is $? 1 "the campaign ends with its verdict" "$(cat "$T/run.err")"
ok "$([ $between -ge 3 ]; echo $?)" "the campaign was polled while it ran" "$polls times, $between in the middle"
is "$(cat "$T/torn")" "" "never with half a boot"
is "$(fetch "api/v1/campaign/$id/values.json" | jq '[.values[].boot] | unique | length')" 120 "in the end the data have all boots"
like "$(fetch "api/v1/campaigns.json")" '"state": "finished"' "in the end the campaign is finished"
stop
is "$(cat "$T/serve.err")" "" "the server had nothing to complain of"
no_leftovers "nothing is left"
finish
