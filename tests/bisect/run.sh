#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# bisect/run.sh: 16 commits of a small kernel tree: one makes a read from tmpfs cost 1 % more kernel
# instructions, two do not build. `kduel bisect` must find the first in exact mode although it is killed three
# times, without building or booting a commit twice, and with the same result as without kills. For a change
# below the margin it must report the whole range. The first run builds kernels for an hour or more of CPU
# time, which stay in the cache. Run by `make test-bisect`, never by `make test`.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export GIT_AUTHOR_DATE='2026-01-01 00:00:00 +0000' GIT_COMMITTER_DATE='2026-01-01 00:00:00 +0000'
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
TURNS=${TURNS:-4} # turns of the planted loop, two instructions each

# --- the tree: a kernel without most sources that the configuration does not use -------------
tree=$T/linux
"$KDUEL" fetch --arch amd64 --suite trixie-backports --into "$T/deb" 'linux-source-7.*' >"$T/log" 2>&1
ok $? "the kernel's source can be fetched" "$(tail -n 5 "$T/log")"
mkdir "$tree"
without=(--exclude='*/Documentation/*/*' --exclude='*/tools/testing/*' --exclude='*/tools/perf/*' --exclude='.gitignore'
	--exclude='*/sound/*.[ch]' --exclude='*/arch/arm64/boot/dts/*/*')
for d in gpu net media staging infiniband scsi iio crypto hwmon accel usb; do without+=(--exclude="*/drivers/$d/*.[ch]"); done
tar -C "$tree" --strip-components=1 "${without[@]}" -xf "$(find "$T/deb/usr/src" -name 'linux-source-*.tar.xz')"
rm -rf "$T/deb"
# Sources of other architectures are not needed, except that scripts/checksyscalls.sh reads x86's *.tbl.
find "$tree/arch" -type f ! -path '*/arch/arm64/*' ! -name 'Kconfig*' ! -name 'Makefile*' ! -name '*.tbl' -delete
git -C "$tree" init -q -b main && git -C "$tree" config gc.auto 0 && git -C "$tree" add -A -f && git -C "$tree" commit -q -m "the tree"
good=$(git -C "$tree" rev-parse HEAD)

edit() { # file, subject
	git -C "$tree" commit -q -m "$2" "$1"
}
plant() { # turns: a loop in vfs_read()
	sed -i "$vfs_read,\$ { 0,/count =  *MAX_RW_COUNT;/s//&\n\tfor (unsigned int turns = $1; turns; turns--)\n\t\tasm volatile(\"\" : \"+r\" (turns));/ }" "$tree/fs/read_write.c"
}
vfs_read=$(grep -n '^ssize_t vfs_read' "$tree/fs/read_write.c" | cut -d: -f1)
for i in $(seq 16); do
	f=fs/pipe.c
	case $i in
	6) f=fs/read_write.c && sed -i '1i #error broken' "$tree/$f" ;;
	7) f=fs/read_write.c && sed -i 1d "$tree/$f" ;;
	9) f=mm/shmem.c && sed -i '1i #error broken' "$tree/$f" ;;
	10) f=mm/shmem.c && sed -i 1d "$tree/$f" ;;
	11) f=fs/read_write.c && plant "$TURNS" ;;
	*) echo "/* change $i */" >>"$tree/$f" ;;
	esac
	edit "$f" "change $i"
	[ "$i" != 11 ] || first_bad=$(git -C "$tree" rev-parse HEAD)
done
is "$(git -C "$tree" show --format= --numstat "$first_bad" | cut -f1,2 | tr '\t' ' ')" "2 0" "the commit to be found adds two lines" \
	"$(git -C "$tree" show --format= "$first_bad")"

git -C "$tree" checkout -q -b small main~6
plant 1 && edit fs/read_write.c "a little"
for i in 1 2; do echo "/* small $i */" >>"$tree/fs/pipe.c" && edit fs/pipe.c "small $i"; done
git -C "$tree" checkout -q main

cat >"$T/p.yaml" <<YAML
name: bisect
exact: true
target: {kind: qemu, memory: 1G, cpus: 1, boot_timeout: 2h}
variants:
  - name: here
    cpu: max
    kernel: {build: {git: "\${git}", ref: "\${commit}", config: [$PWD/tests/planted/kernel.config]}}
  - name: good
    cpu: max
    kernel: {build: {git: "\${git}", ref: "\${good}", config: [$PWD/tests/planted/kernel.config]}}
baseline: good
workloads: [tmpfs-rand64]
profile: false
boots: 3
seed: 15
YAML

# --- killed three times: in a boot, in a build, and in a later step ---------------------------
journal() { cat "$T"/bisect/*.json 2>/dev/null; }
steps() { journal | jq -s '.[0].steps | length'; }
boots() { [ -e "$KDUEL_DB" ] && sql "select count(*) from boot where status = 'ok'" 2>/dev/null || echo 0; }
begin=$SECONDS
bisect() { # plan, BAD
	"$KDUEL" bisect --git "$tree" --plan "$1" --metric kernel.instructions_per_op "$good" "$2" \
		--format json </dev/null 2>>"$T/talk"
}
go() { # condition: run kduel bisect, and kill it when this is true
	"$KDUEL" bisect --git "$tree" --plan "$T/p.yaml" --metric kernel.instructions_per_op "$good" main \
		--format json >"$T/json" 2>>"$T/talk" </dev/null &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		! "$1" || { kill -KILL $pid; break; }
		sleep 0.5
	done
	wait $pid 2>/dev/null
	rc=$?
	echo "# $1: exit code $rc after $((SECONDS - begin)) s, $(steps) steps, $(boots) boots"
}
# shellcheck disable=SC2317 # called by go
{
in_boots() { [ "$(boots)" -ge 2 ]; }
# If all kernels are in the cache already there is no build: then kill it in the third step.
in_build() { [ "$(steps)" -ge 2 ] || { [ "$(steps)" -ge 1 ] && [ -n "$(pgrep -f "make -C .*/builds/")" ]; }; }
later() { [ "$(steps)" -ge 3 ] && sleep 10; }
}
go in_boots
is $rc 137 "killed in the first boots"
[ $rc = 137 ] || { sed 's/^/# /' "$T/talk"; finish; } # it has ended: the rest would fail, too
go in_build
is $rc 137 "killed in a build, or in a later step"
go later
is $rc 137 "killed after the third step"
go false # to its end
is $rc 0 "resumed, kduel bisect succeeds" "$(tail -n 20 "$T/talk")"
wall=$((SECONDS - begin))

is "$(jq -r '.end, .range[]' "$T/json" | tr '\n' ' ')" "found $first_bad " "the planted commit is the first bad one" "$(cat "$T/json")"
is "$(jq -c '[.steps[] | select(.side == "bad") | .change > 0.5 and .change < 2] | unique' "$T/json")" '[true]' \
	"the difference is about 1 %" "$(jq -c '[.steps[] | .change]' "$T/json")"
is "$(sql "select count(*) from (select 1 from boot b join variant v on v.id = b.variant join campaign c on c.id = b.campaign
	where b.status = 'ok' group by v.kernel, b.seed, c.id, b.slot having count(*) > 1)" 2>&1)" 0 "no slot has two good boots"
is "$(sql "select count(*) from (select 1 from tag where key = 'commit' group by value having count(*) > 2)")" 0 \
	"no commit has more campaigns than rounds"
builds=$(grep -c 'done in' "$T/talk")
echo "# wall time $wall s, $builds kernels built in this run, $(boots) boots, $(steps) steps"
jq -r '.steps[] | "# \(.commit[0:12]) \(.subject): \(.side) \(.change // "-") % build \(.build_s | round) s boots \(.boot_s // 0 | round) s"' "$T/json"

# --- the same without kills, with a new database --------------------------------------------------
same='del(.steps[] | .build_s, .boot_s, .campaigns)'
begin=$SECONDS
mkdir "$T/other"
KDUEL_DB=$T/other/kduel.db bisect "$T/p.yaml" main >"$T/whole"
is "$(jq -S "$same" "$T/whole")" "$(jq -S "$same" "$T/json")" "without kills the result is identical" "$(tail -n 20 "$T/talk")"
echo "# without kills, all kernels built: $((SECONDS - begin)) s"

# --- a change below the margin --------------------------------------------------------------------
sed 's/^name: .*/name: small/; $a margins: {tlbmodel/kernel.instructions_per_op: 0.6%}' "$T/p.yaml" >"$T/small.yaml"
bisect "$T/small.yaml" small >"$T/small"
is "$? $(jq -r '.end, (.range | length)' "$T/small" | tr '\n' ' ')" "6 not-worse 13 " "below the margin: exit status 6, and the whole range" \
	"$(cat "$T/small"; tail -n 20 "$T/talk")"
is "$(jq -c '[.steps[] | .change > 0.1 and .change < 0.6]' "$T/small")" '[true]' "below the margin: the measured change is 0.1 to 0.6 %" \
	"$(jq -c '.steps' "$T/small")"
jq -r '"# \(.why)"' "$T/small"
finish
