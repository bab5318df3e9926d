// SPDX-License-Identifier: GPL-2.0-only
/* machine.c - hashes what the figures of a machine depend on into a short key. */
#include "runner/boot/machine.h"

#include "lib/fs.h"
#include "runner/host/arch.h"
#include "runner/host/cache.h"
#include "runner/host/host.h"
#include "runner/targets/qemu_find.h"
#include "runner/plan/tlb_cores.h"

/* The machine-id, or the hostname, as containers and minimal systems may have no id. The caller
 * frees. */
static char *machine_id(const char *root)
{
	_free_ char *path = xasprintf("%s/etc/machine-id", root);
	_free_ char *named = xasprintf("%s/proc/sys/kernel/hostname", root);
	char *id, *name;

	if (!fs__read(path, 256, &id, NULL)) {
		if (*id && *id != '\n')
			return id;
		free(id);
	}
	if (fs__read(named, 256, &name, NULL))
		return xstrdup("");
	name[strcspn(name, "\n")] = '\0';
	return name;
}

/* What figures depend on under emulation: QEMU's version and, in exact mode, the TLBs. "" if not
 * emulated. The caller frees. */
static char *emulator(enum metric_platform platform, const char *arch, const struct qemu *qemu,
		      const struct tlb_cores *tlb)
{
	struct strvec words = { 0 };
	char *text;

	if (!qemu || (platform != PLATFORM_TCG && platform != PLATFORM_ICOUNT))
		return xstrdup("");
	strvec__push(&words, qemu->version);
	if (arch && !streq(arch, ARCH_ARM64)) /* keys of older campaigns have no arm64 */
		strvec__push(&words, arch);
	for (size_t i = 0; platform == PLATFORM_ICOUNT && i < tlb->words.n; i++)
		strvec__push(&words, tlb->words.v[i]);
	text = strvec__join(&words, " ");
	strvec__release(&words);
	return text;
}

/* The prefix makes the hash differ from other hashes of the machine-id, which is confidential
 * (machine-id(5)). Twelve hex digits are enough to tell the machines in a database apart. */
void machine__key(const struct plan *plan, const struct target_ops *ops, const struct qemu *qemu,
		  const struct tlb_cores *tlb, const char *root, char key[MACHINE_KEY_LEN])
{
	_free_ char *id = machine_id(root), *cpu = hostinfo__cpu_model(root);
	const enum metric_platform platform = ops->platform(plan, root);
	_free_ char *emulated = emulator(platform, plan__arch(plan), qemu, tlb);
	uint64_t gib = hostinfo__memory_total(root) >> 30;
	_free_ char *text = xasprintf("kduel machine\n%s\n%s\n%llu\n%s\n%d\n%s\n", id, cpu,
				      (unsigned long long)gib, ops->name, (int)platform, emulated);
	char hex[65];

	cache__sha256(text, strlen(text), hex);
	memcpy(key, hex, MACHINE_KEY_LEN - 1);
	key[MACHINE_KEY_LEN - 1] = '\0';
}
