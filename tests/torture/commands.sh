#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# One write, fsync, rename, mkdir or open of a command other than a campaign fails: nights, exports, imports,
# backups, the cache, tags, fleets. Then the command is run again, and must do what it would have done. Standard
# output is also full, closed, or a pipe that nobody reads. For each command and kind of call, N calls are tried;
# each SEED tries others, until all have had their turn: N=1000 tries all. OPS="write" tries one kind of call
# only, COMMANDS="nightly import" only these commands.
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"

N=${N:-4}
read -ra OPS <<<"${OPS:-write fsync rename mkdir open}"
declare -A WHY=([write]="ENOSPC EIO" [fsync]="EIO ENOSPC" [rename]="EIO ENOSPC" [mkdir]="ENOSPC EACCES" [open]="EMFILE EIO")
declare -A NUMBER=([EIO]=5 [EACCES]=13 [EMFILE]=24 [ENOSPC]=28)
# The commands. Each runs in its own copy of the directory that prepare() makes.
declare -A LINE=(
	[nightly]="nightly n.yaml"
	[site]="export site site"
	[sqlite]="export sqlite copy.db"
	[campaign]="export campaign latest c.kduel"
	[csv]="export csv latest --output c.csv"
	[import]="import other.kduel"
	[foreign]="import --from hyperfine old=hyperfine-1.json new=hyperfine-2.json"
	[backup]="db backup copy.db"
	[vacuum]="db vacuum"
	[drop]="db prune --quiet --campaigns 0"
	[check]="db check"
	[tag]="tag latest branch=x verdict=good"
	[note]="note latest words"
	[rename]="rename latest other"
	[rm]="rm latest"
	[list]="list"
	[cache]="cache list"
	[prune]="cache prune --older-than 0"
	[submit]="fleet submit p.yaml --machines sut1 --dir fleet"
	[machines]="machine list"
	[run]="run --quiet p.yaml"
	[ab]="ab --local --quiet --boots 1 true :"
)
read -ra COMMANDS <<<"${COMMANDS:-${!LINE[*]}}"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null

prepare() { # directory
	mkdir -p "$1"/{data,cache/kduel/{tmp,machines},config/kduel/machines,bin,run}
	cd "$1" || exit
	export XDG_DATA_HOME=$1/data XDG_CACHE_HOME=$1/cache XDG_CONFIG_HOME=$1/config KDUEL_DB=$1/k.db TMPDIR=$1/run
	chmod 700 run
	plan | sed 's/boots: 10/boots: 2/; s/, fail: panic, fail_every: 5//; s/min_free: 0/min_free: 0, host_wait: 1s/' >p.yaml
	echo 'host: sut1.example.org' >config/kduel/machines/sut1.yaml
	for name in sbatch squeue sinfo scontrol; do printf '#!/bin/sh\necho 7\n' >"bin/$name"; chmod +x "bin/$name"; done
	git init -q -b next linux
	git -C linux commit -q --allow-empty -m one
	printf '%s\n' 'plan: p.yaml' 'git: linux' 'ref: next' 'reference: next' 'report: nights' >n.yaml
	"$KDUEL" run --quiet p.yaml >/dev/null 2>&1
	KDUEL_DB=$1/other.db "$KDUEL" run --quiet p.yaml >/dev/null 2>&1
	KDUEL_DB=$1/other.db "$KDUEL" export campaign latest other.kduel >/dev/null 2>&1
	rm -f other.db*
	cp "$TOP/tests/data/foreign/hyperfine-old-1.json" hyperfine-1.json
	cp "$TOP/tests/data/foreign/hyperfine-new-1.json" hyperfine-2.json
}

# A copy of the prepared directory for a trial, with its paths.
fresh() {
	rm -rf "$W/d"
	cp -a "$T/prepared" "$W/d"
	export XDG_DATA_HOME=$W/d/data XDG_CACHE_HOME=$W/d/cache XDG_CONFIG_HOME=$W/d/config KDUEL_DB=$W/d/k.db TMPDIR=$W/d/run
	export PATH=$W/d/bin:$PATH
	DB=$KDUEL_DB
	cd "$W/d" || exit
}
call() { # command
	# shellcheck disable=SC2086
	go ${LINE[$1]}
}
# Names of the files and contents of the database, which must be the same whenever a command has done its work.
state() {
	[ "$(query 'pragma integrity_check')" = ok ] || echo "integrity_check: $(query 'pragma integrity_check' | head -n 3)"
	find . -path ./linux -prune -o -path ./site -prune -o ! -type d ! -name '*-wal' ! -name '*-shm' -printf '%P\n' |
		sed -E 's/[0-9]{8}-[0-9]{6}-[A-Za-z0-9]{6}/JOB/; s/[0-9a-f-]{8,}/ID/g' | sort -u
	query "select count(*), sum(state = 'finished') from campaign; select status, count(*) from boot where status not in ($HOST_FAULTS) group by 1;
		select key, count(distinct campaign) from tag group by 1; select count(*) from sample"
}

trap 'rm -rf "$T"' EXIT
(prepare "$T/prepared")
for c in "${COMMANDS[@]}"; do
	[ "$(jobs -rp | wc -l)" -lt "$JOBS" ] || wait -n
	(
		trap - EXIT
		worker "reference-$c"
		trial="reference of $c"
		for op in "${OPS[@]}"; do
			fresh
			SHIM_OP=$op SHIM_LOG=$T/calls.$c.$op LD_PRELOAD=$O/torture/shim.so call "$c"
		done
		echo "$rc" >"$T/rc.$c"
		[[ " 0 1 4 " == *" $rc "* ]] || bad "kduel ${LINE[$c]} ends with $rc: $(tail -n 2 "$W/err")"
		state >"$T/state.$c"
	) &
done
wait

# Choose N of the calls 1 to $1, in a fixed pseudo-random order, starting after those of the previous SEED.
chosen() { # calls
	local n
	for ((n = 1; n <= $1; n++)); do echo "$((n * 7919 % 10007)) $n"; done | sort -n |
		awk -v n="$N" -v from=$(((SEED - 1) * N)) '{ call[NR - 1] = $2 }
			END { for (i = 0; i < n && i < NR; i++) print call[(from + i) % NR] }'
}
# The list of all trials: command, kind of call, n.
for c in "${COMMANDS[@]}"; do
	for op in "${OPS[@]}"; do
		calls=$(stat -c %s "$T/calls.$c.$op" 2>/dev/null || echo 0)
		chosen "$calls" | sed "s/^/$c $op /"
	done
	for op in full closed pipe; do echo "$c $op 0"; done
done >"$T/plan"

trial() {
	local c op n error=none errors difference
	read -r c op n < <(sed -n "${trial}p" "$T/plan")
	fresh
	case $op in
	full) HOME=$CANARY/home KDUEL_TORTURE=$MARK timeout 60 bash -c 'exec "$@" >/dev/full' - "$KDUEL" ${LINE[$c]} 2>"$W/err" </dev/null; rc=$? ;;
	closed) HOME=$CANARY/home KDUEL_TORTURE=$MARK timeout 60 bash -c 'exec "$@" <&- >&-' - "$KDUEL" ${LINE[$c]} 2>"$W/err"; rc=$? ;;
	pipe) HOME=$CANARY/home KDUEL_TORTURE=$MARK timeout 60 "$KDUEL" ${LINE[$c]} 2>"$W/err" </dev/null | true; rc=${PIPESTATUS[0]} ;;
	*)
		read -ra errors <<<"${WHY[$op]}"
		error=${errors[$((n % 2))]}
		SHIM_OP=$op SHIM_N=$n SHIM_ERRNO=${NUMBER[$error]} LD_PRELOAD=$O/torture/shim.so call "$c"
		;;
	esac
	count "$op"
	case $rc in
	0|1|4) ;;
	2|3) grep -q '^kduel: ' "$W/err" || bad "kduel ${LINE[$c]}: $error at $op $n: exit code $rc without a message" ;;
	*) bad "kduel ${LINE[$c]}: $error at $op $n: exit code $rc: $(tail -n 2 "$W/err")" ;;
	esac
	[ "$op" != pipe ] && [ "$op" != closed ] || [ $rc = "$(cat "$T/rc.$c")" ] || bad "kduel ${LINE[$c]} to a $op output: exit code $rc"
	# The exit status says whether the command has to be run again. A night that found a regression has that exit
	# status even if its report or mail failed, and prints an error.
	if ! [[ " 0 1 4 " == *" $rc "* ]] || { [ "$c" = nightly ] && grep -q '^kduel: ' "$W/err"; }; then
		[ "$(query 'pragma integrity_check')" = ok ] || bad "kduel ${LINE[$c]}: $error at $op $n: $(query 'pragma integrity_check' | head -n 3)"
		case $c:$op in
		# Only the output was lost, and the exit status said so.
		*:full) ;;
		# A campaign is resumed; all other commands are run again.
		run:* | ab:*) ! grep -qs "resume" "$W/err" || { go run --quiet --resume latest; } ;;
		*) call "$c" ;;
		esac
		# If the night was already reported, there is nothing new, and the exit status is 0.
		[[ $c = run || $c = ab || $op = full ]] || [ $rc = "$(cat "$T/rc.$c")" ] || [ "$c:$rc" = nightly:0 ] || bad "kduel ${LINE[$c]}: $error at $op $n: once more ends with $rc: $(tail -n 2 "$W/err")"
	fi
	if [[ $c != run && $c != ab ]]; then
		state >"$W/state"
		difference=$(diff "$T/state.$c" "$W/state")
		[ -z "$difference" ] || bad "kduel ${LINE[$c]}: $error at $op $n: not what it leaves undisturbed: $(head -n 8 <<<"$difference")"
	fi
	check_left
}
trials "$(wc -l <"$T/plan")"
total
