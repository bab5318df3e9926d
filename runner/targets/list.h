/* SPDX-License-Identifier: GPL-2.0-only */
/* list.h - every target, in the order of enum plan_target; X(file and symbol suffix). No guard: an
 * X-macro. */
X(qemu)
X(fake)
X(local)
