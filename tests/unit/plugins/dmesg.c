// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the kernel log. The files are consoles of real boots; the single lines are what the
 * kernel's sources print, after each prefix that a line can have.
 */
#include "collectors/support/dmesg_line.h"
#include "collectors/support/dmesg_read.h"
#include "lib/fs.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char *load(const char *name)
{
	_free_ char *path = xasprintf("tests/data/dmesg/%s", name);
	char *text;

	if (fs__read(path, 1u << 20, &text, NULL))
		fail_msg("cannot read %s: run the test from the top directory", path);
	return text;
}

static const struct {
	enum dmesg_class class;
	const char *text;
} lines[] = {
	{ DMESG_WARNING, "WARNING: CPU: 1 PID: 77 at arch/arm64/mm/pageattr.c:57 f+0x1c/0x40" },
	{ DMESG_WARNING, "WARNING: arch/arm64/mm/mmu.c:821 at g+0x1c/0x40, CPU#0: swapper/0" },
	{ DMESG_WARNING, "WARNING: possible circular locking dependency detected" },
	{ DMESG_WARNING, "WARNING: suspicious RCU usage" },
	{ DMESG_WARNING, "insmod: page allocation failure: order:9, mode:0xcc0(GFP_KERNEL)" },
	{ DMESG_WARNING, "Out of memory: Killed process 133 (init) total-vm:1935020kB" },
	{ DMESG_WARNING, "UBSAN: array-index-out-of-bounds in drivers/x.c:3:4" },
	{ DMESG_WARNING, "Checked W+X mappings: FAILED, 3 W+X pages found, 0 non-UXN pages found" },
	{ DMESG_NONE, "Call trace:" },
	{ DMESG_NONE, "Call Trace:" },
	{ DMESG_BUG, "BUG: KASAN: slab-out-of-bounds in f+0x10/0x20" },
	{ DMESG_BUG, "BUG: sleeping function called from invalid context at mm/x.c:321" },
	{ DMESG_BUG, "BUG: scheduling while atomic: swapper/0/1/0x00000002" },
	{ DMESG_BUG, "BUG: Bad page state in process init  pfn:4f00d" },
	{ DMESG_BUG, "kernel BUG at mm/vmalloc.c:123!" },
	{ DMESG_BUG, "Internal error: Oops: 0000000096000004 [#1]  SMP" },
	{ DMESG_BUG, "Internal error: TLB conflict abort: 0000000086000030 [#1] SMP" },
	{ DMESG_BUG, "Unable to handle kernel NULL pointer dereference at virtual address 00" },
	{ DMESG_BUG, "Unable to handle kernel paging request at virtual address ffff80008100" },
	{ DMESG_BUG, "SError Interrupt on CPU0, code 0x00000000bf000000 -- SError" },
	{ DMESG_LOCKUP, "watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [init:77]" },
	{ DMESG_LOCKUP,
	  "BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 31s!" },
	{ DMESG_LOCKUP, "watchdog: Watchdog detected hard LOCKUP on cpu 2" },
	{ DMESG_LOCKUP, "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:" },
	{ DMESG_LOCKUP, "rcu: INFO: rcu_preempt self-detected stall on CPU" },
	{ DMESG_LOCKUP, "INFO: task init:134 blocked for more than 2 seconds." },
	{ DMESG_PANIC, "Kernel panic - not syncing: sysrq triggered crash" },
	{ DMESG_PANIC, "---[ end Kernel panic - not syncing: Attempted to kill init! ]---" },
	{ DMESG_NONE, "" },
	{ DMESG_NONE, "CPU features: detected: BBM Level 2 without TLB conflict abort" },
	{ DMESG_NONE, "Checked W+X mappings: passed, no W+X pages found" },
	{ DMESG_NONE, "rcu: Hierarchical RCU implementation." },
	{ DMESG_NONE, "Kernel command line: console=ttyAMA0 panic=-1" },
	{ DMESG_NONE, "[drm] WARNING is only a word here" },
	{ DMESG_NONE, "random: crng init done" },
	{ DMESG_NONE, "DEBUG: nothing" },
	/* Lockdep, new and old. */
	{ DMESG_WARNING, "WARNING: possible recursive locking detected" },
	{ DMESG_WARNING, "WARNING: at mm/x.c:57 f+0x1c/0x40()" },
	{ DMESG_WARNING, "[ INFO: possible circular locking dependency detected ]" },
	{ DMESG_WARNING, "[ INFO: suspicious RCU usage. ]" },
	{ DMESG_WARNING, "INFO: trying to register non-static key." },
	{ DMESG_WARNING, "BUG: MAX_LOCKDEP_ENTRIES too low!" },
	{ DMESG_NONE, "INFO: lockdep is turned off." },
	{ DMESG_BUG, "[ BUG: Invalid wait context ]" },
	{ DMESG_BUG, "[ BUG: bad unlock balance detected! ]" },
	{ DMESG_WARNING, "Badness at mm/slab.c:12" },
	/* Lockups and stalls. */
	{ DMESG_LOCKUP, "INFO: rcu_tasks detected stalls on tasks:" },
	{ DMESG_LOCKUP, "rcu_tasks_trace: INFO: rcu_tasks_trace detected stalls on tasks:" },
	{ DMESG_LOCKUP,
	  "rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 1-... }" },
	{ DMESG_LOCKUP, "INFO: rcu_sched self-detected stall on CPU { 0}  (t=5250 jiffies)" },
	{ DMESG_LOCKUP, "INFO: rcu_bh detected stall on CPU 0 (t=0 jiffies)" },
	{ DMESG_LOCKUP,
	  "rcu: rcu_preempt kthread starved for 5250 jiffies! g4 f0x0 RCU_GP_WAIT_FQS" },
	{ DMESG_LOCKUP, "rcu: rcu_sched kthread timer wakeup didn't happen for 52 jiffies! g4" },
	{ DMESG_LOCKUP, "BUG: soft lockup detected on CPU#0!" },
	{ DMESG_LOCKUP, "NMI watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [cat:9]" },
	{ DMESG_LOCKUP, "NMI watchdog: Watchdog detected hard LOCKUP on cpu 1" },
	{ DMESG_LOCKUP, "watchdog: CPU 3 self-detected hard LOCKUP @ f+0x1/0x2" },
	{ DMESG_LOCKUP, "BUG: spinlock lockup suspected on CPU#0, cat/9" },
	{ DMESG_LOCKUP, "INFO: task fio:77 blocked in I/O wait for more than 122 seconds." },
	{ DMESG_LOCKUP,
	  "smp: csd: Detected non-responsive CSD lock (#1) on CPU#0, waiting 5000 ns" },
	{ DMESG_NONE, "NMI watchdog: Enabled. Permanently consumes one hw-PMU counter." },
	{ DMESG_NONE, "watchdog: Delayed init of the lockup detector failed: -19" },
	{ DMESG_NONE, "INFO: NMI handler (f) took too long to run: 1.2 msecs" },
	/* Oopses of other architectures and of older releases. */
	{ DMESG_BUG, "divide error: 0000 [#1] PREEMPT SMP" },
	{ DMESG_BUG, "Oops: divide error: 0000 [#1] SMP NOPTI" },
	{ DMESG_BUG, "invalid opcode: 0000 [#2] SMP" },
	{ DMESG_BUG,
	  "general protection fault, probably for non-canonical address 0xdead: 0000 [#1]" },
	{ DMESG_BUG, "int3: 0000 [#1] SMP" },
	{ DMESG_BUG, "alignment check: 0000 [#1] SMP" },
	{ DMESG_BUG, "Oops [#1]" },
	{ DMESG_BUG, "Oops[#1]:" },
	{ DMESG_BUG, "Oops: Kernel access of bad area, sig: 11 [#1]" },
	{ DMESG_BUG, "illegal operation: 0001 ilc:1 [#1] SMP" },
	{ DMESG_BUG, "Kernel bug detected[#1]:" },
	{ DMESG_BUG, "Kernel BUG [#1]" },
	{ DMESG_BUG,
	  "CPU 0 Unable to handle kernel paging request at virtual address 0, era == 9" },
	{ DMESG_BUG, "BUG: unable to handle kernel NULL pointer dereference at 0000000000000008" },
	{ DMESG_BUG, "BUG: kernel NULL pointer dereference, address: 0000000000000008" },
	{ DMESG_BUG, "Kernel BUG at mm/slab.c:12" },
	{ DMESG_BUG, "Unhandled fault: synchronous external abort (0x96000010) at 0xffff8000" },
	{ DMESG_BUG, "Synchronous External Abort: synchronous external abort (0x96000010) at 0x0" },
	{ DMESG_BUG, "Internal error: synchronous external abort: 96000410 [#1] PREEMPT SMP" },
	{ DMESG_BUG, "Bad mode in Error handler detected on CPU0, code 0xbf000002 -- SError" },
	{ DMESG_BUG, "Unhandled 64-bit el1h sync exception on CPU0, ESR 0x2000000 -- Unknown" },
	{ DMESG_PANIC, "Kernel panic: Attempted to kill init!" },
	{ DMESG_PANIC, "Kernel panic - not syncing: Asynchronous SError Interrupt" },
	{ DMESG_NONE, "traps: cat[12] general protection fault ip:1 sp:2 error:0 in cat[3+4]" },
	{ DMESG_NONE, "cat[12]: segfault at 0 ip 1 sp 2 error 4 in cat[3+4]" },
	/* Corruption. */
	{ DMESG_BUG, "BUG kmalloc-96 (Not tainted): Right Redzone overwritten" },
	{ DMESG_BUG, "BUG ext4_inode_cache(7:a.slice) (Tainted: G    B   W ): Poison overwritten" },
	{ DMESG_BUG, "BUG kmalloc-64: Redzone overwritten" },
	{ DMESG_BUG, "Slab corruption (Not tainted): kmalloc-96 start=ffff, len=96" },
	{ DMESG_BUG,
	  "slab error in cache_free_debugcheck(): cache `size-64': double free detected" },
	{ DMESG_BUG, "list_del corruption. prev->next should be ffff, but was dead" },
	{ DMESG_BUG, "list_add double add: new=1, prev=1, next=2." },
	{ DMESG_BUG, "Bad page state in process 'init'" },
	{ DMESG_BUG, "BUG: Bad rss-counter state mm:(____ptrval____) idx:1 val:1" },
	{ DMESG_BUG, "mm/pgtable-generic.c:42: bad pmd ffff(0000000000000001)" },
	{ DMESG_BUG, "BUG: KFENCE: use-after-free read in f+0x1/0x2" },
	{ DMESG_BUG, "BUG: KCSAN: data-race in f / g" },
	{ DMESG_BUG, "BUG: KMSAN: uninit-value in f+0x1/0x2" },
	{ DMESG_BUG, "KASAN: null-ptr-deref in range [0x0-0x7]" },
	{ DMESG_BUG, "usercopy: Kernel memory exposure attempt detected from SLUB object" },
	{ DMESG_BUG, "bad: scheduling while atomic!" },
	{ DMESG_BUG, "Debug: sleeping function called from invalid context at mm/slab.c:12" },
	{ DMESG_WARNING, "refcount_t: underflow; use-after-free." },
	{ DMESG_WARNING,
	  "kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)" },
	{ DMESG_WARNING, "UBSAN: Undefined behaviour in mm/x.c:3:4" },
	{ DMESG_WARNING, "unregister_netdevice: waiting for eth0 to become free. Usage count = 2" },
	{ DMESG_WARNING,
	  "e1000 0000:00:03.0 eth0: NETDEV WATCHDOG: CPU: 1: transmit queue 0 timed out" },
	{ DMESG_WARNING, "Out of memory and no killable processes..." },
	{ DMESG_WARNING,
	  "Out of memory (oom_kill_allocating_task): Killed process 7 (x) total-vm:1kB" },
	{ DMESG_NONE, "Out of memory error handling test: registered" },
	{ DMESG_NONE, "UBSAN: enabled" },
	{ DMESG_WARNING,
	  "EXT4-fs error (device vda): ext4_lookup:1855: inode #12: comm ls: deleted" },
	{ DMESG_NONE, "EXT4-fs (vda): mounted filesystem with ordered data mode" },
	{ DMESG_WARNING, "XFS (vda): Corruption of in-memory data detected.  Shutting down" },
	{ DMESG_WARNING, "BTRFS error (device vda): parent transid verify failed" },
	{ DMESG_NONE, "BTRFS info (device vda): using free space tree" },
	/* What die() prints on MIPS and LoongArch. */
	{ DMESG_BUG, "Reserved instruction in kernel code[#1]:" },
	{ DMESG_BUG, "Unhandled kernel unaligned access[#12]:" },
	{ DMESG_NONE, "x: bug [#12] is fixed" },
	{ DMESG_WARNING, "irq 19: nobody cared (try booting with the \"irqpoll\" option)" },
	{ DMESG_NONE, "kfence: initialized - using 2097152 bytes for 255 objects" },
	{ DMESG_NONE, "kmemleak: Kernel memory leak detector initialized" },
	{ DMESG_NONE, "FIX kmalloc-96: Restoring Right Redzone 0x0-0x7=0xcc" },
	/* Memory. */
	{ DMESG_WARNING, "cat: page allocation failure. order:1, mode:0x20" },
	{ DMESG_WARNING, "my app[2]: page allocation failure: order:0, mode:0xcc0" },
	{ DMESG_WARNING, "kworker/0:1: page allocation stalls for 10004ms, order:0" },
	{ DMESG_WARNING, "vmalloc error: size 4096, failed to map pages" },
	{ DMESG_WARNING,
	  "insmod: vmalloc error: size 8192, page order 0, failed to allocate pages" },
	{ DMESG_WARNING, "insmod: vmalloc: allocation failure: 4096 bytes" },
	{ DMESG_WARNING,
	  "vmap allocation for size 4096 failed: use vmalloc=<size> to increase size" },
	{ DMESG_WARNING, "SLUB: Unable to allocate memory on node -1, gfp=0x20(GFP_ATOMIC)" },
	{ DMESG_WARNING, "cat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0" },
	{ DMESG_WARNING, "Out of memory: Kill process 77 (cat) score 5 or sacrifice child" },
	{ DMESG_WARNING, "Out of Memory: Killed process 77 (cat)." },
	{ DMESG_WARNING, "Killed process 77 (cat) total-vm:1kB, anon-rss:1kB, file-rss:1kB" },
	{ DMESG_WARNING, "Memory cgroup out of memory: Kill process 77 (cat) score 5" },
	{ DMESG_NONE, "oom_reaper: reaped process 77 (cat), now anon-rss:0kB" },
	{ DMESG_NONE, "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),task=cat,pid=77,uid=0" },
	/* Hardware. */
	{ DMESG_WARNING, "mce: [Hardware Error]: Machine check events logged" },
	{ DMESG_WARNING,
	  "{1}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source" },
	{ DMESG_WARNING, "EDAC MC0: 1 CE memory read error on DIMM0 (channel:0)" },
	{ DMESG_WARNING, "CPU 0: Machine Check Exception: 4 Bank 4: f200" },
	{ DMESG_WARNING, "Memory failure: 0x1234: recovery action for dirty LRU page: Recovered" },
	{ DMESG_WARNING,
	  "pcieport 0000:00:1c.0: PCIe Bus Error: severity=Corrected, type=Data Link" },
	{ DMESG_NONE, "EDAC MC: Ver: 3.0.0" },
	{ DMESG_NONE, "EDAC MC0: Giving out device to module x controller y: DEV z (INTERRUPT)" },
	{ DMESG_NONE, "mce: CPU supports 9 MCE banks" },
	/* Prefixes of vendors. */
	{ DMESG_BUG, "[0:  swapper/0:    1] BUG: scheduling while atomic: swapper/0/1/0x2" },
	{ DMESG_BUG, "<0>.(0)[1:swapper/0]Unable to handle kernel paging request at 0" },
	{ DMESG_BUG, "(2)[77:cat]BUG: KASAN: use-after-free in f" },
	{ DMESG_BUG, "[pid:1,cpu0,swapper/0]Internal error: Oops: 96000004 [#1]" },
	{ DMESG_BUG, "cpu0 BUG: sleeping function called from invalid context" },
	{ DMESG_BUG, "c1  77 Unable to handle kernel NULL pointer dereference" },
	{ DMESG_BUG, "CPU#1 kernel BUG at mm/x.c:12!" },
	{ DMESG_BUG, "*** BUG: x" },
	{ DMESG_BUG, "acme-soc 12340000.soc: BUG: fifo overrun" },
	{ DMESG_LOCKUP, "[1:  cat:   77] watchdog: BUG: soft lockup - CPU#1 stuck for 22s!" },
	{ DMESG_PANIC, "[c0   1]Kernel panic - not syncing: x" },
	/* Lines that only look like complaints. */
	{ DMESG_NONE, "CONFIG_DEBUG_BUGVERBOSE is on" },
	{ DMESG_NONE, "myprog: no BUG: found" },
	{ DMESG_NONE, "no kernel BUG at all" },
	{ DMESG_NONE, "debug: BUGS are tracked elsewhere" },
	{ DMESG_NONE, "BUGmod: loading out-of-tree module taints kernel." },
	{ DMESG_NONE, "BUG tracker: see the web" },
	{ DMESG_NONE, "Modules linked in: BUG(O) oops_mod(O)" },
	{ DMESG_NONE, "WARNING: the option foo is deprecated, use bar" },
	{ DMESG_NONE, "acme 1-1: WARNING: fan speed" },
	{ DMESG_NONE, "acme 1-1: Internal error: -5" },
	{ DMESG_NONE, "systemd[1]: Kernel panic - not syncing: no" },
	{ DMESG_NONE, "prog[77]: BUG: mine" },
	{ DMESG_NONE, "[Firmware Bug]: TSC doesn't count with P0 frequency!" },
	{ DMESG_NONE,
	  "Kernel command line: panic=-1 softlockup_panic=1 hung_task_panic=1 oops=panic" },
	{ DMESG_NONE, "Kernel Offset: 0x1 from 0x2" },
	{ DMESG_NONE, "rcu: RCU CPU stall warnings timeout set to 60 (rcu_cpu_stall_timeout)." },
	{ DMESG_NONE, "SError interrupts are masked" },
	/* Text repeated from a user, a program or a device. */
	{ DMESG_NONE, "Kernel command line: BUG: x" },
	{ DMESG_NONE, "Command line: console=ttyS0 hard LOCKUP" },
	{ DMESG_NONE, "CPU: 1 PID: 77 Comm: BUG: x Not tainted 6.1.0 #1" },
	{ DMESG_NONE, "CPU: 1 UID: 0 PID: 77 Comm: WARNING: CPU: 3 Not tainted 6.12.0" },
	{ DMESG_NONE, "task:BUG: x          state:D stack:0     pid:77" },
	{ DMESG_NONE, "usb 1-1: Product: BUG: x" },
	{ DMESG_NONE, "WARNING: unmet direct dependencies detected for X" },
	{ DMESG_NONE, "RETBleed: WARNING: Spectre v2 mitigation leaves CPU vulnerable" },
	{ DMESG_NONE, "lkdtm: Performing direct entry PANIC" },
	{ DMESG_NONE, "watchdog: watchdog0: watchdog did not stop!" },
	/* Other wordings of some releases. */
	{ DMESG_BUG, "Unhandled fault at 0xffff000012345678" },
	{ DMESG_BUG, "Unhandled prefetch abort: unknown 0 (0x000) at 0x00000000" },
	{ DMESG_BUG, "Unexpected kernel single-step exception at EL1" },
	{ DMESG_BUG, "Internal error: Oops - CFI: 00000000f2008228 [#1] SMP" },
	{ DMESG_BUG, "BUG: Bad page cache in process cat  pfn:1" },
	{ DMESG_WARNING, "vmalloc_node_range for size 8192 failed: Address range restricted" },
	{ DMESG_WARNING, "cma: __cma_alloc: reserved: alloc failed, req-size: 4 pages, ret: -12" },
	{ DMESG_WARNING, "SLUB: Unable to allocate memory on CPU 3 (of node 0) on node -1" },
	{ DMESG_WARNING, "VFS: Busy inodes after unmount of vda1" },
	{ DMESG_WARNING, "sysfs: cannot create duplicate filename '/class/x'" },
	{ DMESG_WARNING, "unchecked MSR access error: RDMSR from 0x852 at rIP: 0xffff" },
	{ DMESG_BUG, "I[1:    cat:   77] BUG: KASAN: use-after-free in f" },
	{ DMESG_BUG, "[0:  swapper/0:    1] int3: 0000 [#1] SMP" },
	{ DMESG_BUG, "@2 BUG: scheduling while atomic: cat/77/0x2" },
	{ DMESG_WARNING, "000: WARNING: held lock freed!" },
	{ DMESG_BUG, "001: Internal error: Oops: 96000004 [#1] PREEMPT_RT SMP" },
	{ DMESG_BUG, "11-28 12:00:00.123     0     0 E Internal error: Oops: 96000004 [#1]" },
	{ DMESG_BUG, "usercopy: kernel memory exposure attempt detected from ffff (x) (9 bytes)" },
	{ DMESG_BUG, "do_IRQ: stack overflow: 300" },
	{ DMESG_BUG, "do_IRQ: cat has overflown the kernel stack (cur:1,sp:2)" },
	{ DMESG_WARNING, "_swap_info_get: Unused swap offset entry 00000123" },
	{ DMESG_WARNING,
	  "huh, entered softirq 3 NET_RX 0 with preempt_count 101, exited with 100?" },
	{ DMESG_WARNING, "NOHZ tick-stop error: local softirq work is pending, handler #08!!!" },
	{ DMESG_WARNING, "kobject: 'x' (0): tried to init an initialized object, something is "
			 "seriously wrong." },
	{ DMESG_WARNING, "XFS (vda): Internal error x at line 12 of file fs/xfs/y.c.  Caller z" },
	{ DMESG_WARNING, "BTRFS: error (device vda: state A) in f:12: errno=-5 IO failure" },
	{ DMESG_WARNING, "EXT3-fs error (device vda): ext3_lookup: deleted inode referenced: 12" },
	{ DMESG_NONE, "usb 1-1: SerialNumber: BUG: x" },
	{ DMESG_NONE, "input: BUG: x as /devices/pci0000:00/0000:00:01.0/input/input3" },
	{ DMESG_NONE, "DMI: BUG: x, BIOS 1.0 01/01/2026" },
	{ DMESG_NONE, "Hardware name: BUG: x (DT)" },
	{ DMESG_NONE, "OF: fdt: Machine model: BUG: x" },
	{ DMESG_NONE, "audit: type=1400 audit(1.2:3): comm=\"hard LOCKUP\"" },
	{ DMESG_NONE, "Unknown kernel command line parameters \"hard LOCKUP\", will be passed to "
		      "user space." },
};

/* Every class after every prefix that the kernel or a tool can put before it. */
static void every_class_behind_every_prefix(void **state __unused)
{
	static const char *const prefixes[] = {
		"",
		"[    0.000000] ",
		"[12345.678901] ",
		"<4>",
		"<4>[    1.5] ",
		"[    1.500000][    T1] ",
		"[    1.500000][   C0] ",
		"4,339,5140900,-;",
		"6,1,0,-,caller=T1;",
		"\r[   15.013059] ",
		"[Sat Nov 28 12:00:00 2026] ",
		"[Nov28 12:00] ",
		"[  +0.000012] ",
		"[    1.234567 <    0.000012>] ",
		"kern  :warn  : [    1.234567] ",
		"2026-11-28T12:00:00,123456+00:00 ",
		"2026-11-28T12:00:00.123456+00:00 host kernel: ",
		"Nov 28 12:00:00 host kernel: ",
		"Nov  8 12:00:00 host kernel: [    1.234567] ",
		"Sat 2026-11-28 12:00:00 UTC host kernel: ",
		"[    1.234567] host kernel: ",
		"reading 45%\r[    1.000000] ",
		"reading 45%[    1.000000] ",
		"[    5.000000] usb 1-1: new hi[    5.000100] ",
		"[2026-11-28 12:00:00] [    1.000000] ",
		/* dmesg -T and -H, journalctl and syslog in other languages. */
		"[Sa Nov 28 12:00:00 2026] ",
		"[sam. nov.  8 12:00:00 2026] ",
		"[土 11月 28 12:00:00 2026] ",
		"[Mär28 12:00] ",
		"[<    0.000012>] ",
		"Mär 28 12:00:00 host kernel: ",
		"11月 28 12:00:00 host kernel: [    1.234567] ",
		/* journalctl -o short-full and short-unix, RFC 5424, busybox, netconsole. */
		"Sat 2026-11-28 12:00:00.123456 CEST host kernel: ",
		"Sat 2026-11-28 12:00:00 +03 host kernel: ",
		"1795000000.123456 host kernel: ",
		"<4>1 2026-11-28T12:00:00.123456+00:00 host kernel - - - ",
		"<4>1 2026-11-28T12:00:00Z host kernel - - [meta sequenceId=\"1\"] [    1.234567] ",
		"Nov 28 12:00:00 host kern.warn kernel: [    1.234567] ",
		"Nov 28 12:00:00 kernel: ",
		/* syslog with the year, logread of OpenWrt. */
		"2026 Nov 28 12:00:00 host kernel: ",
		"Nov  8 2026 12:00:00 host kernel: [    1.234567] ",
		"Sat Nov 28 12:00:00 2026 kern.err kernel: [    1.234567] ",
		"Sat Nov  8 12:00:00 2026 kern.err kernel: ",
		"2026-11-28 12:00:00.123 host kernel: ",
		"6.12.48+deb13-amd64,4,416,1758426,-,ncfrag=0/33;",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		for (size_t p = 0; p < ARRAY_SIZE(prefixes); p++) {
			_free_ char *s = xasprintf("%s%s\r\n", prefixes[p], lines[i].text);

			if (dmesg_scan__line(s) != lines[i].class)
				fail_msg("'%s' is %s, not %s", s,
					 dmesg_class__name(dmesg_scan__line(s)),
					 dmesg_class__name(lines[i].class));
			if (lines[i].class != DMESG_NONE) {
				struct dmesg_finding f = dmesg_scan__find(s, false);
				_free_ char *text = xstrndup(f.text, f.len);

				/* A vendor's prefix may look like one of printk's. */
				assert_true(*text && str_ends(lines[i].text, text));
			}
		}
	}
}

/* A complaint of the kernel does not count if something else prints it. */
static void what_programs_print_is_nothing(void **state __unused)
{
	static const char *const prefixes[] = {
		"<12>[    1.500000] ",
		"12,339,5140900,-;",
		"14,339,5140900,-;prog: ",
		"user  :warn  : [    1.234567] ",
		"daemon:err   : [    1.234567] ",
		"Nov 28 12:00:00 host prog[77]: ",
		"Nov 28 12:00:00 host prog: ",
		"Nov 28 12:00:00 host prog: [    1.234567] ",
		"2026-11-28T12:00:00.123456+00:00 host prog: ",
		"<12>1 2026-11-28T12:00:00.123456+00:00 host prog 77 - - ",
		"6.12.1,12,339,5140900,-;",
		"1795000000.123456 host prog[77]: ",
		"Mär 28 12:00:00 host prog[77]: ",
		"Sat 2026-11-28 12:00:00 +03 host prog[77]: ",
		"Sat Nov 28 12:00:00 2026 daemon.err prog[77]: ",
		"2026-11-28 12:00:00 host prog[77]: [    1.234567] ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		for (size_t p = 0; p < ARRAY_SIZE(prefixes); p++) {
			_free_ char *s = xasprintf("%s%s", prefixes[p], lines[i].text);

			if (dmesg_scan__line(s) != DMESG_NONE)
				fail_msg("'%s' is %s", s, dmesg_class__name(dmesg_scan__line(s)));
		}
		/* In a log in which the kernel's lines have time stamps, a line without the
		 * kernel's mark is not its own. */
		assert_int_equal(dmesg_scan__find(lines[i].text, true).class, DMESG_NONE);
	}
}

static enum dmesg_class worst(const char *text)
{
	struct dmesg_summary s;

	dmesg__summarise(text, &s);
	return s.worst;
}

static void a_log_with_stamps_and_one_without(void **state __unused)
{
	struct dmesg_summary s;

	assert_int_equal(worst("Kernel panic - not syncing: x\n"), DMESG_PANIC);
	assert_int_equal(worst("Kernel panic - not syncing: x\n[    1.000000] x\n"), DMESG_NONE);
	assert_int_equal(worst("[    1.000000] x\nBUG: x\nWARNING: x\n"), DMESG_NONE);
	assert_int_equal(worst("[    1.000000] x\nI see BUG: x[    1.000001] WARNING: CPU: 0"),
			 DMESG_WARNING);
	assert_int_equal(worst("<6>x\n<4>WARNING: CPU: 0\n"), DMESG_WARNING);
	dmesg__summarise("[    1.000000] BUG: a\r[    1.000001] BUG: b\r\n[    1.0] Call trace:\n",
			 &s);
	assert_int_equal(s.complaints, 1);
	assert_string_equal(s.first[0], "BUG: a");
}

struct seen {
	size_t n, number[8];
	enum dmesg_class class[8];
	char text[8][64];
};

static void note(void *arg, const struct dmesg_log *log, const struct dmesg_finding *found)
{
	struct seen *seen = arg;

	if (found->class == DMESG_NONE)
		return;
	assert_in_range(seen->n, 0, 7);
	seen->number[seen->n] = log->number;
	seen->class[seen->n] = found->class;
	snprintf(seen->text[seen->n++], 64, "%.*s", (int)found->len, found->text);
}

/* The result does not depend on how a log is split, nor on other bytes in between. */
static void pieces_and_dirt(void **state __unused)
{
	static const char text[] = "boot\n\0[    1.000000] Kernel panic - not syncing: x\n"
				   "\033[2J\033[01;32mreading\033[0m 45%\r[    2.000000] BUG: y\r\n"
				   "\001\002[    3.000000][    T1] WARNING: CPU: 0\n\0\0\n"
				   "[    4.000000] Oops: z";

	for (size_t step = 1; step < sizeof(text); step++) {
		struct seen seen = { 0 };
		struct dmesg_log log = { .each = note, .arg = &seen };

		for (size_t at = 0; at < sizeof(text) - 1; at += step)
			dmesg_log__feed(&log, text + at,
					at + step < sizeof(text) ? step : sizeof(text) - 1 - at);
		dmesg_log__end(&log);
		assert_int_equal(seen.n, 4);
		for (size_t i = 0; i < 4; i++)
			assert_int_equal(seen.number[i], i < 3 ? i + 2 : 6);
		assert_string_equal(seen.text[0], "Kernel panic - not syncing: x");
		assert_string_equal(seen.text[1], "BUG: y");
		assert_string_equal(seen.text[2], "WARNING: CPU: 0");
		assert_string_equal(seen.text[3], "Oops: z");
	}
}

/* A program writes a very long line, into which the kernel then writes a message. */
static void long_lines(void **state __unused)
{
	for (size_t n = 0; n<10000; n += n> 4000 && n < 4200 ? 1 : 97) {
		struct seen seen = { 0 };
		struct dmesg_log log = { .each = note, .arg = &seen };
		_free_ char *text = xcalloc(1, n + 64);

		memset(text, 'x', n);
		snprintf(text + n, 64, "[    1.000000] Kernel panic - not syncing: y\nBUG: x\n");
		dmesg_log__feed(&log, text, strlen(text));
		assert_int_equal(seen.n, 1);
		assert_int_equal(seen.class[0], DMESG_PANIC);
		assert_int_equal(seen.number[0], 1);
		assert_true(str_starts(seen.text[0], "Kernel panic - not syncing"));
	}
}

static void half_prefixes_are_text(void **state __unused)
{
	static const char *const texts[] = {
		"[", "[1", "[ ]", "<", "<4", "4,", "4,3", "4,3,5", "4,3,5,-", "[T]", "4,3,5,-\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_int_equal(dmesg_scan__line(texts[i]), DMESG_NONE);
		assert_string_equal(dmesg_line__text(texts[i], NULL), texts[i]);
	}
}

static void boot_of_an_ampereone(void **state __unused)
{
	_free_ char *text = load("6.18-ampereone.txt");
	struct dmesg_summary s;

	dmesg__summarise(text, &s);
	assert_true(s.has_start);
	assert_string_equal(s.bbm, "BBM Level 2 without TLB conflict abort");
	assert_string_equal(s.kaslr, "KASLR enabled");
	assert_string_equal(s.rodata, "");
	assert_int_equal(s.complaints, 1);
	assert_int_equal(s.worst, DMESG_WARNING);
	assert_string_equal(s.first[0], "WARNING: CPU: 0 PID: 1 at kduel/test.c:1 "
					"kduel_test+0x0/0x0");
}

static void hung_tasks_and_a_panic(void **state __unused)
{
	_free_ char *text = load("6.18-plain-hung-task-panic.txt");
	struct dmesg_summary s;

	dmesg__summarise(text, &s);
	assert_string_equal(s.bbm, "");
	assert_int_equal(s.complaints, 5); /* 4 hung tasks and the panic, not their traces */
	assert_int_equal(s.worst, DMESG_PANIC);
	assert_string_equal(s.first[0], "INFO: task init:134 blocked for more than 2 seconds.");
	assert_string_equal(s.first[4], "Kernel panic - not syncing: sysrq triggered crash");
}

static void both_spellings_of_bbm(void **state __unused)
{
	struct dmesg_summary s;

	dmesg__summarise("[    0.1] CPU features: detected: BBM Level 3\n", &s);
	assert_string_equal(s.bbm, "BBM Level 3");
	assert_false(s.has_start);
	dmesg__summarise("[    0.1] Invalid option string for rodata: 'full'\r\n"
			 "[    0.2] Memory: 1K/2K available (1K rodata)\n",
			 &s);
	assert_string_equal(s.rodata, "Invalid option string for rodata: 'full'");
}

static void more_complaints_than_are_kept(void **state __unused)
{
	_free_ char *text = xcalloc(40000, 1);
	struct dmesg_summary s;
	size_t used = 0;

	for (int i = 0; i < 100; i++)
		used += (size_t)snprintf(text + used, 40000 - used, "WARNING: %d %0300d\n", i, 0);
	dmesg__summarise(text, &s);
	assert_int_equal(s.complaints, 100);
	assert_true(str_starts(s.first[DMESG_KEEP - 1], "WARNING: 7 "));
	assert_int_equal(strlen(s.first[0]), sizeof(s.first[0]) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_class_behind_every_prefix),
		cmocka_unit_test(what_programs_print_is_nothing),
		cmocka_unit_test(a_log_with_stamps_and_one_without),
		cmocka_unit_test(pieces_and_dirt),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(half_prefixes_are_text),
		cmocka_unit_test(boot_of_an_ampereone),
		cmocka_unit_test(hung_tasks_and_a_panic),
		cmocka_unit_test(both_spellings_of_bbm),
		cmocka_unit_test(more_complaints_than_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
