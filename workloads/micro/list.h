/* SPDX-License-Identifier: GPL-2.0-only */
/* X-macro list of the operations by subject, in the order in which they run; hence no include
 * guard. */
X(calls)
X(files)
X(memory)
X(tasks)
X(channels)
X(events)
