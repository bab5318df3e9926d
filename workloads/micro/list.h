/* SPDX-License-Identifier: GPL-2.0-only */
/* list.h - the operations by subject, in the order in which they run. No guard: an X-macro. */
X(calls)
X(files)
X(memory)
X(tasks)
X(channels)
X(events)
