/* SPDX-License-Identifier: GPL-2.0-only */
/* list.h - every collector, sorted by name; X(file and symbol suffix). No guard: an X-macro. */
X(boottime)
X(dmesg)
X(env)
X(identity)
X(meminfo)
X(perf)
X(procstat)
X(psi)
X(ptdump)
X(softirqs)
X(tlbmodel)
X(vmstat)
