# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# cache.sh: fill a cache from an archive of small packages, and check the result. Source it after lib.sh;
# power-cut.sh does the same with the cache on a disk of its own.
# shellcheck disable=SC2034,SC2154 # trial and rc are lib.sh's
# shellcheck source=tests/data/apt/cache.sh
. "$TOP/tests/data/apt/cache.sh"
make_cache_fixture
unset KDUEL_AGENT_DIR # campaigns use the agent of the build
cat >"$T/cache.yaml" <<YAML
target: {kind: qemu}
variants:
  - {name: a, cpu: max, kernel: {packages: ["linux-image-6.18*"], suites: [trixie-backports]}}
  - {name: b, cpu: max, kernel: {packages: ["linux-image-7.2*"], suites: [trixie-backports]}}
baseline: a
guest: {suites: [bookworm]}
workloads: [memcached]
YAML
# Fill the worker's cache; sets rc.
fill() {
	KDUEL_AGENT_DIR=$T/agent go run --dry-run "$T/cache.yaml"
}
# What a campaign uses: the command lines, and the contents of all files in the cache, except those that differ
# between two builds.
filled() {
	sed "s,$XDG_CACHE_HOME/kduel,CACHE,g" "$W/out"
	(cd "$XDG_CACHE_HOME/kduel" && find kernels initramfs guest qemu debs -type f ! -name '*.lock' ! -name '*.ext4' -exec sha256sum {} + 2>/dev/null | sort -k 2)
	for image in "$XDG_CACHE_HOME"/kduel/guest/*/root.ext4; do
		e2fsck -fn "$image" >/dev/null 2>&1 || echo "root image damaged"
		debugfs -R 'cat /usr/bin/hello' "$image" 2>/dev/null
	done
}
# Fill a cache without disturbance and write its contents to a file.
reference_cache() { # file
	local file=$1
	trial=reference
	(
		trap - EXIT
		worker reference
		fill
		[ $rc -eq 0 ] || bad "an undisturbed kduel cannot fill a cache: $(tail -n 3 "$W/err")"
		filled >"$file"
	)
}
empty_cache() {
	find "$W/cache/kduel" -mindepth 1 -maxdepth 1 ! -name tmp -exec rm -rf {} +
	find "$W/cache/kduel/tmp" -mindepth 1 -maxdepth 1 ! -type l -exec rm -rf {} +
}
# The next kduel must make what is missing, with the same result.
check_filled() { # want
	local difference
	fill
	[ $rc -eq 0 ] || bad "the next kduel ends with $rc: $(tail -n 2 "$W/err")"
	difference=$(filled | diff "$1" -)
	[ -z "$difference" ] || bad "another cache than that of an undisturbed kduel: $(head -n 6 <<<"$difference")"
	check_left directories
}
