# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# lib.sh: functions for the parts of `make torture`: run many trials at a time, each worker in its own
# directories; check what a campaign has stored and what it leaves behind; check that a canary tree is
# untouched. A part sources it, defines trial(), calls `trials COUNT` and ends with `total`.
# shellcheck source=tests/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
O=$(cd "${O:-build}" && pwd)
PART=$(basename "$0" .sh)
SEED=${SEED:-1}
JOBS=${JOBS:-$((2 * $(nproc)))}
RESULT="0 1 4" # exit statuses of a campaign that finished
begin=$SECONDS

# The canary: files outside kduel's directories that it must not touch: the home directory, the working
# directory, and targets of symbolic links in kduel's own directories.
CANARY=$T/canary
mkdir -p "$CANARY"/{home/.config,cwd,modules/kernel,kduel-run-1-abandoned/tmp}
for f in home/.profile home/.config/kduel.yaml cwd/plan.yaml cwd/kduel.db-journal modules/kernel/a.ko \
	modules/modules.dep kduel-run-1-abandoned/{console.log,owner,tmp/file}; do
	echo "of the user: $f" >"$CANARY/$f"
done
ln -s ../../modules "$CANARY/modules/kernel/loop"
canary() { find "$CANARY" -printf '%p %y %i %m %U %s %T@ %C@ %l\n' | sort; find "$CANARY" -type f -exec sha256sum {} + | sort; }
canary_before=$(canary)

# Set up the directories of worker $1; sets W. Its processes have MARK in their environment.
worker() {
	W=$T/w$1
	MARK=torture-$$-$1-
	mkdir -p "$W"/{run/kduel-run-2-held,data,cache/kduel/tmp}
	chmod 700 "$W/run"
	ln -sfn "$CANARY/kduel-run-1-abandoned" "$W/run/kduel-run-1-abandoned"
	ln -sfn "$CANARY/modules" "$W/cache/kduel/tmp/linked"
	export TMPDIR=$W/run XDG_DATA_HOME=$W/data XDG_CACHE_HOME=${CACHE:-$W/cache} KDUEL_DB=$W/k.db
	DB=$KDUEL_DB
	cd "$CANARY/cwd" || exit 1
	# A run directory that another process holds, as if it ran a boot: it must not be removed.
	exec {held}<"$W/run/kduel-run-2-held"
	flock --shared $held
}

count() { echo "$1" >>"$T/counts.${MARK:-}"; } # what to count
bad() { # report a violation
	count 'VIOLATION'
	printf '%s: trial %s (SEED=%s): %s\n' "$PART" "$trial" "$SEED" "$1" | head -c 2000 | tee -a "$T/bad" >&2
	echo >&2
}

# Run trials FIRST+1 to FIRST+COUNT, distributed over the workers. The random numbers of a trial depend only on
# its number and on SEED.
trials() { # count [first]
	local k
	for k in $(seq "$JOBS"); do
		(
			trap - EXIT
			worker "$k"
			for ((trial = ${2:-0} + k; trial <= ${2:-0} + $1; trial += JOBS)); do
				RANDOM=$((SEED * 7919 + trial))
				count 'trials'
				trial
			done
		) &
	done
	wait
}

# Start kduel for this worker in the background; sets pid.
start() { # arguments
	HOME=$CANARY/home KDUEL_TORTURE=$MARK "$KDUEL" "$@" >"$W/out" 2>"$W/err" </dev/null &
	pid=$!
}

# Run kduel for this worker, for at most LIMIT seconds; sets rc. SLOW multiplies the limit, for a machine that
# is busy with other things.
LIMIT=120
SLOW=${SLOW:-1}
go() { # arguments
	HOME=$CANARY/home KDUEL_TORTURE=$MARK timeout -k 1 $((LIMIT * SLOW)) "$KDUEL" "$@" >"$W/out" 2>"$W/err" </dev/null
	rc=$?
	[ $rc -ne 124 ] && [ $rc -ne 137 ] || bad "kduel $*: no end after $((LIMIT * SLOW)) s"
}

came_to_its_end() { [[ " $RESULT " == *" $rc "* ]]; }

# Sleep for some milliseconds.
nap() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }
# A number from 0 to $1 - 1.
random() { echo $(((RANDOM << 15 | RANDOM) % $1)); }
now_ms() { echo $(($(date +%s%N) / 1000000)); }

query() { sqlite3 -readonly -cmd '.timeout 5000' "$DB" "$1" 2>&1; }
stored_campaign() { [ -s "$DB" ] && [ "$(query 'select count(*) from campaign')" = 1 ]; }

# Numbers of the boots that kduel has reported as ok on standard error so far.
reported() { sed -nE 's/^boot ([0-9]+)\/.* ok,.*/\1/p' "$W"/err* 2>/dev/null | sort -un; }
# The committed boots with the sums of their samples. Later runs must not change or lose any of these lines.
committed() {
	query "select b.slot + 1, b.uuid, b.status, (select count(*) || ' ' || total(value) from sample s where s.boot = b.id)
		from boot b where b.status not in ('interrupted', $HOST_FAULTS) order by 1, 2"
}
# Statuses of boots that failed because of the host: such boots are repeated.
HOST_FAULTS="'host-disk-full', 'target-missing', 'target-killed'"

# Check what docs/RELIABILITY.md promises about a database to which nobody is writing.
check_stored() { # file with earlier output of committed()
	local lost
	[ "$(query 'pragma integrity_check')" = ok ] || bad "integrity_check: $(query 'pragma integrity_check' | head -n 3)"
	[ -z "$(query 'pragma foreign_key_check')" ] || bad "foreign_key_check: $(query 'pragma foreign_key_check' | head -n 3)"
	[ "$(query "select count(*) - count(distinct slot) from boot where status not in ('interrupted', $HOST_FAULTS)")" = 0 ] || bad 'a boot is there twice'
	committed >"$W/committed"
	lost=$(comm -23 <(sort "${1:-/dev/null}") <(sort "$W/committed"))
	[ -z "$lost" ] || bad "committed boots lost or changed: $lost"
	lost=$(comm -23 <(reported | sort) <(cut -d'|' -f1 "$W/committed" | sort))
	[ -z "$lost" ] || bad "boots that were said to be good are lost: $(tr '\n' ' ' <<<"$lost")"
}

# Print the results of a campaign without ids and times: they must be those of an uninterrupted campaign. Boots
# that were interrupted, or failed because of the host, are left out, as the comparison counts them in addition
# to the boots that replaced them.
result() {
	HOME=$CANARY/home "$KDUEL" compare --format json --db "$DB" 2>"$W/err.compare" | jq -S 'walk(if type == "object" then
		del(.id, .campaign?, .campaigns, .baseline_campaign, .candidate_campaign, .created_ns,
			.not_ok?["interrupted", "host-disk-full", "target-missing", "target-killed"]) else . end)' |
		sed -E "s/ on [^ ]* \(fake\)/ on HOST (fake)/; s/(kduel show )[0-9a-f]{8} /\1ID /"
	query "create temp view b as select boot.*, v.name from boot join variant v on v.id = variant
			where status not in ('interrupted', $HOST_FAULTS);
		select slot, block, name, seed, status from b order by 1;
		select b.slot, e.workload, source, metric, iter, value, s.warmup, s.tainted
			from sample s join b on b.id = s.boot join series e on e.id = series order by 1, 2, 3, 4, 5;
		select slot, workload, iter, warmup, tainted from iteration join b on b.id = boot order by 1, 2, 3;
		select slot, key, value from fact join b on b.id = boot where key not like 'host/%' order by 1, 2;
		select 'stat', count(*) from boot_stat; select 'tag', key from tag order by 2;
		select state, n_slots from campaign"
}

# This worker must have left nothing behind: no process after 5 s, no run directory, no partial file.
check_left() { # directories too?
	local left
	for _ in $(seq 50); do
		left=$(grep -lsF "KDUEL_TORTURE=$MARK" /proc/[0-9]*/environ)
		[ -z "$left" ] && break
		sleep 0.1
	done
	[ -z "$left" ] || bad "left behind: $(for f in $left; do tr '\0' ' ' <"${f%environ}cmdline" | head -c 200; done)"
	[ -n "${1:-}" ] || return 0
	[ -d "$W/run/kduel-run-2-held" ] || { bad "a run directory that somebody held was removed"; mkdir "$W/run/kduel-run-2-held"; }
	left=$(find "$TMPDIR" "$W/cache/kduel/tmp" -mindepth 1 -maxdepth 1 ! -type l ! -name kduel-run-2-held)
	[ -z "$left" ] || bad "directories left behind: $left"
	left=$(find "$W" -maxdepth 1 -name 'k.db?*' ! -name 'k.db-wal' ! -name 'k.db-shm' ! -name 'k.db.reserve')
	[ -z "$left" ] || bad "files left beside the database: $left"
}

# Finish an interrupted campaign and compare its results with `want`, those of an uninterrupted one.
check_resumed() { # want, arguments of a first run
	local want=$1 difference
	shift
	if stored_campaign; then
		go run --quiet --resume latest
	else
		rm -f "$DB"*
		go "$@"
	fi
	came_to_its_end || bad "the next run ends with $rc: $(tail -n 2 "$W/err")"
	check_stored "$W/before"
	result >"$W/result"
	difference=$(diff "$want" "$W/result")
	[ -z "$difference" ] || bad "another result than an uninterrupted campaign: $(head -n 6 <<<"$difference")"
	check_left directories
}

# The plan of most parts: fake boots, about a second in all.
plan() {
	cat <<-YAML
	name: torture
	target: {kind: fake, min_free: 0}
	variants:
	  - {name: a, fake: {boot_delay: 15ms}}
	  - {name: b, fake: {boot_delay: 15ms, scale: 1.1, fail: panic, fail_every: 5}}
	baseline: a
	workloads: [boot, hackbench, memcached]
	boots: 10
	iterations: 4
	warmup: 1
	seed: 11
	YAML
}

# Run a campaign without disturbance. Writes its results to a file; sets took to its duration in milliseconds.
reference() { # file, arguments
	local file=$1 start
	shift
	trial=reference
	(
		trap - EXIT
		worker reference
		start=$(now_ms)
		go "$@"
		came_to_its_end || bad "the undisturbed campaign ends with $rc: $(tail -n 3 "$W/err")"
		echo $(($(now_ms) - start)) >"$T/took"
		result >"$file"
	)
	# shellcheck disable=SC2034 # for the parts
	took=$(cat "$T/took")
}

# Print one line with all counts; the exit status is 1 if there was a violation.
total() {
	local touched violations cpu
	# CPU time of this shell and its children, which does not depend on how busy the machine is.
	times >"$T/times"
	cpu=$(tr ms ': ' <"$T/times" | awk '{ split($1, u, ":"); split($2, s, ":"); sum += 60 * (u[1] + s[1]) + u[2] + s[2] }
		END { printf "%d", sum }')
	touched=$(diff <(printf '%s\n' "$canary_before") <(canary))
	[ -z "$touched" ] || { trial=all; bad "files outside were touched: $(head -n 6 <<<"$touched")"; }
	violations=$(cat "$T"/counts.* 2>/dev/null | grep -c VIOLATION)
	printf '%s: %s%s violations, %s s, %s s of CPU\n' "$PART" \
		"$(cat "$T"/counts.* | grep -v VIOLATION | sort | uniq -c | sort -k2 | awk '{n = $1; $1 = ""; printf "%d%s; ", n, $0}')" \
		"$violations" $((SECONDS - begin)) "$cpu"
	[ "$violations" -eq 0 ]
	exit
}
