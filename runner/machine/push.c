// SPDX-License-Identifier: GPL-2.0-only
/* push.c - look for the file, copy it, verify it, rename it. */
#include "runner/machine/push.h"

#include "runner/host/cache.h"

#include <sys/stat.h>

/* Leave this much free, besides the file itself. */
#define SPARE_KB (16u << 10)

/* Exit statuses of the scripts. */
enum { HAVE = 0, WANTED = 4, FULL = 5, NO_DIRECTORY = 6, DIFFERS = 7 };

/* The directory must be ours: in somebody else's, a program could be replaced. chmod may fail on
 * vfat (an EFI system partition), where mode bits come from the mount options. */
static const char look[] = PUSH_SUM
	"umask 077\n"
	"mkdir -p \"$dir\" && [ -d \"$dir\" ] && [ ! -L \"$dir\" ] && [ -O \"$dir\" ] || exit 6\n"
	"chmod 700 \"$dir\" 2>/dev/null || [ \"$(stat -f -c %T \"$dir\")\" = msdos ] || exit 6\n"
	"cd \"$dir\" || exit 6\n"
	"rm -f \"${family:-$name}\"*.part\n"
	"[ -z \"$family\" ] || for f in \"$family\"*; do [ \"$f\" = \"$name\" ] || rm -f \"$f\"; done\n"
	"if [ -f \"$name\" ] && [ ! -L \"$name\" ]; then\n"
	"  [ \"$(sum \"$name\")\" = \"$hash\" ] && { touch \"$name\"; exit 0; }\n"
	"fi\n"
	"set -- $(df -Pk . | tail -n 1); [ \"$4\" -ge \"$need\" ] || { echo \"$4\"; exit 5; }\n"
	"exit 4";

static const char copy[] = PUSH_SUM
	"umask 077; cd \"$dir\" || exit 6\n"
	"t=$name.part; trap 'rm -f \"$t\"' EXIT\n"
	"cat >\"$t\" || { set -- $(df -Pk . | tail -n 1); [ \"$4\" -gt 64 ] && exit 7; echo \"$4\"; exit 5; }\n"
	"chmod 700 \"$t\" 2>/dev/null; sync \"$t\" 2>/dev/null || sync\n"
	"[ \"$(sum \"$t\")\" = \"$hash\" ] || exit 7\n"
	"mv -f \"$t\" \"$name\" && { sync . 2>/dev/null || sync; }";

static int fault_of(struct ssh *s, int status, const char *said, const char *dir, const char *name,
		    struct err *err)
{
	switch (status) {
	case FULL:
		return ssh__fault(s, BOOT_MACHINE_DISK_FULL, -ENOSPC, err,
				  "no room for %s in %s: %.*s kB free", name, dir,
				  (int)strspn(said, "0123456789"), said);
	case NO_DIRECTORY:
		return ssh__fault(s, BOOT_MACHINE_PUSH, -EACCES, err,
				  "%s cannot be created, or belongs to another user", dir);
	case DIFFERS:
		return ssh__fault(s, BOOT_MACHINE_PUSH, -EIO, err,
				  "%s/%s is not what was sent: its SHA-256 differs", dir, name);
	default:
		return ssh__fault(s, BOOT_MACHINE_PUSH, -EIO, err,
				  "%s/%s cannot be written (status %d)", dir, name, status);
	}
}

int push__file(struct ssh *s, const char *from, const char *dir, const char *family,
	       const char *name, struct err *err)
{
	_free_ char *said = NULL, *more = NULL, *values = NULL, *first = NULL, *second = NULL;
	_free_ char *what = xasprintf("copy %s", name), *need = NULL;
	char hash[65];
	struct stat st;
	int status, ret = stat(from, &st) ? -errno : cache__sha256_file(from, hash);

	if (ret)
		return err__errno(err, ret, from);
	need = xasprintf("%llu", ((unsigned long long)st.st_size >> 10) + SPARE_KB);
	values = ssh__values("dir", dir, "family", family ? family : "", "name", name, "hash", hash,
			     "need", need, NULL);
	first = xasprintf("%s%s", values, look);
	second = xasprintf("%s%s", values, copy);
	ret = ssh__run(s, &(struct ssh_script){ .what = what, .text = first, .root = true }, &said,
		       &status, err);
	if (ret || status == HAVE)
		return ret;
	if (status != WANTED)
		return fault_of(s, status, said, dir, name, err);
	ret = ssh__run(s,
		       &(struct ssh_script){ .what = what,
					     .text = second,
					     .root = true,
					     .input = from,
					     .within_ns = s->m->deadlines.push },
		       &more, &status, err);
	return ret || !status ? ret : fault_of(s, status, more, dir, name, err);
}
