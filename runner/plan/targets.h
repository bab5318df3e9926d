/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * targets.h - every target: X(word in a plan and suffix of its target_ops, enum suffix, what it
 * runs). In this folder, since a plan names targets; runner/targets/ has them. No guard: an X-macro.
 */
X(qemu, QEMU, RUNS_KERNELS)
X(fake, FAKE, RUNS_NOTHING)
X(local, LOCAL, RUNS_AS_IT_IS)
X(ssh, SSH, RUNS_AS_IT_IS)
