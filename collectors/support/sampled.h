/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sampled.h - the text in which the agent sends samples by function: collector perf-record.
 *
 * "sampled 1 EVENT PERIOD", then for each iteration a line ":ITERATION SAMPLES" and a line for each function
 * that has any: samples, name, module ("" and "": no symbol), with tabs between.
 */
#ifndef KDUEL_COLLECTORS_SAMPLED_H
#define KDUEL_COLLECTORS_SAMPLED_H

#define SAMPLED_TEXT "perf-record/" /* and the workload: its name */
#define SAMPLED_HEAD "sampled 1 "
#define SAMPLED_EVENTS "instructions|cycles|cpu-clock"

#endif
