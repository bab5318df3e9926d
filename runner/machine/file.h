/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.h - what is known of a real machine: how it is reached and what may be done to it, one YAML
 * file a machine (docs/MACHINES.md).
 */
#ifndef KDUEL_MACHINE_FILE_H
#define KDUEL_MACHINE_FILE_H

#include "lib/err.h"
#include "lib/strvec.h"

enum machine_root {
	MACHINE_SUDO, /* by `sudo -n`, unless the user that logs in is root */
	MACHINE_NO_ROOT, /* not at all */
};

/* In nanoseconds. */
struct machine_deadlines {
	uint64_t connect; /* until ssh has logged in */
	uint64_t command; /* one short command over that connection; a hook */
	uint64_t push; /* copying one file */
};

struct machine {
	char *name, *path; /* of the file */
	char *host; /* as ssh takes it: a name, an address, or a Host of the user's ssh configuration */
	char *user, *ssh_config; /* NULL: ssh's own */
	unsigned int port; /* 0: ssh's own */
	unsigned int root; /* enum machine_root */
	char *console, *power_status; /* shell commands for this host, or NULL */
	struct machine_deadlines deadlines;
};

/* The directory of the machine files, $XDG_CONFIG_HOME/kduel/machines, else ~/.config/...; the caller
 * frees. */
char *machine__dir(void);
/* Is this a name that a machine can have? -EINVAL with the reason. */
int machine__check_name(const char *name, struct err *err);
/* Read a machine's file. -ENOENT when there is none of that name; -EINVAL with every mistake, one a
 * line, as FILE:LINE:COL. */
int machine__load(const char *name, struct machine **m, struct err *err);
/* The same from the text of a file. */
int machine__parse(const char *name, const char *path, const char *text, size_t len,
		   struct machine **m, struct err *err);
/* The text of a machine's file; the caller frees. */
char *machine__format(const struct machine *m);
/* Write a new file. -EEXIST when there is one; or -errno. */
int machine__save(const struct machine *m, struct err *err);
/* Remove the file. 0 or -errno. */
int machine__remove(const char *name, struct err *err);
/* Append the names of all machines, sorted. */
void machine__names(struct strvec *names);
void machine__free(struct machine *m);
CLEANUP_POINTER(struct machine, machine__free)

#endif
