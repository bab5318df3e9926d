# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# cache.sh: make_cache_fixture makes what a cache is filled from: a small archive with fake apt programs in
# $T/fixture, an agent, a kernel source in $T/src with its configuration in $T/mine.config, and no QEMU on the
# host.
# shellcheck source=tests/data/kernel-tree/tree.sh
. "$TOP/tests/data/kernel-tree/tree.sh"

make_cache_fixture() {
	mkdir "$T/fixture" "$T/agent"
	"$TOP/tests/data/apt/fixture.sh" "$T/fixture"
	export PATH=$T/fixture/bin:$PATH KDUEL_AGENT_DIR=$T/agent CCACHE_DISABLE=1
	echo 'the agent' >"$T/agent/agent-aarch64"
	echo none >"$T/fixture/system-qemu"
	make_tree "$T/src"
	printf 'CONFIG_%s=y\n' "${BOOTS[@]}" "${MEMCACHED[@]}" >"$T/mine.config"
}

# A plan with two kernels: one from a package, and the one named "mine".
make_cache_plan() { # file
	cat >"$1" <<-'YAML'
		target: {kind: qemu}
		variants:
		  - {name: pkg, cpu: max, kernel: {packages: ["linux-image-6.18*"], suites: [trixie-backports]}}
		  - {name: built, cpu: max, kernel: {build: mine}}
		baseline: pkg
		guest: {suites: [bookworm]}
		workloads: [memcached]
	YAML
}
