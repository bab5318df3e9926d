// SPDX-License-Identifier: GPL-2.0-only
/* lock.c - scripts that handle the lock file on the machine. All times are by the machine's clock. */
#include "runner/machine/lock.h"

#include "lib/clock.h"
#include "lib/utf8.h"

/* Never follow a symlink: the directory is world-writable. */
static const char common[] =
	"L=" MACHINE_LOCK_FILE "\n"
	"now=$(date +%s)\n"
	"get() { sed -n \"s/^$1 //p\" \"$2\" | head -n 1; }\n"
	"fresh() { umask 022; T=$(mktemp $L.XXXXXX) || exit 9; chmod 644 \"$T\"; }\n"
	"date_of() { date -d \"@$1\" '+%Y-%m-%d %H:%M:%S %z' 2>/dev/null || echo \"$1\"; }\n"
	"holder() { [ -f $L ] && [ ! -L $L ] || { [ ! -e $L ] || echo 'a file that is not a lock'; return; }\n"
	"  echo \"$(get owner $L), since $(date_of \"$(get start $L)\") until $(date_of \"$(get until $L)\")\"; }\n"
	"write() { printf 'kduel-lock 1\\ntoken %s\\nowner %s\\nclaim %s\\nstart %s\\nuntil %s\\n' "
	"\"$token\" \"$owner\" \"$claim\" \"$1\" $((now + within)) >\"$T\"; }\n";

/* An expired lock is moved away, then checked again under its new name: somebody else may have
 * replaced it by a valid one in the meantime, which is then put back. */
static const char take[] =
	"fresh; write $now || { rm -f \"$T\"; exit 8; }\n"
	"for try in 1 2 3; do\n"
	"  ln \"$T\" $L 2>/dev/null && { rm -f \"$T\"; exit 0; }\n"
	"  [ -e $L ] || [ -L $L ] || continue\n"
	"  [ -f $L ] && [ ! -L $L ] || break\n"
	"  until=$(get until $L) token_of=$(get token $L)\n"
	"  case $until in ''|*[!0-9]*) break ;; esac\n"
	"  [ \"$until\" -lt \"$now\" ] || [ \"$(get claim $L)\" = \"$claim\" ] || break\n"
	"  mv $L \"$T.old\" || break\n"
	"  [ \"$(get token \"$T.old\")\" = \"$token_of\" ] || { ln \"$T.old\" $L; rm -f \"$T.old\"; break; }\n"
	"  rm -f \"$T.old\"\n"
	"done\n"
	"rm -f \"$T\"\n"
	"[ -e $L ] || [ -L $L ] || exit 9\n"
	"holder; exit 7";

static const char refresh[] =
	"[ -f $L ] && [ ! -L $L ] && [ \"$(get token $L)\" = \"$token\" ] || { holder; exit 7; }\n"
	"fresh; write \"$(get start $L)\" && mv -f \"$T\" $L || { rm -f \"$T\"; exit 8; }";

static const char drop[] =
	"[ ! -f $L ] || [ -L $L ] || [ \"$(get token $L)\" != \"$token\" ] || rm -f $L";

static const char holder_of[] = "holder";

static const char break_it[] = "holder; rm -f $L || exit 9";

/* Exit statuses of the scripts. */
enum { TAKEN_BY_OTHER = 7, NO_ROOM = 8 };

/* Run a script with the values of `l` set in front (NULL: none). 0 with the first line of its output
 * in *said (the caller frees), or -errno. */
static int run(struct ssh *s, const struct machine_lock *l, uint64_t within_ns, const char *what,
	       const char *script, char **said, struct err *err)
{
	_free_ char *within = xasprintf("%llu", (unsigned long long)(within_ns / NSEC_PER_SEC));
	_free_ char *text = NULL, *values = NULL;
	int status, ret;

	values = l ? ssh__values("token", l->token, "owner", l->owner, "claim", l->claim, "within",
				 within, NULL) :
		     xstrdup("");
	text = xasprintf("%s%s%s", values, common, script);
	ret = ssh__run(s, &(struct ssh_script){ .what = what, .text = text, .root = true }, said,
		       &status, err);
	if (ret)
		return ret;
	(*said)[strcspn(*said, "\n")] = '\0';
	utf8__clean(*said, strlen(*said), false);
	if (status == TAKEN_BY_OTHER)
		return ssh__fault(s, BOOT_MACHINE_BUSY, -EBUSY, err,
				  "%s: %s; to take it over: `kduel machine unlock %s`",
				  l && streq(script, refresh) ? "its lock was lost to" :
								"it is taken by",
				  **said ? *said : "nobody", s->m->name);
	if (status)
		return ssh__fault(s, status == NO_ROOM ? BOOT_MACHINE_DISK_FULL : BOOT_MACHINE_PUSH,
				  -EIO, err, "the lock " MACHINE_LOCK_FILE " cannot be written");
	return 0;
}

int machine_lock__take(struct ssh *s, const struct machine_lock *l, uint64_t within_ns,
		       struct err *err)
{
	_free_ char *said = NULL;

	return run(s, l, within_ns, "take the lock", take, &said, err);
}

int machine_lock__refresh(struct ssh *s, const struct machine_lock *l, uint64_t within_ns,
			  struct err *err)
{
	_free_ char *said = NULL;

	return run(s, l, within_ns, "renew the lock", refresh, &said, err);
}

int machine_lock__drop(struct ssh *s, const struct machine_lock *l, struct err *err)
{
	_free_ char *said = NULL;

	return run(s, l, 0, "release the lock", drop, &said, err);
}

int machine_lock__holder(struct ssh *s, char **holder, struct err *err)
{
	return run(s, NULL, 0, "report who has the lock", holder_of, holder, err);
}

int machine_lock__break(struct ssh *s, char **holder, struct err *err)
{
	return run(s, NULL, 0, "remove the lock", break_it, holder, err);
}
