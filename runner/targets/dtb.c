// SPDX-License-Identifier: GPL-2.0-only
/* dtb.c - change the flattened device tree of a QEMU machine with libfdt. */
#include "runner/targets/dtb.h"

#include "lib/fs.h"
#include "lib/rng.h"

#include <inttypes.h>
#include <libfdt.h>

#define DTB_MAX (2u << 20) /* limit of arm64 kernels (Documentation/arch/arm64/booting.rst) */
#define VERSION_MIN 16 /* of the format: the first without full paths as names */
#define ROOM 4096 /* bytes for added nodes and properties */
#define RNG_WORDS 4 /* 32 bytes, the size of QEMU's rng-seed */

/* Labels of the random streams that are derived from a boot's seed. */
enum {
	STREAM_KASLR = 1,
	STREAM_RNG = 2,
};

/* Replace the seeds, which QEMU draws anew for each run: kaslr-seed decides where the kernel is
 * loaded, rng-seed initialises its random number generator (dt-schema, chosen.yaml). 0, or a
 * negative FDT_ERR. */
static int put_seeds(void *fdt, uint64_t seed)
{
	fdt64_t words[RNG_WORDS];
	int chosen = fdt_path_offset(fdt, "/chosen"), ret;

	if (chosen < 0)
		return chosen;
	ret = fdt_setprop_u64(fdt, chosen, "kaslr-seed", rng__derive(seed, STREAM_KASLR, 0));
	if (ret)
		return ret;
	for (uint64_t i = 0; i < RNG_WORDS; i++)
		words[i] = cpu_to_fdt64(rng__derive(seed, STREAM_RNG, i));
	return fdt_setprop(fdt, chosen, "rng-seed", words, sizeof(words));
}

/* Add a pmem-region node. Addresses and sizes have two cells each in QEMU's root node. */
static int put_pmem(void *fdt, uint64_t base, uint64_t size)
{
	const fdt64_t reg[] = { cpu_to_fdt64(base), cpu_to_fdt64(size) };
	_free_ char *name = xasprintf("pmem@%" PRIx64, base);
	int node, ret;

	if (fdt_address_cells(fdt, 0) != 2 || fdt_size_cells(fdt, 0) != 2)
		return -FDT_ERR_BADNCELLS;
	node = fdt_add_subnode(fdt, 0, name);
	if (node < 0)
		return node;
	ret = fdt_setprop_string(fdt, node, "compatible", "pmem-region");
	return ret ? ret : fdt_setprop(fdt, node, "reg", reg, sizeof(reg));
}

int dtb__change(const void *dtb, size_t len, const struct dtb_change *change, void **out,
		size_t *out_len, struct err *err)
{
	_free_ char *fdt = NULL;
	int ret;

	*out = NULL;
	/* fdt_check_full() of libfdt 1.6 crashes on the names of versions before 16. QEMU writes 17. */
	if (len < sizeof(struct fdt_header) || len > DTB_MAX || fdt_version(dtb) < VERSION_MIN ||
	    fdt_check_full(dtb, len))
		return err__set(err, -EINVAL, "expected a valid device tree");
	/* Changes need room: open the tree into a larger buffer, change it, and pack it. */
	fdt = xcalloc(1, len + ROOM);
	ret = fdt_open_into(dtb, fdt, (int)len + ROOM);
	if (!ret)
		ret = put_seeds(fdt, change->seed);
	if (!ret && change->pmem_size)
		ret = put_pmem(fdt, change->pmem_base, change->pmem_size);
	if (!ret)
		ret = fdt_pack(fdt);
	if (ret)
		return err__set(err, -EINVAL, "cannot change the device tree: %s",
				fdt_strerror(ret));
	*out_len = fdt_totalsize(fdt);
	*out = fdt;
	fdt = NULL;
	return 0;
}

int dtb__change_file(const char *from, const char *to, const struct dtb_change *change,
		     struct err *err)
{
	_free_ char *old = NULL;
	_free_ void *new = NULL;
	size_t len;
	int ret = fs__read(from, DTB_MAX, &old, &len);

	if (ret)
		return err__set(err, ret, "%s: %s", from, strerror(-ret));
	ret = dtb__change(old, len, change, &new, &len, err);
	if (ret)
		return err__prefix(err, ret, "%s: ", from);
	ret = fs__write_atomic(to, new, len);
	return ret ? err__set(err, ret, "%s: %s", to, strerror(-ret)) : 0;
}
