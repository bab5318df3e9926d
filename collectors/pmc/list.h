/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * list.h - the events that collector perf counts, and the ratios that it computes. An X-macro,
 * hence no include guard.
 *
 * EVENT(name, arm, metric kind, help): `arm` is the event's number in the Arm architecture if a
 * kernel can tell whether a CPU has it (below 0x40 and from 0x4000 to 0x403f), else 0: then only a
 * table in configs/cores can have its number. Source: Linux,
 * tools/perf/pmu-events/arch/arm64/common-and-microarch.json.
 *
 * SOFTWARE(name, config, help): counted by the kernel itself, enum perf_sw_ids.
 *
 * RATIO(name, numerator, denominator, and, factor, unit, primary, better, metric kind, margin,
 * help): factor * numerator / denominator, or factor * numerator / (denominator + and) unless `and`
 * is NONE. `margin` is absolute and applies besides the relative one; 0: none.
 */
#ifdef EVENT
EVENT(instructions, 0x08, COUNT, "instructions retired")
EVENT(cycles, 0x11, TIME, "CPU cycles")
EVENT(constant_cycles, 0x4004, TIME, "cycles of the constant-frequency counter while the CPU runs")
EVENT(dtlb_walk, 0x34, COUNT, "page-table walks on the data side: misses of the last-level TLB")
EVENT(l1d_tlb, 0x25, COUNT, "accesses to the L1 data TLB")
EVENT(l1d_tlb_refill, 0x05, COUNT, "misses of the L1 data TLB, wherever they ended")
EVENT(itlb_walk, 0x35, COUNT, "page-table walks on the instruction side")
EVENT(l1i_tlb, 0x26, COUNT, "accesses to the L1 instruction TLB")
EVENT(l1i_tlb_refill, 0x02, COUNT, "misses of the L1 instruction TLB")
EVENT(l2_tlb, 0x2f, COUNT, "accesses to the L2 TLB")
EVENT(l2_tlb_refill, 0x2d, COUNT, "misses of the L2 TLB, data and instructions")
EVENT(dtlb_steps, 0, COUNT, "steps of the walks on the data side")
EVENT(itlb_steps, 0, COUNT, "steps of the walks on the instruction side")
EVENT(dtlb_walk_large, 0, COUNT, "walks on the data side that found 2 MiB or more")
EVENT(dtlb_walk_small, 0, COUNT, "walks on the data side that found less than 2 MiB")
EVENT(stall_backend_tlb, 0, TIME, "cycles in which the back end waits for a TLB")
EVENT(stall_frontend_tlb, 0, TIME, "cycles in which the front end waits for a TLB")
#endif
#ifdef SOFTWARE
SOFTWARE(page_faults, PERF_COUNT_SW_PAGE_FAULTS, "page faults on the counted CPUs")
SOFTWARE(context_switches, PERF_COUNT_SW_CONTEXT_SWITCHES, "context switches")
SOFTWARE(cpu_migrations, PERF_COUNT_SW_CPU_MIGRATIONS, "tasks moved to another CPU")
#endif
#ifdef RATIO
RATIO(dtlb_walk_mpki, dtlb_walk, instructions, NONE, 1000, "/1000 insns", true, LOWER, COUNT, 0.01,
      "walks on the data side per 1000 instructions")
RATIO(itlb_walk_mpki, itlb_walk, instructions, NONE, 1000, "/1000 insns", false, LOWER, COUNT, 0.01,
      "walks on the instruction side per 1000 instructions")
RATIO(l1d_tlb_refill_mpki, l1d_tlb_refill, instructions, NONE, 1000, "/1000 insns", false, LOWER,
      COUNT, 0.01, "misses of the L1 data TLB per 1000 instructions")
RATIO(l2_tlb_refill_mpki, l2_tlb_refill, instructions, NONE, 1000, "/1000 insns", false, LOWER,
      COUNT, 0.01, "misses of the L2 TLB per 1000 instructions")
RATIO(dtlb_walk_ratio, dtlb_walk, l1d_tlb, NONE, 1, "walks/access", false, LOWER, COUNT, 0.00003,
      "share of the accesses to the L1 data TLB that end in a walk")
RATIO(itlb_walk_ratio, itlb_walk, l1i_tlb, NONE, 1, "walks/access", false, LOWER, COUNT, 0.00003,
      "share of the accesses to the L1 instruction TLB that end in a walk")
RATIO(dtlb_steps_per_walk, dtlb_steps, dtlb_walk, NONE, 1, "steps/walk", false, LOWER, COUNT, 0,
      "mean steps of a walk on the data side: falls where blocks map what pages did")
RATIO(itlb_steps_per_walk, itlb_steps, itlb_walk, NONE, 1, "steps/walk", false, LOWER, COUNT, 0,
      "mean steps of a walk on the instruction side")
RATIO(dtlb_walk_large_share, dtlb_walk_large, dtlb_walk_large, dtlb_walk_small, 1, "of walks",
      false, HIGHER, COUNT, 0, "share of the walks on the data side that found 2 MiB or more")
RATIO(stall_backend_tlb_share, stall_backend_tlb, cycles, NONE, 1, "of cycles", false, LOWER, TIME,
      0, "share of the cycles in which the back end waits for a TLB")
RATIO(stall_frontend_tlb_share, stall_frontend_tlb, cycles, NONE, 1, "of cycles", false, LOWER,
      TIME, 0, "share of the cycles in which the front end waits for a TLB")
RATIO(frequency_ratio, cycles, constant_cycles, NONE, 1, "cycles/cycle", false, HIGHER, TIME, 0,
      "CPU cycles per cycle of the constant-frequency counter: actual over constant frequency")
RATIO(ipc, instructions, cycles, NONE, 1, "insns/cycle", false, HIGHER, TIME, 0,
      "instructions per cycle")
#endif
