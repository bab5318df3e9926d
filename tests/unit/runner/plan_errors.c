// SPDX-License-Identifier: GPL-2.0-only
/* Invalid plans: all mistakes of a file are reported in one go, each with its position. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "runner/plan/read.h"

/* Valid parts of plans, so that a case only has the mistake under test. */
#define FAKE "target: {kind: fake}\n"
#define TWO "variants: [name: a, name: b]\nbaseline: b\n"
#define WORK "workloads: [boot]\n"
#define KERNEL "kernel: {packages: [x], suites: [sid]}"

struct bad {
	const char *text;
	const char *want; /* all messages without "p.yaml:", one per line */
};

static const struct bad structure[] = {
	{ "", "1:1: the file is empty" },
	{ "# nothing\n", "1:1: the file is empty" },
	{ "just text", "1:1: a plan must be a mapping (key: value), found a single value" },
	{ "- a\n", "1:1: a plan must be a mapping (key: value), found a list" },
	{ "name: a\n", "1:1: a plan lacks 'variants'\n1:1: a plan lacks 'workloads'" },
	{ FAKE TWO WORK "name: \"open\n",
	  "6:1: found unexpected end of stream while scanning a quoted scalar" },
	{ FAKE TWO WORK "\tboots: 3\n",
	  "5:1: found character that cannot start any token while scanning for the next token" },
	{ FAKE TWO WORK "---\nname: b\n", "5:1: a second document: one file holds one" },
	{ FAKE TWO WORK "name: \xc3\x28\n",
	  "5:8: not a text file: invalid UTF-8 or a control byte" },
	{ FAKE TWO "workloads: [*nowhere]\n", "4:13: found undefined alias" },
	{ FAKE TWO "workloads:\n  - hackbench:\n      groups: \"4\\n\"\n",
	  "6:15: 'groups' must be one line of at most 4096 bytes, without control characters" },
	{ FAKE TWO WORK "bots: 3\n", "5:1: unknown key 'bots' in a plan, did you mean 'boots'?" },
	{ FAKE TWO WORK "x: 3\n",
	  "5:1: unknown key 'x' in a plan; known: name, target, variants, baseline, compare, "
	  "guest, workloads, collectors, design, size, factorial, margins, "
	  "fail_on, require_conclusive, boots, iterations, "
	  "warmup, seed, budget, stop_on_failure, allow_exec, exact, parallel, profile, tlb, "
	  "tune" },
	{ FAKE TWO WORK "boots: 3\nseed: 1\nboots: 4\n",
	  "7:1: 'boots' is given twice, first on line 5" },
	{ FAKE TWO WORK "[a]: 1\n", "5:1: a key must be a single word" },
	{ FAKE TWO WORK "name: a/b\n",
	  "5:7: 'name' must be a name of at most 64 letters, digits and ._+- that starts with a "
	  "letter or digit, not 'a/b'" },
};

#define EXPECT(what)                               \
	FAKE "variants: [{name: a, expect: [" what \
	     "]}, name: b]\nbaseline: b\nworkloads: [hackbench]\n"

static const struct bad expectations[] = {
	{ FAKE "variants: [{name: a, rodata: on}]\n" WORK,
	  "2:30: 'rodata' must be one of full|noalias|off, not 'on'" },
	{ FAKE "variants: [{name: a, rodata: full}]\n" WORK,
	  "2:30: 'rodata' needs a 'kernel': its kernel parameter depends on the release" },
	{ "variants: [{name: a, rodata: full, cmdline: rodata=on, " KERNEL "}]\n" WORK,
	  "1:30: 'rodata' is in 'cmdline' as well: say it once" },
	{ "variants: [{name: a, bbml: all, " KERNEL "}]\n" WORK,
	  "1:28: 'bbml' needs a kernel with the test patch bbml, which 'build' applies; a kernel from "
	  "a package does not have it" },
	{ "target: {cpus: 1}\nvariants: [{name: a, bbml: boot-only, kernel: {build: x}}]\n" WORK,
	  "2:28: 'bbml: boot-only' needs a second CPU: 'target' has 1" },
	{ "variants: [{name: a, bbml: boot-only, rodata: off, kernel: {build: x}}]\n" WORK,
	  "1:28: 'bbml: boot-only' has no effect without 'rodata: full': blocks that are never split "
	  "are not mapped again" },
	{ FAKE "variants: [{name: a, expect: []}]\n" WORK,
	  "2:30: 'expect' is empty: leave it out, or expect something" },
	{ EXPECT("time"),
	  "2:31: 'expect': 'time' is none of METRIC >= NUMBER [UNIT], no-warning, or a pair: "
	  "'dmesg: PATTERN', 'no-dmesg: PATTERN', 'FACT: PATTERN', 'selftests: no regression'" },
	{ EXPECT("time => 3"),
	  "2:31: 'expect': 'time => 3' is none of METRIC >= NUMBER [UNIT], no-warning, or a pair: "
	  "'dmesg: PATTERN', 'no-dmesg: PATTERN', 'FACT: PATTERN', 'selftests: no regression'" },
	{ EXPECT("tome <= 3"),
	  "2:31: 'expect': no workload or collector of this plan measures 'tome', did you mean 'time'?" },
	{ EXPECT("linear_map.block_share >= 98 kB"),
	  "2:31: 'expect': linear_map.block_share is in %, not in 'kB'" },
	{ EXPECT("time >= fast"), "2:31: 'expect': expected a number after time >=, not 'fast'" },
	{ EXPECT("{dmesg: x, no-dmesg: y}"),
	  "2:31: 'expect': each entry has one pair: begin the next entry with '- '" },
	{ EXPECT("{check: one}"),
	  "2:32: 'check' needs 'expect' with a line of text, or 'cannot-run' with the reason: {check: "
	  "NAME, expect: ...}" },
	{ EXPECT("{check: one, expect: [time > 3]}"),
	  "2:44: 'check' needs 'expect' with a line of text, or 'cannot-run' with the reason: {check: "
	  "NAME, expect: ...}" },
	{ EXPECT("{check: '', expect: no-warning}"), "2:39: 'check' must have a name" },
	{ EXPECT("{check: one, cannot-run: ''}"), "2:56: 'cannot-run' must say why" },
	{ EXPECT("{check: one, expect: tome <= 3}"),
	  "2:52: 'expect': no workload or collector of this plan measures 'tome', did you mean 'time'?" },
	{ EXPECT("dmesg: ''"), "2:38: 'expect': the pattern of 'dmesg' is empty" },
	{ EXPECT("'perf/events': x"),
	  "2:31: unknown source of facts 'perf' in 'expect': no collector or workload of this plan; "
	  "known: host, target, boot, params, agent, meminfo, boottime, dmesg, env, identity, ptdump, "
	  "hackbench" },
	{ EXPECT("bbm: x"),
	  "2:31: 'expect': 'bbm' is none of METRIC >= NUMBER [UNIT], no-warning, or a pair: "
	  "'dmesg: PATTERN', 'no-dmesg: PATTERN', 'FACT: PATTERN', 'selftests: no regression'" },
	{ EXPECT("selftests: no regression"),
	  "2:31: 'expect': selftests need the workload mm-selftests, which this plan does not run" },
	{ EXPECT("selftests: pass"), "2:31: 'selftests' must be 'no regression', not 'pass'" },
	{ FAKE "variants: [{name: a, expect: [selftests: no regression]}, name: b]\nbaseline: a\n"
	       "workloads: [mm-selftests]\n",
	  "2:31: 'expect': the baseline's selftests cannot be compared with anything: expect this of "
	  "other variants, or here mm-selftests/failed == 0" },
};

static const struct bad numbers[] = {
	{ FAKE TWO WORK "boots: 3x\n", "5:8: 'boots' must be an unsigned integer, not '3x'" },
	{ FAKE TWO WORK "boots: three\n", "5:8: 'boots' must be an unsigned integer, not 'three'" },
	{ FAKE TWO WORK "boots: [3]\n", "5:8: 'boots' must be an unsigned integer, found a list" },
	{ FAKE TWO WORK "boots:\n", "5:7: 'boots' must be an unsigned integer, found nothing" },
	{ FAKE TWO WORK "boots: -1\n", "5:8: 'boots' must be an unsigned integer, not '-1'" },
	{ FAKE TWO WORK "boots: 0\n", "5:8: 'boots' is out of range (1 to 1000): '0'" },
	{ FAKE TWO WORK "boots: 1001\n", "5:8: 'boots' is out of range (1 to 1000): '1001'" },
	{ FAKE TWO WORK "iterations: 0\n", "5:13: 'iterations' is out of range (1 to 10000): '0'" },
	{ FAKE TWO WORK "iterations: 10001\n",
	  "5:13: 'iterations' is out of range (1 to 10000): '10001'" },
	{ FAKE TWO WORK "warmup: 10000\n", "5:9: 'warmup' is out of range (0 to 9999): '10000'" },
	{ FAKE TWO WORK "seed: 18446744073709551616\n",
	  "5:7: 'seed' must be an unsigned integer, not '18446744073709551616'" },
	{ FAKE TWO WORK "stop_on_failure: yes\n",
	  "5:18: 'stop_on_failure' must be true or false, not 'yes'" },
	{ FAKE TWO "workloads: [null]\niterations: 3\nwarmup: 3\n",
	  "5:13: iterations (3) include the warm-up (3): null would have none left to measure" },
	{ FAKE TWO "workloads: [null]\niterations: 1\n",
	  "5:13: iterations (1) include the warm-up (1): null would have none left to measure" },
	{ FAKE TWO "workloads:\n- null: {warmup: 4}\n",
	  "5:18: iterations (4) include the warm-up (4): null would have none left to measure" },
	{ FAKE TWO "workloads:\n- boot: {iterations: 2}\n",
	  "5:22: boot happens once per boot: it has no iterations and no warm-up" },
};

static const struct bad variants[] = {
	{ FAKE "variants: []\n" WORK, "2:11: 'variants' is empty: at least one is needed" },
	{ FAKE "variants: 3\n" WORK, "2:11: 'variants' must be a list, found a single value" },
	{ FAKE "variants: [a]\n" WORK,
	  "2:12: a variant must be a mapping (key: value), found a single value" },
	{ FAKE "variants:\n- cpu: max\n" WORK, "3:3: a variant lacks 'name'" },
	{ FAKE "variants:\n- name: a\n- name: a\nbaseline: a\n" WORK,
	  "4:9: variant 'a' is defined twice, first in line 3" },
	{ FAKE "variants: [name: a, name: b]\n" WORK,
	  "2:11: no baseline: add 'baseline: NAME' to the plan, where NAME is the variant to "
	  "measure against ('b'?)" },
	{ FAKE "variants: [name: patched, name: placebo]\nbaseline: plasebo\n" WORK,
	  "3:11: unknown variant 'plasebo', did you mean 'placebo'?" },
	{ FAKE "variants: [{name: a, cpu: amperone}]\n" WORK,
	  "2:27: unknown CPU 'amperone', did you mean 'ampereone'?" },
	{ FAKE "variants: [{name: a, fake: {fail: panick}}]\n" WORK,
	  "2:35: unknown failure 'panick', did you mean 'panic'?" },
	{ FAKE "variants: [{name: a, fake: {boot_sd: 2}}]\n" WORK,
	  "2:38: 'boot_sd' is out of range (0 to 1): '2'" },
	{ FAKE "variants: [{name: a, " KERNEL "}]\n" WORK,
	  "2:30: 'kernel' does not apply: target kind fake boots none" },
	{ "variants: [{name: a, " KERNEL ", fake: {}}]\n" WORK,
	  "1:68: 'fake' does not apply: it is for target kind fake" },
	{ "variants: [name: a]\n" WORK, "1:12: a variant lacks 'kernel'" },
	{ "target: {kind: local}\nvariants: [{name: a, command: x}]\n" WORK,
	  "2:31: 'command' is for workload exec, which the plan does not have" },
	{ "target: {kind: local}\nvariants: [{name: a, command: x}, {name: b}]\nbaseline: a\n"
	  "workloads: [exec]\n",
	  "2:35: target kind local has one variant, the running kernel: run the plan once on each "
	  "kernel, then compare the two campaigns; or give each variant a 'command', which workload "
	  "exec runs\n4:13: exec has no 'command', and not every variant has one\n"
	  "4:13: exec: command: there is none" },
};

static const struct bad kernels[] = {
	{ "variants: [{name: a, kernel: {}}]\n" WORK,
	  "1:30: a kernel needs 'packages' (with 'suites'), 'tree', 'image' or 'build'" },
	{ "variants: [{name: a, kernel: {packages: [x]}}]\n" WORK,
	  "1:30: a kernel from 'packages' needs 'suites': where to look for them" },
	{ "variants: [{name: a, kernel: {packages: [], suites: [sid]}}]\n" WORK,
	  "1:41: 'packages' is an empty list: name at least one" },
	{ "variants: [{name: a, kernel: {packages: [x], suites: [sid], image: configs/cpus.yaml}}]\n" WORK,
	  "1:68: a kernel has one of 'packages', 'tree', 'image' and 'build', not several\n"
	  "1:68: 'image': configs/cpus.yaml: expected a kernel for arm64 (Image, gzip'd Image or EFI "
	  "zboot) or amd64 (bzImage), found something else" },
	{ "variants: [{name: a, kernel: {packages: [-x], suites: [sid]}}]\n" WORK,
	  "1:42: 'packages' must hold a package name or glob (a-z, 0-9 and +.-*?[]), not '-x'" },
	{ "variants: [{name: a, kernel: {packages: [x], suites: ['a b']}}]\n" WORK,
	  "1:55: 'suites' must hold a suite such as trixie-backports (a-z, 0-9 and .-/), not 'a b'" },
	{ "variants: [{name: a, kernel: {packages: [x], suites: [sid], arch: riscv64}}]\n" WORK,
	  "1:67: 'arch' must be arm64 or amd64, the architectures that kduel boots, not 'riscv64'" },
	{ "variants: [{name: a, kernel: {packages: [x-amd64], suites: [sid], arch: arm64}}]\n" WORK,
	  "1:73: 'arch' says arm64, but the kernel is for amd64" },
	{ "variants: [{name: a, kernel: {packages: [x-amd64, x-arm64], suites: [sid]}}]\n" WORK,
	  "1:41: 'packages' are for amd64 and for arm64: a kernel has one architecture" },
	{ "variants: [{name: a, cpu: max, kernel: {build: {dir: configs}, arch: amd64}},\n"
	  " {name: b, cpu: max, kernel: {build: {dir: configs}}}]\nbaseline: a\n" WORK,
	  "2:30: the kernel of variant 'b' is for arm64, and that of 'a' for amd64: a plan compares "
	  "kernels of one architecture" },
	{ "variants: [{name: a, cpu: max, kernel: {packages: [x-amd64], suites: [s]}},\n"
	  " {name: b, cpu: max, kernel: {packages: [x-arm64-16k], suites: [s]}}]\nbaseline: a\n" WORK,
	  "2:30: the kernel of variant 'b' is for arm64, and that of 'a' for amd64: a plan compares "
	  "kernels of one architecture" },
	{ "variants: [{name: a, cpu: neoverse-n1, kernel: {packages: [x-amd64], suites: [s]}}]\n" WORK,
	  "1:27: unknown CPU 'neoverse-n1' for kernels for amd64; known: max, qemu64, haswell, "
	  "skylake-server, sapphire-rapids, epyc-milan, host" },
	{ "exact: true\n"
	  "variants: [{name: a, cpu: qemu64, kernel: {packages: [x-amd64], suites: [s]}}]\n" WORK,
	  "2:27: 'exact' needs a CPU with RDRAND, from which an amd64 kernel gets the seed of a boot, "
	  "but 'qemu64' has none: all seeds would give the same boot; name another CPU, such as max" },
	{ "exact: true\ntlb: {cores: [generic]}\n"
	  "variants: [{name: a, kernel: {packages: [x-amd64], suites: [s]}}]\n" WORK,
	  "2:6: 'tlb' does not apply: the TLB model is for arm64, but these kernels are for amd64" },
	{ "variants: [{name: a, cpu: haswell, kernel: {packages: [x-arm64], suites: [s]}}]\n" WORK,
	  "1:27: unknown CPU 'haswell' for kernels for arm64; known: ampereone, max, neoverse-v3, "
	  "neoverse-n3, cortex-x4, cortex-x4-r0p1, neoverse-n1, neoverse-v1, neoverse-n2, cortex-a53, "
	  "cortex-a55, cortex-a57, cortex-a72, cortex-a76, cortex-a710, a64fx, host" },
	{ "variants: [{name: a, kernel: {image: no/such/Image}}]\n" WORK,
	  "1:38: 'image': no/such/Image: No such file or directory" },
	{ "variants: [{name: a, kernel: {image: configs}}]\n" WORK,
	  "1:38: 'image': configs: not a regular file" },
	{ "variants: [{name: a, kernel: {tree: no/such}}]\n" WORK,
	  "1:37: 'tree': no/such: No such file or directory" },
	{ "variants: [{name: a, kernel: {packages: [x], suites: [sid], config: COPYING}}]\n" WORK,
	  "1:69: 'config' needs 'image', which is missing\n"
	  "1:69: 'config': COPYING: expected the configuration of a kernel (.config, with lines "
	  "such as CONFIG_NET=y)" },
	{ "variants: [{name: a, kernel: {packages: [x], suites: [sid], modules: configs}}]\n" WORK,
	  "1:70: 'modules' needs 'image', which is missing\n"
	  "1:70: 'modules' must be a directory that holds lib/modules/RELEASE: there is no "
	  "configs/lib/modules" },
};

#define HOST(accel) "target: {accel: " accel "}\nvariants: [{name: a, cpu: host, " KERNEL "}"
static const struct bad accel[] = {
	{ "target: {accel: kvm}\nvariants: [{name: a, cpu: ampereone, " KERNEL "}]\n" WORK,
	  "2:27: CPU 'ampereone' is not available with accel kvm, which runs the host's own CPU: say "
	  "'cpu: host', or 'accel: tcg' to emulate it" },
	{ "target: {accel: kvm}\nvariants: [{name: a, " KERNEL "}]\n" WORK,
	  "2:12: CPU 'max' is not available with accel kvm, which runs the host's own CPU: say "
	  "'cpu: host', or 'accel: tcg' to emulate it" },
	{ HOST("tcg") "]\n" WORK,
	  "2:27: CPU 'host' needs KVM, but the target says 'accel: tcg': name a CPU to emulate, or "
	  "say 'accel: kvm'" },
	{ HOST("auto") ", {name: b, cpu: max, " KERNEL "}]\nbaseline: b\n" WORK,
	  "2:27: CPU 'host' needs KVM, but another variant names an emulated CPU: "
	  "all must say host, or none" },
};

static const struct bad exact[] = {
	{ FAKE TWO WORK "exact: 1\n", "5:8: 'exact' must be true or false, not '1'" },
	{ FAKE TWO WORK "exact: true\nparallel: 0\n",
	  "6:11: 'parallel' is out of range (1 to 64): '0'" },
	{ FAKE TWO WORK "profile: true\n",
	  "5:10: 'profile' needs exact: true: functions are counted in exact mode only" },
	{ FAKE TWO WORK "parallel: 2\n",
	  "5:11: timed boots cannot run 2 at a time: they would slow each other down; "
	  "leave 'parallel' out, or say exact: true" },
	{ "target: {kind: qemu, cpus: 65}\nvariants: [{name: a, cpu: max, " KERNEL "}]\n" WORK
	  "exact: true\n",
	  "1:9: 'exact' supports at most 64 CPUs, but 'target' says cpus: 65" },
	{ HOST("auto") "]\n" WORK "exact: true\n",
	  "2:27: 'exact' needs emulation: cpu 'host' is KVM; name an emulated one, such as max" },
	{ HOST("kvm") "]\n" WORK "exact: true\n",
	  "1:9: 'exact' needs emulation, but 'target' says accel: kvm; leave accel out\n"
	  "2:27: 'exact' needs emulation: cpu 'host' is KVM; name an emulated one, such as max" },
};

#define HOTPLUG(what) \
	"target: {hotplug: " what "}\nvariants: [{name: a, cpu: max, " KERNEL "}]\n" WORK

static const struct bad target[] = {
	{ "target: {kind: fake, memory: 256M}\n" TWO WORK,
	  "1:30: 'memory' is out of range (536870912 to 1099511627776 bytes): '256M'" },
	{ "target: {kind: fake, cpus: 513}\n" TWO WORK,
	  "1:28: 'cpus' is out of range (1 to 512): '513'" },
	{ "target: {kind: fake, cpus: 0}\n" TWO WORK,
	  "1:28: 'cpus' is out of range (1 to 512): '0'" },
	{ "target: {kind: fake, host_cpus: 3-1}\n" TWO WORK,
	  "1:33: 'host_cpus' must be a CPU list such as 0-3,5, not '3-1'" },
	{ "target: {kind: fake, host_cpus: [0, 1]}\n" TWO WORK,
	  "1:33: 'host_cpus' must be a CPU list such as 0-3,5, found a list" },
	{ "target: {kind: fake, boot_timeout: 5 minutes}\n" TWO WORK,
	  "1:36: 'boot_timeout' must be a duration such as 500ms or 10s, not '5 minutes'" },
	{ "target: {kind: fake, boot_timeout: 1ms}\n" TWO WORK,
	  "1:36: 'boot_timeout' is out of range (100000000 to 86400000000000 ns): '1ms'" },
	{ "target: {kind: fake, accel: xen}\n" TWO WORK,
	  "1:29: 'accel' must be one of auto|tcg|kvm, not 'xen'" },
	{ "target: {kind: fake, memroy: 2G}\n" TWO WORK,
	  "1:22: unknown key 'memroy' in 'target', did you mean 'memory'?" },
	{ "target: {kind: fake, hotplug: 1G}\n" TWO WORK,
	  "1:31: 'hotplug' does not apply: target kind fake cannot add memory (target kind qemu can)" },
	{ "target: {kind: local, hotplug: 1G}\nvariants: [name: a]\n" WORK,
	  "1:32: 'hotplug' does not apply: target kind local cannot add memory (target kind qemu can)" },
	{ HOTPLUG("[]"), "1:19: 'hotplug' is empty: leave it out to add no memory" },
	{ HOTPLUG("64M"),
	  "1:19: 'size' is out of range (134217728 to 1099511627776 bytes): '64M'" },
	{ HOTPLUG("200M"),
	  "1:19: 'hotplug': 'size' must be a multiple of 128 MiB, in which arm64 kernels add memory" },
	{ HOTPLUG("[1G, {size: 1536M, block: 1G}]"),
	  "1:24: 'hotplug': 'size' must be a multiple of 1024 MiB, its 'block'" },
	{ HOTPLUG("{size: 384M, block: 3M}"),
	  "1:19: 'hotplug': 'block' must be a power of two, not 3 MiB" },
	{ HOTPLUG("{size: 384M, block: 1M}"),
	  "1:39: 'block' is out of range (2097152 to 17179869184 bytes): '1M'" },
	{ HOTPLUG("{block: 1G}"), "1:19: 'hotplug' lacks 'size'" },
	{ HOTPLUG("[1G, 1G, 1G, 1G, 1G]"),
	  "1:19: 'hotplug' has 5 devices; at most 4 are possible" },
	{ HOTPLUG("1G") "exact: true\n",
	  "1:19: 'hotplug' with exact: true needs cpus: 1: with 2 CPUs, boots that add memory are not "
	  "always reproducible" },
	{ HOTPLUG("a lot"), "1:19: 'size' must be a size such as 64M, not 'a lot'" },
	{ "target: {hotplug: 1G}\nvariants: [{name: a, cpu: max, kernel: {packages: "
	  "[linux-image-cloud-amd64], suites: [sid]}}]\n" WORK,
	  "1:19: 'hotplug' does not apply: memory can only be added to arm64 guests, but these kernels "
	  "are for amd64" },
	{ FAKE TWO WORK "guest: {initramfs: nothing.cpio}\n",
	  "5:20: 'initramfs': nothing.cpio: No such file or directory" },
	{ FAKE TWO WORK "guest: {initramfs: configs/cpus.yaml}\n",
	  "5:20: 'initramfs': configs/cpus.yaml: expected an initramfs (a cpio archive, perhaps "
	  "compressed), found something else" },
	{ FAKE TWO WORK "guest: {packages: [Strace]}\n",
	  "5:20: 'packages' must hold a package name (a-z, 0-9 and +.-), not 'Strace'" },
};

static const struct bad compares[] = {
	{ FAKE TWO WORK "compare: []\n",
	  "5:10: 'compare' is empty: leave it out to compare every variant with the baseline" },
	{ FAKE TWO WORK "compare: [candidate: c]\n", "5:22: unknown variant 'c'; known: a, b" },
	{ FAKE TWO WORK "compare: [{candidate: a, baseline: c}]\n",
	  "5:36: unknown variant 'c'; known: a, b" },
	{ FAKE TWO WORK "compare: [candidate: b]\n", "5:22: variant 'b' is compared with itself" },
	{ FAKE TWO WORK "compare: [title: x]\n", "5:11: a comparison lacks 'candidate'" },
	{ FAKE TWO WORK "compare: [candidate: a, {candidate: a, baseline: b}]\n",
	  "5:25: 'a' is already compared with 'b'" },
};

static const struct bad work[] = {
	{ FAKE TWO "workloads: []\n", "4:12: 'workloads' is empty: name at least 'boot'" },
	{ FAKE TWO "workloads: boot\n", "4:12: 'workloads' must be a list, found a single value" },
	{ FAKE TWO "workloads: [memcashed]\n",
	  "4:13: unknown workload 'memcashed', did you mean 'memcached'?" },
	{ FAKE TWO "workloads: [boot, boot]\n", "4:19: workload 'boot' is listed twice" },
	{ FAKE TWO "workloads: [[boot]]\n",
	  "4:13: a workload must be a name, or a name with parameters" },
	{ FAKE TWO "workloads:\n- null:\n  work: 1ms\n",
	  "5:3: a workload has one key, its name: indent its parameters one level further" },
	{ FAKE TWO "workloads:\n- null: 3\n",
	  "5:9: null must be a mapping (key: value), found a single value" },
	{ FAKE TWO "workloads:\n- null: {works: 1ms}\n",
	  "5:10: unknown parameter 'works' of null, did you mean 'work'?" },
	{ FAKE TWO "workloads:\n- null: {time_out: 1s}\n",
	  "5:10: unknown parameter 'time_out' of null, did you mean 'timeout'?" },
	{ FAKE TWO "workloads:\n- null: {work: 3q}\n",
	  "5:16: 'work' must be a duration such as 500ms or 10s, not '3q'" },
	{ FAKE TWO "workloads:\n- null: {work: 1h}\n",
	  "5:16: 'work' is out of range (1 to 600000000000 ns): '1h'" },
	{ FAKE TWO "workloads:\n- null: {work: 1ms, work: 2ms}\n",
	  "5:21: 'work' is given twice, first on line 5" },
	{ FAKE TWO "workloads:\n- null: {timeout: 0s}\n",
	  "5:19: 'timeout' is out of range (1000000 to 86400000000000 ns): '0s'" },
	{ FAKE TWO WORK "collectors: [meminfos]\n",
	  "5:14: unknown collector 'meminfos', did you mean 'meminfo'?" },
	{ FAKE TWO WORK "collectors: [dmesg, dmesg]\n", "5:21: collector 'dmesg' is listed twice" },
	{ FAKE TWO WORK "collectors:\n- meminfo: {settle: 1}\n",
	  "6:21: 'settle' must be true or false, not '1'" },
	{ FAKE TWO WORK "collectors:\n- meminfo: {iterations: 3}\n",
	  "6:13: unknown parameter 'iterations' of meminfo; known: settle, settle_interval, "
	  "settle_max, settle_tolerance" },
};

static const struct bad together[] = {
	{ "name: x\ntarget: {kind: fake, cpus: none}\nvariants:\n- {name: a, cpu: maxx}\n"
	  "- nme: b\nbaseline: a\nworkloads: [bot, null: {fault: boom}]\nboots: 3x\nend: 1\n",
	  "2:28: 'cpus' must be an unsigned integer, not 'none'\n"
	  "4:18: unknown CPU 'maxx', did you mean 'max'?\n"
	  "5:3: unknown key 'nme' in a variant, did you mean 'name'?\n"
	  "5:3: a variant lacks 'name'\n"
	  "7:13: unknown workload 'bot', did you mean 'boot'?\n"
	  "7:32: 'fault' must be one of none|exit|hang|crash|panic|agent-exit|warn, not 'boom'\n"
	  "8:8: 'boots' must be an unsigned integer, not '3x'\n"
	  "9:1: unknown key 'end' in a plan; known: name, target, variants, baseline, compare, "
	  "guest, workloads, collectors, design, size, factorial, margins, "
	  "fail_on, require_conclusive, boots, iterations, "
	  "warmup, seed, budget, stop_on_failure, allow_exec, exact, parallel, profile, tlb, "
	  "tune" },
};

static char *messages(const struct strvec *msgs)
{
	char *all = xstrdup("");

	for (size_t i = 0; i < msgs->n; i++) {
		char *more;

		assert_true(str_starts(msgs->v[i], "p.yaml:"));
		more = xasprintf("%s%s%s", all, i ? "\n" : "", msgs->v[i] + strlen("p.yaml:"));
		free(all);
		all = more;
	}
	return all;
}

static void check(const struct bad *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct plan_diag diag = { 0 };
		struct plan *plan = (struct plan *)&diag;
		int ret = plan__parse("p.yaml", cases[i].text, strlen(cases[i].text), &plan, &diag);
		_free_ char *got = messages(&diag.msgs);

		assert_int_equal(ret, -EINVAL);
		assert_null(plan);
		assert_string_equal(got, cases[i].want);
		plan_diag__release(&diag);
	}
}

#define CASES(table)                             \
	static void table##_test(void **state)   \
	{                                        \
		(void)state;                     \
		check(table, ARRAY_SIZE(table)); \
	}
CASES(structure)
CASES(expectations)
CASES(numbers)
CASES(variants)
CASES(kernels)
CASES(accel)
CASES(exact)
CASES(target)
CASES(compares)
CASES(work)
CASES(together)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(structure_test),    cmocka_unit_test(numbers_test),
		cmocka_unit_test(expectations_test), cmocka_unit_test(variants_test),
		cmocka_unit_test(kernels_test),	     cmocka_unit_test(accel_test),
		cmocka_unit_test(exact_test),	     cmocka_unit_test(target_test),
		cmocka_unit_test(compares_test),     cmocka_unit_test(work_test),
		cmocka_unit_test(together_test),
	};

	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	return cmocka_run_group_tests_name("runner/plan errors", tests, NULL, NULL);
}
