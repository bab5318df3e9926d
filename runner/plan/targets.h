/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * targets.h - X-macro list of all targets, hence no include guard: X(name in a plan and suffix of
 * its target_ops, suffix of its enum constant, what it runs). The list is here because plans name
 * targets; they are implemented in runner/targets/.
 */
X(qemu, QEMU, RUNS_KERNELS)
X(fake, FAKE, RUNS_NOTHING)
X(local, LOCAL, RUNS_AS_IT_IS)
X(ssh, SSH, RUNS_AS_IT_IS)
