// SPDX-License-Identifier: GPL-2.0-only
/*
 * dmesg_scan.c - matches what the kernel prints when it complains, in current releases and in older
 * ones that are still in use. A complaint may come after the name of a subsystem ("rcu: ", "NMI
 * watchdog: ") or after what a vendor's kernel adds ("[0:swapper/0:1] ", "cpu0 "), so it is looked
 * for wherever such a prefix ends. Within a sentence it is not a complaint.
 */
#include "collectors/support/dmesg_scan.h"

#include "collectors/support/dmesg_line.h"

#include <ctype.h>

#define PREFIXES_MAX 10
#define GROUP_MAX 64 /* bytes of a prefix in brackets */
#define PREFIX_WORDS 3 /* "e1000 0000:00:03.0 eth0: " */

/* Where in the message a complaint may begin. */
enum place {
	AFTER_PREFIX, /* at the start, or after prefixes */
	/* Not after words with a colon: drivers use the same words for their own errors. */
	AT_START,
	ANYWHERE, /* after the name of a process, which can be anything */
};

struct pattern {
	const char *text;
	const char *with; /* must come later in the message; may be NULL */
	enum place place;
	enum dmesg_class class;
};

/* The first match decides, so special patterns come before general ones. */
static const struct pattern patterns[] = {
	/* These repeat what a user, a program or a device has written. */
	{ "Command line: ", NULL, AT_START, DMESG_NONE },
	{ "Kernel command line: ", NULL, AT_START, DMESG_NONE },
	{ "CPU: ", " Comm: ", AT_START, DMESG_NONE },
	{ "task:", " state:", AT_START, DMESG_NONE },
	{ "Product: ", NULL, AFTER_PREFIX, DMESG_NONE },
	{ "Manufacturer: ", NULL, AFTER_PREFIX, DMESG_NONE },
	{ "SerialNumber: ", NULL, AFTER_PREFIX, DMESG_NONE },
	{ "Unknown kernel command line parameters ", NULL, AT_START, DMESG_NONE },
	{ "DMI: ", NULL, AT_START, DMESG_NONE },
	{ "Hardware name: ", NULL, AT_START, DMESG_NONE },
	{ "Machine model: ", NULL, AFTER_PREFIX, DMESG_NONE },
	{ "input: ", " as /", AT_START, DMESG_NONE },
	{ "audit: ", NULL, AT_START, DMESG_NONE },
	{ "Kernel panic - not syncing", NULL, AFTER_PREFIX, DMESG_PANIC },
	{ "Kernel panic: ", NULL, AFTER_PREFIX, DMESG_PANIC },
	{ "---[ end Kernel panic", NULL, AFTER_PREFIX, DMESG_PANIC },
	{ "PANIC: early exception", NULL, AFTER_PREFIX, DMESG_PANIC },
	{ "PANIC: double fault", NULL, AFTER_PREFIX, DMESG_PANIC },
	/* Stalls. */
	{ "BUG: soft lockup", NULL, AFTER_PREFIX, DMESG_LOCKUP },
	{ "BUG: workqueue lockup", NULL, AFTER_PREFIX, DMESG_LOCKUP },
	{ "BUG: spinlock lockup", NULL, AFTER_PREFIX, DMESG_LOCKUP },
	{ "BUG: rwlock-lockup", NULL, AFTER_PREFIX, DMESG_LOCKUP },
	{ "BUG: write-lock lockup", NULL, AFTER_PREFIX, DMESG_LOCKUP },
	{ "BUG: NMI Watchdog detected LOCKUP", NULL, AFTER_PREFIX, DMESG_LOCKUP },
	{ "NMI Watchdog detected LOCKUP", NULL, AFTER_PREFIX, DMESG_LOCKUP },
	{ "hard LOCKUP", NULL, ANYWHERE, DMESG_LOCKUP },
	{ "Hard LOCKUP", NULL, ANYWHERE, DMESG_LOCKUP },
	{ "INFO: ", "detected stall", AFTER_PREFIX, DMESG_LOCKUP },
	{ "INFO: ", "detected expedited stall", AFTER_PREFIX, DMESG_LOCKUP },
	{ "RCU detected CPU", " stall", AFTER_PREFIX, DMESG_LOCKUP },
	{ " kthread starved for ", "jiffies", ANYWHERE, DMESG_LOCKUP },
	{ " kthread timer wakeup didn't happen for ", NULL, ANYWHERE, DMESG_LOCKUP },
	{ "Detected non-responsive CSD lock", NULL, AFTER_PREFIX, DMESG_LOCKUP },
	{ "INFO: task ", " blocked for more than ", AFTER_PREFIX, DMESG_LOCKUP },
	{ "INFO: task ", "blocked in I/O wait for more than ", AFTER_PREFIX, DMESG_LOCKUP },
	/* Lockdep has run out of space: it stops checking, but has found no fault. */
	{ "BUG: MAX_", " too low!", AFTER_PREFIX, DMESG_WARNING },
	{ "BUG: ", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "[ BUG: ", " ]", AFTER_PREFIX, DMESG_BUG },
	{ "kernel BUG at ", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "Kernel BUG at ", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "Kernel bug detected", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "BUG at ", NULL, AT_START, DMESG_BUG },
	/* Faults and traps; those of other architectures than arm64 mostly end in "[#1]". */
	{ "Internal error: ", NULL, AT_START, DMESG_BUG },
	{ "Oops: ", NULL, AT_START, DMESG_BUG },
	{ "Oops - ", NULL, AT_START, DMESG_BUG },
	{ "Oops [", NULL, AT_START, DMESG_BUG },
	{ "Oops[", NULL, AT_START, DMESG_BUG },
	{ "Unable to handle kernel ", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "Unhandled fault: ", NULL, AT_START, DMESG_BUG },
	{ "Unhandled fault at ", NULL, AT_START, DMESG_BUG },
	{ "Unhandled prefetch abort: ", NULL, AT_START, DMESG_BUG },
	{ "Unhandled ", " exception on CPU", AT_START, DMESG_BUG },
	{ "Unexpected kernel BRK exception", NULL, AT_START, DMESG_BUG },
	{ "Unexpected kernel single-step exception", NULL, AT_START, DMESG_BUG },
	{ "Insufficient stack space to handle exception", NULL, AT_START, DMESG_BUG },
	{ "SError Interrupt on CPU", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "Bad mode in ", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "Synchronous External Abort: ", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "synchronous external abort: ", NULL, AT_START, DMESG_BUG },
	{ "general protection fault", NULL, AT_START, DMESG_BUG },
	{ "divide error: ", NULL, AT_START, DMESG_BUG },
	{ "invalid opcode: ", NULL, AT_START, DMESG_BUG },
	{ "double fault: ", NULL, AT_START, DMESG_BUG },
	{ "stack segment: ", NULL, AT_START, DMESG_BUG },
	{ "kernel stack overflow", NULL, AT_START, DMESG_BUG },
	{ "do_IRQ: ", "stack overflow: ", AT_START, DMESG_BUG },
	{ " has overflown the kernel stack", NULL, ANYWHERE, DMESG_BUG },
	{ "kernel tried to execute ", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "Fixing recursive fault", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "Thread overran stack, or stack corrupted", NULL, AFTER_PREFIX, DMESG_BUG },
	/* Corrupted memory. */
	{ "KASAN: ", " in range ", AFTER_PREFIX, DMESG_BUG },
	{ "Bad page state", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "Bad page map in process", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "Bad rss-counter state", NULL, AFTER_PREFIX, DMESG_BUG },
	{ ": bad pmd ", NULL, ANYWHERE, DMESG_BUG },
	{ ": bad pud ", NULL, ANYWHERE, DMESG_BUG },
	{ ": bad p4d ", NULL, ANYWHERE, DMESG_BUG },
	{ ": bad pgd ", NULL, ANYWHERE, DMESG_BUG },
	{ "list_add", " corruption", AFTER_PREFIX, DMESG_BUG },
	{ "list_add", " double add", AFTER_PREFIX, DMESG_BUG },
	{ "list_del", " corruption", AFTER_PREFIX, DMESG_BUG },
	{ "Slab corruption", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "slab error in ", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "double free detected in cache", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "Kernel memory exposure attempt detected", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "Kernel memory overwrite attempt detected", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "kernel memory ", " attempt detected", AFTER_PREFIX, DMESG_BUG },
	{ "detected buffer overflow", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "CFI failure ", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "Assertion failure in ", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "sleeping function called from invalid context", NULL, AFTER_PREFIX, DMESG_BUG },
	{ "scheduling while atomic", NULL, AFTER_PREFIX, DMESG_BUG },
	/* Warnings. Notices about deprecated features are not warnings. */
	{ "WARNING: ", "deprecated", AT_START, DMESG_NONE },
	{ "WARNING: ", "obsolete", AT_START, DMESG_NONE },
	{ "WARNING: unmet direct dependencies", NULL, AT_START, DMESG_NONE },
	{ "WARNING: ", NULL, AT_START, DMESG_WARNING },
	{ "WARNING: CPU: ", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "WARNING: at ", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "WARNING: possible ", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "WARNING: suspicious ", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "WARNING: inconsistent lock state", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "WARNING: bad unlock balance", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "WARNING: ", ", CPU#", AFTER_PREFIX, DMESG_WARNING },
	{ "[ WARNING: ", " ]", AFTER_PREFIX, DMESG_WARNING },
	{ "[ INFO: ", " ]", AFTER_PREFIX, DMESG_WARNING },
	{ "INFO: possible ", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "INFO: suspicious ", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "INFO: inconsistent lock state", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "INFO: trying to register non-static key", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "Badness at ", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "Badness in ", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "UBSAN: ", " in ", AFTER_PREFIX, DMESG_WARNING },
	{ "refcount_t: ", "; ", AFTER_PREFIX, DMESG_WARNING },
	{ "ODEBUG: ", " active", AFTER_PREFIX, DMESG_WARNING },
	{ "new suspected memory leaks", NULL, ANYWHERE, DMESG_WARNING },
	{ "Checked W+X mappings: FAILED", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "Assertion failed: ", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "huh, entered ", " with preempt_count ", AFTER_PREFIX, DMESG_WARNING },
	{ "NOHZ tick-stop error: ", NULL, AT_START, DMESG_WARNING },
	{ "kobject: ", "something is seriously wrong", AT_START, DMESG_WARNING },
	{ "unregister_netdevice: waiting for ", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "NETDEV WATCHDOG: ", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "irq ", ": nobody cared", AT_START, DMESG_WARNING },
	{ "Uhhuh. NMI received", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "EXT4-fs error (device ", NULL, AT_START, DMESG_WARNING },
	{ "EXT3-fs error (device ", NULL, AT_START, DMESG_WARNING },
	{ "EXT2-fs error (device ", NULL, AT_START, DMESG_WARNING },
	{ "XFS (", "orruption ", AT_START, DMESG_WARNING },
	{ "XFS (", "): Internal error ", AT_START, DMESG_WARNING },
	{ "BTRFS error (device ", NULL, AT_START, DMESG_WARNING },
	{ "BTRFS: error (device ", NULL, AT_START, DMESG_WARNING },
	{ "BTRFS critical (device ", NULL, AT_START, DMESG_WARNING },
	{ "Bad swap ", " entry", AFTER_PREFIX, DMESG_WARNING },
	{ "Unused swap ", " entry", AFTER_PREFIX, DMESG_WARNING },
	{ "VFS: Busy inodes after unmount", NULL, AT_START, DMESG_WARNING },
	{ "sysfs: cannot create duplicate filename ", NULL, AT_START, DMESG_WARNING },
	{ "unchecked MSR access error: ", NULL, AT_START, DMESG_WARNING },
	/* Failed allocations. */
	{ ": page allocation failure", NULL, ANYWHERE, DMESG_WARNING },
	{ ": page allocation stalls for ", NULL, ANYWHERE, DMESG_WARNING },
	{ "vmalloc error: size ", NULL, ANYWHERE, DMESG_WARNING },
	{ "vmalloc: allocation failure", NULL, ANYWHERE, DMESG_WARNING },
	{ "vmap allocation for size ", " failed", AFTER_PREFIX, DMESG_WARNING },
	{ "vmalloc_node_range for size ", " failed", AFTER_PREFIX, DMESG_WARNING },
	{ "alloc failed, req-size: ", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "Unable to allocate memory on ", "node ", AFTER_PREFIX, DMESG_WARNING },
	{ "allocation failed, size=", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ " invoked oom-killer: ", NULL, ANYWHERE, DMESG_WARNING },
	{ "Out of memory: ", NULL, AT_START, DMESG_WARNING },
	{ "Out of memory (", NULL, AT_START, DMESG_WARNING },
	{ "Out of memory and no killable ", NULL, AT_START, DMESG_WARNING },
	{ "Out of Memory: ", NULL, AT_START, DMESG_WARNING },
	{ "Memory cgroup out of memory: ", NULL, AT_START, DMESG_WARNING },
	{ "Killed process ", " total-vm:", AT_START, DMESG_WARNING },
	{ "Killed process ", " vsz:", AT_START, DMESG_WARNING },
	/* Hardware errors: not the kernel's fault, but the machine is in no state to measure on. */
	{ "[Hardware Error]", NULL, ANYWHERE, DMESG_WARNING },
	{ "HARDWARE ERROR", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "Machine check events logged", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "Machine Check Exception: ", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "EDAC ", " CE ", AT_START, DMESG_WARNING },
	{ "EDAC ", " UE ", AT_START, DMESG_WARNING },
	{ "EDAC ", " CE: ", AT_START, DMESG_WARNING },
	{ "EDAC ", " UE: ", AT_START, DMESG_WARNING },
	{ "Memory failure: ", NULL, AT_START, DMESG_WARNING },
	{ "Uncorrected hardware memory error", NULL, AFTER_PREFIX, DMESG_WARNING },
	{ "Killing ", " hardware memory corruption", AFTER_PREFIX, DMESG_WARNING },
	{ "PCIe Bus Error: severity=", NULL, AFTER_PREFIX, DMESG_WARNING },
};

/* "BUG kmalloc-96 (Not tainted): Right Redzone overwritten", from SLUB; before 2.6.33 without the
 * taint. */
static bool is_slub_bug(const char *s)
{
	static const char *const causes[] = { "overwritten", "orrupt", "remaining", " free",
					      "nvalid" };
	const char *end = s + strlen("BUG ");

	if (!str_starts(s, "BUG ") || *end == ' ')
		return false;
	end += strcspn(end, " \n");
	if (str_starts(end, " (Not tainted") || str_starts(end, " (Tainted: "))
		return strstr(end, "): ") != NULL;
	for (size_t i = 0; end[-1] == ':' && i < ARRAY_SIZE(causes); i++)
		if (strstr(end, causes[i]))
			return true;
	return false;
}

/* What die() ends in on every architecture: "Oops: 0002 [#1] SMP", "illegal operation: 0001 ilc:1
 * [#1]", "Kernel bug detected[#1]:", "Reserved instruction in kernel code[#1]:": the number of the
 * oops, after an error code or a word for it, or at the end. */
static bool is_die(const char *s)
{
	const char *p = strstr(s, "[#"), *end;

	if (!p || p == s)
		return false;
	end = p + 2 + strspn(p + 2, "0123456789");
	if (end == p + 2 || *end != ']')
		return false;
	if ((end[1] == ':' && end[2 + strspn(end + 2, "\r")] == '\0') || strstr(s, "Oops") ||
	    strstr(s, "ernel bug") || strstr(s, "ernel BUG"))
		return true;
	for (const char *code = s; (code = strstr(code, ": ")) && code < p; code++)
		if (strspn(code + 2, "0123456789abcdef") >= 4)
			return true;
	return false;
}

/* Does the text of a warning, a bug or worse begin right here? Returns its class; -1: no. `named`:
 * it comes after words with a colon. */
static int match_here(const char *s, bool named)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		const struct pattern *p = &patterns[i];

		if (*s == *p->text && p->place != ANYWHERE && !(named && p->place == AT_START) &&
		    str_starts(s, p->text) && (!p->with || strstr(s + strlen(p->text), p->with)))
			return (int)p->class;
	}
	return is_slub_bug(s) ? DMESG_BUG : -1;
}

static enum dmesg_class match_anywhere(const char *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		const struct pattern *p = &patterns[i];
		const char *at = p->place == ANYWHERE ? strstr(s, p->text) : NULL;

		if (at && (!p->with || strstr(at, p->with)))
			return p->class;
	}
	return is_die(s) ? DMESG_BUG : DMESG_NONE;
}

/* "[0:  swapper/0:    1]", "<0>", "(2)", "{1}": returns what follows the group, or NULL. */
static const char *skip_group(const char *s)
{
	static const char open[] = "[(<{", close[] = "])>}";
	const char *kind = *s ? strchr(open, *s) : NULL;
	int depth = 0;

	if (!kind)
		return NULL;
	for (const char *p = s; *p && p < s + GROUP_MAX; p++) {
		depth += *p == *kind;
		depth -= *p == close[kind - open];
		if (!depth)
			return p + 1;
	}
	return NULL;
}

/* "cpu0 ", "CPU#1 ", "CPU 0 ", "c0 ", "@0 ", "T12 ", "1 ", "E ", "I[": the number of a CPU or
 * thread, or a level, as vendors print them; "000: " of PREEMPT_RT before 5.10; "11-28 12:00:00.123
 * " of logcat. */
static const char *skip_number(const char *s)
{
	const char *p = s;

	if (str_starts(p, "cpu") || str_starts(p, "CPU"))
		p += 3 + (p[3] == ' ' || p[3] == '#');
	else if (isalpha((unsigned char)*p) || *p == '@')
		p++;
	if (p > s && *p == '[')
		return p;
	p += strspn(p, p == s && isdigit((unsigned char)*p) ? "0123456789-:." : "0123456789");
	return p > s && (*p == ' ' || *p == ',') ? p + 1 : NULL;
}

/* "rcu: ", "NMI watchdog: ", "e1000 0000:00:03.0 eth0: ": up to three words, the last of which ends
 * in a colon. NULL: there are none. */
static const char *skip_words(const char *s)
{
	for (int word = 0; word < PREFIX_WORDS; word++) {
		const char *end = s + strcspn(s, " \t[\"'\n");

		if (end == s || (*end != ' ' && *end != '\t'))
			return NULL;
		if (end[-1] == ':')
			return end;
		s = end + strspn(end, " \t");
	}
	return NULL;
}

/* Classify a message, without its prefix. */
static enum dmesg_class classify(const char *text)
{
	const char *s = text, *next;
	bool named = false;

	/* Messages that programs write into the kernel log begin with their name. */
	if (dmesg_line__has_tag(text))
		return DMESG_NONE;
	for (int i = 0; i < PREFIXES_MAX; i++) {
		int class = match_here(s, named);

		if (class >= 0)
			return (enum dmesg_class) class;
		next = skip_group(s);
		if (!next)
			next = skip_number(s);
		if (!next && strspn(s, "*-=>.!|#~+"))
			next = s + strspn(s, "*-=>.!|#~+");
		if (!next) {
			next = skip_words(s);
			named = true;
		}
		if (!next)
			break;
		s = next + strspn(next, " \t");
	}
	return match_anywhere(text);
}

struct dmesg_finding dmesg_scan__find(const char *line, bool marked_only)
{
	struct dmesg_finding f = { .class = DMESG_NONE, .text = line };
	size_t len = strcspn(line, "\n");
	_free_ char *copy = xstrndup(line, len);

	for (char *s = copy, *next; s; s = next) {
		enum dmesg_origin origin;
		enum dmesg_class class;
		const char *text;
		char kept = '\0';

		next = (char *)dmesg_line__next(s);
		if (next) {
			kept = *next;
			*next = '\0';
		}
		text = dmesg_line__text(s, &origin);
		/* This is a record of a program: whatever looks like another message in it is the
		 * program's, too. */
		if (origin == DMESG_USER)
			break;
		f.marked |= origin == DMESG_KERNEL;
		class = marked_only && origin == DMESG_BARE ? DMESG_NONE : classify(text);
		if (class > f.class) {
			f.class = class;
			f.text = line + (text - copy);
			f.len = strcspn(text, "\r");
		}
		if (next)
			*next = kept;
	}
	return f;
}

enum dmesg_class dmesg_scan__line(const char *line)
{
	return dmesg_scan__find(line, false).class;
}

const char *dmesg_class__name(enum dmesg_class class)
{
	static const char *const names[] = {
		[DMESG_NONE] = "none",	   [DMESG_WARNING] = "warning", [DMESG_BUG] = "bug",
		[DMESG_LOCKUP] = "lockup", [DMESG_PANIC] = "panic",
	};

	return names[class];
}
