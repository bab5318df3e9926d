/* SPDX-License-Identifier: GPL-2.0-only */
/* channel.h - for targets that run a supervised program, which has a socket to us as descriptor
 * 3. */
#ifndef KDUEL_CHANNEL_H
#define KDUEL_CHANNEL_H

#include "runner/targets/target.h"

/* Can this process run on the plan's target.host_cpus? 0, or -EOPNOTSUPP. */
int channel__check_cpus(const struct plan *plan, struct err *err);
/* Make a socket pair: our end, and the program's. 0 or -errno. */
int channel__open(int *ours, int *theirs, struct err *err);
/* Start argv in spec's run directory, its output in the file `output` there, with the descriptor
 * `theirs` as number 3 (-1: none). Closes `theirs`; takes over `ours` on success and closes it
 * otherwise. */
int channel__launch(const struct boot_spec *spec, struct strvec *argv, char *const *env,
		    const char *output, int ours, int theirs, struct target_run *run,
		    struct err *err);
/* The two above in one; run->console is `output`. */
int channel__start(const struct boot_spec *spec, struct strvec *argv, char *const *env,
		   const char *output, struct target_run *run, struct err *err);
/* target_ops.wait and .stop of such a target. */
int channel__wait(struct target_run *run, unsigned int ms, int *status);
void channel__stop(struct target_run *run);

#endif
