// SPDX-License-Identifier: GPL-2.0-only
/* check.c - look for known obstacles to booting by kexec, GRUB and systemd-boot. */
#include "runner/machine/check.h"

#include "lib/units.h"

/* Space for an Image and its initramfs; and for those of two kernels, so that boots can alternate
 * between them without copying. */
#define ONE_KERNEL_KB (96u << 10)
#define TWO_KERNELS_KB (200u << 10)

struct check {
	const struct probe *p;
	enum machine_boot wanted; /* `boot` of the machine's file */
	enum machine_boot method; /* the method that would be used */
	struct findings *out;
};

static void add(struct findings *out, enum finding_kind kind, const char *fmt, ...) __printf(3, 4);
static void add(struct findings *out, enum finding_kind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	*APPEND(out->v, out->n) = (struct finding){ kind, xvasprintf(fmt, ap) };
	va_end(ap);
}

static bool has(const struct check *c, const char *key)
{
	return *probe__get(c->p, key);
}

/* How bad it is if a method does not work: a failure only if the machine's file asks for it by
 * name. */
static enum finding_kind need(const struct check *c, enum machine_boot method)
{
	return c->wanted == method ? FINDING_LACKS : FINDING_NOTE;
}

enum machine_boot machine_check__method(const struct machine *m, const struct probe *p)
{
	const char *entries = probe__get(p, "sdboot");

	if (m->boot != MACHINE_BOOT_AUTO)
		return m->boot;
	if (*entries && !streq(entries, "0"))
		return MACHINE_BOOT_SYSTEMD_BOOT;
	return *probe__get(p, "grub_dir") ? MACHINE_BOOT_GRUB : MACHINE_BOOT_NO;
}

/* kexec_load(2) can be disabled by a sysctl and by lockdown, which Secure Boot turns on. */
static void check_kexec(const struct check *c)
{
	const enum finding_kind bad = need(c, MACHINE_BOOT_KEXEC);
	const char *lockdown = probe__get(c->p, "lockdown");

	if (!has(c, "kexec"))
		add(c->out, bad, "kexec: not installed (package kexec-tools)");
	else if (streq(probe__get(c->p, "config_kexec"), "n") || !has(c, "kexec_loaded"))
		add(c->out, bad, "kexec: this kernel is built without CONFIG_KEXEC");
	else if (streq(probe__get(c->p, "kexec_disabled"), "1"))
		add(c->out, bad,
		    "kexec: disabled until the next boot (sysctl kernel.kexec_load_disabled)");
	else if (*lockdown && !streq(lockdown, "none"))
		add(c->out, bad,
		    "kexec: blocked by lockdown (%s), as with Secure Boot: boot through the boot "
		    "loader, or turn Secure Boot off",
		    lockdown);
	else
		add(c->out, FINDING_OK, "kexec: %s", probe__get(c->p, "kexec"));
}

/* GRUB overwrites its environment block in place, which it can do only on simple file systems, and
 * not on LVM, RAID or encryption. */
/* GRUB writes to plain disks and partitions, and to what it sees as such (multipath); not to devices that
 * it assembles itself. method.c refuses the same before a boot. */
static bool is_writable_by_grub(const char *type)
{
	return !streq(type, "lvm") && !str_starts(type, "raid") && !streq(type, "crypt");
}

static void check_grubenv(const struct check *c)
{
	const char *fs = probe__get(c->p, "grubenv_fs"), *on = probe__get(c->p, "grubenv_on");
	const char *dir = probe__get(c->p, "grub_dir"), *next = probe__get(c->p, "next_entry");
	const bool plain = streq(fs, "ext2/ext3") || streq(fs, "xfs") || streq(fs, "msdos");

	if (!plain || !is_writable_by_grub(on))
		add(c->out, need(c, MACHINE_BOOT_GRUB),
		    "grubenv: %s is on %s%s%s, where GRUB cannot clear a one-time entry, and would "
		    "boot it every time",
		    dir, *fs ? fs : "an unknown file system", *on ? " on " : "", on);
	else if (*next && !streq(next, "kduel"))
		add(c->out, need(c, MACHINE_BOOT_GRUB),
		    "grubenv: somebody else's one-time entry is set: %s (to clear it: grub-editenv "
		    "%s/grubenv unset next_entry)",
		    next, dir);
	else
		add(c->out, FINDING_OK, "grubenv: %s on %s", dir, fs);
}

static void check_grub(const struct check *c)
{
	const enum finding_kind bad = need(c, MACHINE_BOOT_GRUB);
	const char *dir = probe__get(c->p, "grub_dir");

	if (c->method == MACHINE_BOOT_SYSTEMD_BOOT)
		return;
	if (!*dir) {
		if (bad == FINDING_LACKS)
			add(c->out, bad, "GRUB: neither /boot/grub nor /boot/grub2 exists");
		return;
	}
	if (!has(c, "grub_editenv"))
		add(c->out, bad,
		    "GRUB: grub-editenv is not installed (package grub-common or grub2-tools)");
	if (!has(c, "grub_one_time"))
		add(c->out, bad,
		    "GRUB: %s/grub.cfg does not support one-time entries (next_entry): make it "
		    "with grub-mkconfig",
		    dir);
	if (!has(c, "grub_custom"))
		add(c->out, bad,
		    "GRUB: %s/grub.cfg does not read custom.cfg, where kduel puts its entry: "
		    "restore /etc/grub.d/41_custom and run grub-mkconfig",
		    dir);
	check_grubenv(c);
}

static void check_systemd_boot(const struct check *c)
{
	const enum finding_kind bad = need(c, MACHINE_BOOT_SYSTEMD_BOOT);
	const char *entries = probe__get(c->p, "sdboot");
	const bool is_loader = *entries && !streq(entries, "0");

	if (!is_loader && bad != FINDING_LACKS)
		return;
	if (!is_loader)
		add(c->out, bad, "systemd-boot: it did not boot this system (no LoaderInfo)");
	if (!has(c, "bootctl"))
		add(c->out, bad, "systemd-boot: bootctl is not installed (package systemd-boot)");
	if (!has(c, "entries"))
		add(c->out, bad,
		    "systemd-boot: no loader/entries in /boot, /efi or /boot/efi: is the boot "
		    "partition mounted?");
	if (!str_starts(probe__get(c->p, "efivars"), "rw"))
		add(c->out, bad,
		    "systemd-boot: a one-time entry is an EFI variable, but "
		    "/sys/firmware/efi/efivars is %s",
		    has(c, "efivars") ? "mounted read-only" : "not mounted");
}

static void check_space(const struct check *c, const char *where, const char *key)
{
	uint64_t kb;
	char size[32];

	if (units__u64(probe__get(c->p, key), &kb) || kb > UINT64_MAX >> 10)
		return add(c->out, FINDING_NOTE, "space in %s: unknown", where);
	units__fmt_size(kb << 10, size, sizeof(size));
	if (kb < ONE_KERNEL_KB && c->method != MACHINE_BOOT_NO)
		add(c->out, c->wanted == MACHINE_BOOT_AUTO ? FINDING_NOTE : FINDING_LACKS,
		    "space in %s: %s free, but a kernel takes up to %u MiB", where, size,
		    ONE_KERNEL_KB >> 10);
	else if (kb < TWO_KERNELS_KB && c->method != MACHINE_BOOT_NO)
		add(c->out, FINDING_NOTE, "space in %s: %s free, but two kernels take up to %u MiB",
		    where, size, TWO_KERNELS_KB >> 10);
	else
		add(c->out, FINDING_OK, "space in %s: %s free", where, size);
}

static void check_method(const struct check *c, const struct machine *m)
{
	const char *how = machine_boot__name(c->method);
	const char *efi = has(c, "efi") ? "UEFI" : "no UEFI";

	if (m->boot == MACHINE_BOOT_NO)
		add(c->out, FINDING_NOTE,
		    "boot: its file says 'no', so no plan can boot kernels on it");
	else if (c->method == MACHINE_BOOT_NO)
		add(c->out, FINDING_NOTE,
		    "boot: neither GRUB nor systemd-boot was found (%s): set 'boot: kexec' or 'boot: "
		    "command'",
		    efi);
	else
		add(c->out, FINDING_OK, "boot: by %s%s, %s", how,
		    m->boot == MACHINE_BOOT_AUTO ? ", its boot loader" : "", efi);
	if (m->known_good && !streq(m->known_good, probe__get(c->p, "kernel")))
		add(c->out, FINDING_NOTE, "known-good: %s is running, but its file says %s",
		    probe__get(c->p, "kernel"), m->known_good);
}

void machine_check__booting(const struct machine *m, const struct probe *p, struct findings *out)
{
	const struct check c = { p, m->boot, machine_check__method(m, p), out };
	const bool on_esp = has(&c, "entries") && c.method == MACHINE_BOOT_SYSTEMD_BOOT;

	*out = (struct findings){ 0 };
	check_method(&c, m);
	check_space(&c, on_esp ? probe__get(p, "entries") : "/boot",
		    on_esp ? "entries_free_kb" : "boot_free_kb");
	check_space(&c, "/lib/modules", "modules_free_kb");
	check_kexec(&c);
	check_grub(&c);
	check_systemd_boot(&c);
}

void findings__release(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].text);
	free(f->v);
	*f = (struct findings){ 0 };
}
