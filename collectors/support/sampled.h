/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sampled.h - the text in which the agent sends samples by function: collector perf-record.
 *
 * "sampled 1 EVENT PERIOD", then for each iteration a line ":ITERATION SAMPLES" and a line for each
 * function with samples: their number, name, module ("" and "": no symbol), separated by tabs.
 */
#ifndef KDUEL_COLLECTORS_SAMPLED_H
#define KDUEL_COLLECTORS_SAMPLED_H

#define SAMPLED_TEXT "perf-record/" /* name of the text; the workload follows */
#define SAMPLED_HEAD "sampled 1 "

/* The events that can be sampled: X(EVENT, UNIT, TYPE, CONFIG, KIND, WORDS), where TYPE and CONFIG
 * are those of perf_event_open(2). */
#define SAMPLED_EVENTS(X)                                                                        \
	X("instructions", "insns", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, METRIC_COUNT, \
	  "instructions")                                                                        \
	X("cycles", "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, METRIC_COUNT,        \
	  "cycles")                                                                              \
	X("cpu-clock", "ns", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, METRIC_TIME,           \
	  "time, of CPUs that are not idle,")
#define SAMPLED_METRIC(unit) "kernel.sampled_" unit
#define SAMPLED_PER_OP(unit) SAMPLED_METRIC(unit) "_per_op"

#endif
