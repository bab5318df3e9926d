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

/* How a kernel is booted on it, once. */
enum machine_boot {
	MACHINE_BOOT_AUTO, /* by the loader that it has */
	MACHINE_BOOT_NO, /* not at all: sessions on the kernel that runs */
	MACHINE_BOOT_KEXEC,
	MACHINE_BOOT_GRUB,
	MACHINE_BOOT_SYSTEMD_BOOT,
	MACHINE_BOOT_COMMAND,
};

/* In nanoseconds. */
struct machine_deadlines {
	uint64_t connect; /* until ssh has logged in */
	uint64_t command; /* one short command over that connection */
	uint64_t silence; /* no packet of the machine's, and the connection counts as lost */
	uint64_t push; /* copying one file; making an initramfs there */
	uint64_t power; /* one power command */
	uint64_t down; /* from the command to boot until the old system is gone */
	uint64_t up; /* from then until the new one answers; 0: by what its boots took before */
};

/* Shell commands for this host, or NULL. */
struct machine_power {
	char *on, *off, *cycle, *status;
};

struct machine {
	char *name, *path; /* of the file */
	char *host; /* as ssh takes it: a name, an address, or a Host of the user's ssh configuration */
	char *user, *ssh_config; /* NULL: ssh's own */
	unsigned int port; /* 0: ssh's own */
	unsigned int root; /* enum machine_root */
	unsigned int boot; /* enum machine_boot */
	char *boot_command; /* MACHINE_BOOT_COMMAND: a shell command for the machine */
	char *known_good; /* release of the system that it comes back to by itself, or NULL */
	char *console; /* shell command for this host, or NULL */
	struct machine_power power;
	char *watchdog; /* device there that the agent may use, or NULL */
	bool disposable; /* workloads that endanger the system may run on it */
	bool kexec_unchecked; /* kexec does not verify what it loaded when it starts it */
	struct machine_deadlines deadlines;
};

const char *machine_boot__name(enum machine_boot boot); /* "systemd-boot", as in the file */
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
/* Append the names of all machines, sorted, and to `strays` a message for each file whose name cannot be
 * that of a machine's file but is nearly one. */
void machine__names(struct strvec *names, struct strvec *strays);
void machine__free(struct machine *m);
CLEANUP_POINTER(struct machine, machine__free)

#endif
