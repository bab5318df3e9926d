// SPDX-License-Identifier: GPL-2.0-only
/*
 * qemu_kvm.c - try KVM with a guest of three instructions. Even if /dev/kvm creates a virtual machine,
 * it may not run: in a nested guest whose host lacks a feature that QEMU sets, in a container, or with
 * a QEMU that is too old for the kernel.
 */
#include "runner/targets/qemu_kvm.h"

#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/host/cache.h"

#include <unistd.h>

#define TRY_MS 30000
#define ROM_SIZE 65536 /* a PC's ROM ends at 4 GiB; the reset vector is 16 bytes below */

/* The code at the reset vector, and how QEMU exits after running it. */
struct first_steps {
	const char *arch;
	const char *machine;
	size_t at; /* offset in the ROM */
	uint8_t code[12];
	const char *device; /* the device that makes QEMU exit; NULL: the PSCI call does */
	int status; /* expected exit status */
};

static const struct first_steps all[] = {
	{
		.arch = ARCH_ARM64,
		.machine = "virt",
		/* mov w0, #8; movk w0, #0x8400, lsl #16 (PSCI SYSTEM_OFF); hvc #0 */
		.code = { 0x00, 0x01, 0x80, 0x52, 0x00, 0x80, 0xb0, 0x72, 0x02, 0x00, 0x00, 0xd4 },
		.status = 0,
	},
	{
		.arch = ARCH_AMD64,
		.machine = "q35",
		.at = ROM_SIZE - 16,
		/* mov $16, %al; out %al, $0xf4; hlt */
		.code = { 0xb0, 0x10, 0xe6, 0xf4, 0xf4 },
		.device = "isa-debug-exit,iobase=0xf4,iosize=4",
		.status = 16 << 1 | 1,
	},
};

static int write_rom(const struct first_steps *s, const char *path, struct err *err)
{
	_free_ uint8_t *rom = xcalloc(ROM_SIZE, 1);
	FILE *f = fopen(path, "we");
	int ret = 0;

	memcpy(rom + s->at, s->code, sizeof(s->code));
	if (!f)
		return err__errno(err, -errno, path);
	if (fwrite(rom, ROM_SIZE, 1, f) != 1)
		ret = -EIO;
	if (fclose(f))
		ret = -errno;
	return ret ? err__errno(err, ret, path) : 0;
}

/* The first line that QEMU printed, without the directory of the program's path. */
static void first_line(const struct qemu *q, const char *text, char *line, size_t len)
{
	const char *name = strrchr(q->program, '/') ? strrchr(q->program, '/') + 1 : q->program;
	const char *at = strstr(text, name);

	text = at && at < text + strcspn(text, "\n") ? at : text;
	snprintf(line, len, "%.*s", (int)strcspn(text, "\n"), text);
}

static int start(const struct qemu *q, const struct first_steps *s, const char *accel,
		 const char *rom, struct err *err)
{
	const bool kvm = streq(accel, "kvm");
	_free_ char *machine = xasprintf("%s%s", s->machine,
					 kvm && streq(s->arch, ARCH_ARM64) ? ",gic-version=host" :
									     "");
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	char said[300] = "";
	int ret;

	strvec__push(&argv, q->program);
	for (size_t i = 0; i < q->data.n; i++)
		strvec__push_all(&argv, "-L", q->data.v[i], NULL);
	strvec__push_all(&argv, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
			 "-machine", machine, "-accel", accel, "-cpu", kvm ? "host" : "max", "-m",
			 "64M", "-bios", rom, NULL);
	if (s->device)
		strvec__push_all(&argv, "-device", s->device, NULL);
	ret = proc__run(&(struct proc_opts){ .argv = argv.v,
					     .env = q->env.v,
					     .timeout_ms = TRY_MS,
					     .merge_stderr = true },
			&res);
	if (ret)
		return err__errno(err, ret, q->program);
	if (res.timed_out)
		return err__set(err, -ETIMEDOUT,
				"a guest of three instructions did not end in %d s", TRY_MS / 1000);
	if (res.status == s->status)
		return 0;
	first_line(q, res.out, said, sizeof(said));
	return err__set(err, -ENOTCONN, "QEMU ended with %d%s%s", res.status, *said ? ": " : "",
			said);
}

/* The file in the cache that keeps the result. Its name is a hash of everything that the result
 * depends on: this boot of the host, the accelerator, and the QEMU program, which may be replaced. */
static char *note_path(const struct qemu *q, const char *accel)
{
	_free_ char *boot = fs__boot_id(""), *text = NULL;
	struct stat st = { 0 };
	char hash[65];

	(void)stat(q->program, &st);
	text = xasprintf("%s %s %s %s %lld %lld", boot, accel, q->program, q->version,
			 (long long)st.st_mtime, (long long)st.st_size);
	cache__sha256(text, strlen(text), hash);
	return cache__path("kvm/%.16s", hash);
}

int qemu_kvm__try(const struct qemu *q, const struct arch *arch, const char *accel, struct err *err)
{
	_free_ char *path = note_path(q, accel), *note = NULL, *rom = NULL;
	const struct first_steps *s = all;
	struct tmpdir tmp = { 0 };
	int ret;

	while (!streq(s->arch, arch->deb))
		s++;
	if (!fs__read(path, 1000, &note, NULL))
		return *note ? err__set(err, -ENOTCONN, "%s", note) : 0;
	ret = cache__tmpdir(&tmp, err);
	if (ret)
		return ret;
	rom = xasprintf("%s/rom", tmp.path);
	ret = write_rom(s, rom, err);
	if (!ret)
		ret = start(q, s, accel, rom, err);
	/* Do not remember a timeout: the host may just be busy now. */
	if (!ret || ret == -ENOTCONN)
		(void)fs__write_text(path, ret ? err->msg : "", NULL);
	tmpdir__remove(&tmp);
	return ret == -ETIMEDOUT ? -ENOTCONN : ret;
}
