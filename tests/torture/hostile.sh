#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A QEMU and a guest that misbehave (guest.c stands in for QEMU): for each of its modes, one such boot and a good
# one. Only the bad boot may fail, within its deadlines and with the right status. MODES="silent strays" runs only
# these modes, N=10 the first ten.
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"

# Deadlines of the plan below, in seconds: for hello, for silence, for a job (twice the timeouts of its steps,
# and 10 s for the host).
BOOT=5 AGENT=3 JOB=18
GRACE=5
# mode, statuses that it may end with, deadline in seconds, pattern of the detail
cat >"$T/modes" <<END
good ok 0 ^$
beats-before-hello protocol 0 beat
logs-before-hello boot-timeout|protocol $BOOT no.word|MiB
logs-drip-before-hello boot-timeout $BOOT no.word
never-a-newline protocol 0 line
brackets protocol 0 line
not-json protocol 0 .
hello-twice protocol 0 hello
silent boot-timeout $BOOT no.word
exits agent-died|target-killed 0 .
exits-in-job agent-died|target-killed 0 .
closes agent-died|agent-lost $AGENT .
stops agent-lost|workload-timeout $JOB .
console-flood protocol|boot-timeout $BOOT console|word
console-flood-in-job protocol $AGENT console
output-flood protocol 0 printed.more
iteration-twice protocol 0 iteration.0
end-without-begin protocol 0 iter-end
end-twice protocol 0 iter-end
sample-twice protocol 0 second.sample
sample-too-late protocol 0 sample
another-job protocol 0 999
too-many protocol 0 iteration.4
too-few protocol 0 iterations
iterations-for-ever protocol 0 iteration
negative protocol 0 iter
nan protocol 0 .
infinity protocol 0 .
beats-for-ever workload-timeout $JOB bounds
beats-flood workload-timeout|protocol $JOB bounds|MiB
logs-flood-in-iteration workload-timeout|protocol $JOB time|MiB|log
week-long workload-timeout $JOB time
facts-flood protocol $AGENT facts
texts-flood protocol $JOB text
fact-of-the-host protocol 0 host/qemu
escapes-in-failure workload-failed 0 red
escapes-in-panic panic 0 red
panics-and-talks panic 0 not.syncing
dmesg-for-ever ok $JOB ^$
never-powers-off ok 10 ^$
strays ok|agent-died $AGENT .*
END
missing=$(comm -3 <("$O/torture/guest" --modes | sort) <(cut -d' ' -f1 "$T/modes" | sort))
[ -z "$missing" ] || { echo "hostile: modes that only guest.c or only this table has: $missing" >&2; exit 1; }
read -ra modes <<<"${MODES:-$(cut -d' ' -f1 "$T/modes" | tr '\n' ' ')}"

# An arm64 Image with just what kduel reads: the header's magic and the banner.
R=6.18.15+deb13-cloud-arm64
{
	printf 'MZ'
	head -c 54 /dev/zero
	printf 'ARM\144'
	head -c 1000 /dev/zero
	printf 'Linux version %s (builder@example.org) #1 SMP\n' $R
} >"$T/Image"
# How much memory and disk a guest may make kduel use, in kB: the documented limits, plus what can be written
# until kduel checks again. A flood is 4 GiB.
MEMORY=$((768 << 10))
DISK=$((2 << 20))

trial() {
	local mode=${modes[$((trial - 1))]} want bound says status detail ms most watcher
	read -r _ want bound says < <(grep "^$mode " "$T/modes")
	rm -f "$DB"* "$W"/err*
	cat >"$W/p.yaml" <<-YAML
	name: $mode
	target: {kind: qemu, qemu: $O/torture/guest, boot_timeout: ${BOOT}s, agent_timeout: ${AGENT}s, min_free: 1M,
	         host_wait: 1s}
	variants:
	  - {name: a, cpu: max, cmdline: "hostile=$mode", kernel: &k {image: $T/Image}}
	  - {name: b, cpu: max, cmdline: "hostile=good", kernel: *k}
	baseline: b
	workloads: [{"null": {timeout: 250ms, setup_timeout: 250ms}}]
	collectors: []
	boots: 1
	iterations: 4
	warmup: 0
	YAML
	# Record the largest size of the run directory.
	(
		most=0
		while :; do
			now=$(du -sk "$W/run" 2>/dev/null | cut -f1)
			[ "${now:-0}" -le $most ] || echo "$now" >"$W/most"
			[ "${now:-0}" -le $most ] || most=$now
			sleep 0.1
		done
	) &
	watcher=$!
	echo 0 >"$W/most"
	HOME=$CANARY/home KDUEL_TORTURE=$MARK timeout -k 1 120 /usr/bin/time -f %M -o "$W/memory" \
		"$KDUEL" run "$W/p.yaml" >"$W/out" 2>"$W/err" </dev/null
	rc=$?
	kill $watcher
	wait $watcher 2>/dev/null
	[ $rc -lt 124 ] || bad "$mode: ended with $rc"
	most=$(tail -n 1 "$W/memory")
	[ "$most" -lt $MEMORY ] || bad "$mode: $most kB of memory"
	[ "$(cat "$W/most")" -lt $DISK ] || bad "$mode: $(cat "$W/most") kB of disk"
	IFS=$'\t' read -r status ms detail < <(query "select status || char(9) || ((ended_ns - started_ns) / 1000000) || char(9) ||
		replace(detail, char(10), ' ') from boot b join variant v on v.id = variant where v.name = 'a' order by b.id limit 1")
	count "$status"
	[[ "|$want|" == *"|$status|"* ]] || bad "$mode: status $status ($detail), expected $want"
	grep -qE "$says" <<<"$detail" || bad "$mode: '$detail' does not say why"
	[ "${ms:-0}" -le $(((bound + GRACE) * 1000)) ] || bad "$mode: named after $ms ms, bound $bound s"
	[ "$(query "select status from boot b join variant v on v.id = variant where v.name = 'b'")" = ok ] || bad "$mode: the good boot is not ok"
	[[ "$(query "select value from fact f join boot b on b.id = boot join variant v on v.id = variant
		where v.name = '$(if [ "$status" = ok ]; then echo a; else echo b; fi)' and key = 'host/qemu'")" == 10.0.0* ]] || bad "$mode: the host's own facts are not there"
	[ "$(query 'select state from campaign')" = finished ] || bad "$mode: the campaign has not finished: $(tail -n 2 "$W/err")"
	check_stored
	# Text that a guest has written must not control the terminal.
	for c in "compare" "show latest" "show latest 1" "show latest 2" "show latest 1 --facts" "show latest 1 --console" "show latest 2 --console"; do
		# shellcheck disable=SC2086 # words
		HOME=$CANARY/home TERM=xterm script -qec "$KDUEL $c" /dev/null </dev/null >"$W/tty" 2>&1
		# kduel itself prints colours, but never sets the title, rings the bell or clears the screen.
		! grep -qP '\x1b\]|\x07|\x1b\[2J' "$W/tty" || bad "$mode: escape sequences reach the terminal: kduel $c"
	done
	check_left directories
}
trials $(("${N:-999}" < ${#modes[@]} ? N : ${#modes[@]}))
total
