/* SPDX-License-Identifier: GPL-2.0-only */
/* channel.h - helpers for targets that run a supervised program with a socket to us as file
 * descriptor 3. */
#ifndef KDUEL_CHANNEL_H
#define KDUEL_CHANNEL_H

#include "runner/targets/target.h"

/* Check that this process may run on the plan's target.host_cpus. 0 or -EOPNOTSUPP. */
int channel__check_cpus(const struct plan *plan, struct err *err);
/* Make a socket pair: our end and the program's. 0 or -errno. */
int channel__open(int *ours, int *theirs, struct err *err);
/* Start argv in the boot's run directory, with its output going to the file `output` there, and with
 * `theirs` as file descriptor 3 (-1: none). Always closes `theirs`. On success `ours` becomes
 * run->fd; on failure it is closed. 0 or -errno. */
int channel__launch(const struct boot_spec *spec, struct strvec *argv, char *const *env,
		    const char *output, int ours, int theirs, struct target_run *run,
		    struct err *err);
/* channel__open() and channel__launch() in one. run->console is the path of `output`. */
int channel__start(const struct boot_spec *spec, struct strvec *argv, char *const *env,
		   const char *output, struct target_run *run, struct err *err);
/* Implementations of target_ops.wait and .stop for such a target. */
int channel__wait(struct target_run *run, unsigned int ms, int *status);
void channel__stop(struct target_run *run);

#endif
