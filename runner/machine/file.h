/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.h - the description of a real machine: how to reach it and what may be done to it. Each
 * machine has one YAML file (docs/MACHINES.md).
 */
#ifndef KDUEL_MACHINE_FILE_H
#define KDUEL_MACHINE_FILE_H

#include "lib/err.h"
#include "lib/strvec.h"

enum machine_root {
	MACHINE_SUDO, /* become root by `sudo -n`, unless the login is root already */
	MACHINE_NO_ROOT, /* root is not available */
};

/* How to boot a kernel on the machine once. */
enum machine_boot {
	MACHINE_BOOT_AUTO, /* by its boot loader, GRUB or systemd-boot */
	MACHINE_BOOT_NO, /* not at all: measure on the running kernel only */
	MACHINE_BOOT_KEXEC,
	MACHINE_BOOT_GRUB,
	MACHINE_BOOT_SYSTEMD_BOOT,
	MACHINE_BOOT_COMMAND,
};

/* In nanoseconds. */
struct machine_deadlines {
	uint64_t connect; /* until ssh has logged in */
	uint64_t command; /* one short command over that connection */
	uint64_t silence; /* after this long without a packet the connection counts as lost */
	uint64_t push; /* copying one file, or making an initramfs on the machine */
	uint64_t power; /* one power command */
	uint64_t down; /* from the command to reboot until the old system is gone */
	uint64_t up; /* from then until the new one answers; 0: derived from earlier boots */
};

/* Shell commands that run on this host, or NULL. */
struct machine_power {
	char *on, *off, *cycle, *status;
};

struct machine {
	char *name; /* the file's name without ".yaml" */
	char *path; /* of the file */
	char *host; /* for ssh: a host name, an address, or a Host of the user's ssh configuration */
	char *user, *ssh_config; /* NULL: ssh's defaults */
	unsigned int port; /* 0: ssh's default */
	unsigned int root; /* enum machine_root */
	unsigned int boot; /* enum machine_boot */
	char *boot_command; /* for MACHINE_BOOT_COMMAND: a shell command, run on the machine */
	char *known_good; /* kernel release of the system that it boots by default, or NULL */
	char *console; /* shell command, run on this host, or NULL */
	struct machine_power power;
	char *watchdog; /* the machine's watchdog device, for the agent; or NULL */
	bool disposable; /* workloads that endanger the system may run on it */
	bool kexec_unchecked; /* kexec skips the integrity check of the loaded kernel (kexec -i) */
	struct machine_deadlines deadlines;
};

const char *machine_boot__name(enum machine_boot boot); /* "systemd-boot", as in the file */
/* The directory of the machine files: $XDG_CONFIG_HOME/kduel/machines, or else
 * ~/.config/kduel/machines. The caller frees. */
char *machine__dir(void);
/* Is this a valid name for a machine? 0, or -EINVAL with the reason. */
int machine__check_name(const char *name, struct err *err);
/* Read a machine's file; free *m with machine__free(). -ENOENT: there is no file of that name;
 * -EINVAL: `err` has all mistakes, one per line, as FILE:LINE:COL. */
int machine__load(const char *name, struct machine **m, struct err *err);
/* Like machine__load(), from the text of a file. */
int machine__parse(const char *name, const char *path, const char *text, size_t len,
		   struct machine **m, struct err *err);
/* The text of a machine's file; the caller frees. */
char *machine__format(const struct machine *m);
/* Write a new file. 0, -EEXIST if there is one already, or another -errno. */
int machine__save(const struct machine *m, struct err *err);
/* Remove a machine's file. 0 or -errno. */
int machine__remove(const char *name, struct err *err);
/* Append the names of all machines to `names`, sorted; and to `strays` a message for each file that
 * was probably meant as a machine's file but has a wrong name. */
void machine__names(struct strvec *names, struct strvec *strays);
void machine__free(struct machine *m);
CLEANUP_POINTER(struct machine, machine__free)

#endif
