/* SPDX-License-Identifier: GPL-2.0-only */
/* X-macro list of all collectors, sorted by name, hence no include guard. X(file and symbol
 * suffix). */
X(boottime)
X(cpufreq)
X(dmesg)
X(env)
X(identity)
X(meminfo)
X(perf)
X(perf_record)
X(procstat)
X(psi)
X(ptdump)
X(schedstat)
X(softirqs)
X(thermal)
X(tlbmodel)
X(vmstat)
