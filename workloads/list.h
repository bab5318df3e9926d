/* SPDX-License-Identifier: GPL-2.0-only */
/* list.h - every workload, sorted by name; X(file and symbol suffix). No guard: an X-macro. */
X(boot)
X(fio_dmcrypt)
X(hackbench)
X(memcached)
X(null)
