// SPDX-License-Identifier: GPL-2.0-only
/* config.c - read the file of a fleet, and print it as lines for slurm.conf. */
#include "runner/cli/fleet/config.h"

#include "lib/text.h"
#include "runner/cli/fleet/slurm.h"
#include "runner/config/table.h"
#include "runner/machine/file.h"

#include <inttypes.h>
#include <unistd.h>

#define PORT_FIRST 7011
#define MINUTE_NS 60e9
#define YEAR_NS (366 * 86400e9)

struct fleet_nodes {
	struct fleet f;
	yaml_node_t *reservation;
};

static const struct yaml_field fields[] = {
	FIELD("machines", LIST, struct fleet_nodes, f.machines),
	FIELD("host", NAME, struct fleet_nodes, f.host),
	FIELD("address", NAME, struct fleet_nodes, f.address),
	FIELD("port", UINT, struct fleet_nodes, f.port, .min = 1, .max = UINT16_MAX),
	FIELD("max_time", DURATION, struct fleet_nodes, f.max_time, .min = MINUTE_NS,
	      .max = YEAR_NS),
	FIELD("reservation", NODE, struct fleet_nodes, reservation),
	{ 0 },
};

static const struct yaml_field reservation_fields[] = {
	FIELD("name", NAME, struct fleet_reservation, name, .required = true),
	FIELD("start", TEXT, struct fleet_reservation, start, .required = true),
	FIELD("duration", DURATION, struct fleet_reservation, duration, .min = MINUTE_NS,
	      .max = YEAR_NS, .required = true),
	FIELD("users", LIST, struct fleet_reservation, users),
	FIELD("daily", BOOL, struct fleet_reservation, daily),
	{ 0 },
};

static void read_reservation(struct yaml *y, yaml_node_t *node, struct fleet_reservation *r)
{
	yaml__read(y, node, "a reservation", reservation_fields, r);
	if (r->start && !slurm__is_moment(r->start))
		yaml__note(y, node, "'start' must be HH:MM or YYYY-MM-DDTHH:MM, not '%.40s'",
			   r->start);
	for (size_t i = 0; i < r->users.n; i++)
		if (!yaml__is_name(r->users.v[i]))
			yaml__note(y, node, "'users' must be names, not '%.40s'", r->users.v[i]);
	if (!r->users.n)
		yaml__note(y, node, "'users' is missing: who may use the reservation");
}

/* For table__parse(); `out` is a struct fleet. */
static void read_fleet(struct yaml *y, yaml_node_t *root, void *out)
{
	struct fleet_nodes r = { .f = { .port = PORT_FIRST } };
	struct fleet *f = out;

	yaml__read(y, root, "a fleet", fields, &r);
	*f = r.f;
	if (r.reservation)
		read_reservation(y, r.reservation, &f->reservation);
}

/* Fill in the default, and check that every machine has a valid file and a port. Loading the file
 * checks the name. */
static int check_machines(const char *path, struct fleet *f, struct err *err)
{
	_cleanup_(strvec__release) struct strvec strays = { 0 };

	if (!f->machines.n)
		machine__names(&f->machines, &strays);
	if (strays.n)
		return err__set(err, -EINVAL, "%s", strays.v[0]);
	if (!f->machines.n)
		return err__set(err, -EINVAL, "%s: there are no machines (`kduel machine add`)",
				path);
	strvec__sort_unique(&f->machines);
	for (size_t i = 0; i < f->machines.n; i++) {
		_cleanup_(machine__freep) struct machine *m = NULL;
		int ret = machine__load(f->machines.v[i], &m, err);

		if (!ret)
			ret = slurm__check_name(f->machines.v[i], err);
		if (ret)
			return ret == -ENOENT ? -EINVAL : ret;
	}
	if (f->port + f->machines.n - 1 > UINT16_MAX)
		return err__set(err, -EINVAL, "%s: 'port': from %u on there are not %zu ports",
				path, f->port, f->machines.n);
	return 0;
}

int fleet__load(const char *path, struct fleet *f, struct err *err)
{
	_free_ char *text = NULL;
	size_t len;
	int ret = text__read(path, YAML_FILE_MAX, &text, &len, err);

	*f = (struct fleet){ 0 };
	if (!ret)
		ret = table__parse(path, text, len, read_fleet, f, err);
	if (!ret)
		ret = check_machines(path, f, err);
	if (!ret && !f->host) {
		char name[65] = "";

		if (gethostname(name, sizeof(name) - 1))
			return err__errno(err, -errno, "the name of this host");
		f->host = xstrndup(name, strcspn(name, "."));
	}
	if (!ret && !f->address)
		f->address = xstrdup("127.0.0.1");
	return ret;
}

void fleet__print(const struct fleet *f, FILE *out)
{
	const struct fleet_reservation *r = &f->reservation;
	_free_ char *nodes = strvec__join(&f->machines, ","), *users = strvec__join(&r->users, ",");

	fprintf(out, "# Machines of kduel, for slurm.conf. For each, on %s: slurmd -N NAME\n",
		f->host);
	for (size_t i = 0; i < f->machines.n; i++)
		fprintf(out,
			"NodeName=%s NodeHostname=%s NodeAddr=%s Port=%zu CPUs=1 State=UNKNOWN\n",
			f->machines.v[i], f->host, f->address, f->port + i);
	/* In a partition of several machines, a job waiting for one of them would hold up the jobs
	 * for the others. */
	for (size_t i = 0; i < f->machines.n; i++) {
		fprintf(out, "PartitionName=%s Nodes=%s OverSubscribe=EXCLUSIVE MaxNodes=1",
			f->machines.v[i], f->machines.v[i]);
		if (f->max_time)
			fprintf(out, " MaxTime=%" PRIu64, slurm__minutes(f->max_time));
		fputs(" State=UP\n", out);
	}
	if (r->name)
		fprintf(out,
			"# Once, when slurmctld runs:\n# scontrol create reservation "
			"ReservationName=%s StartTime=%s Duration=%" PRIu64
			" Nodes=%s Users=%s%s\n",
			r->name, r->start, slurm__minutes(r->duration), nodes, users,
			r->daily ? " Flags=DAILY" : "");
}

void fleet__release(struct fleet *f)
{
	strvec__release(&f->machines);
	free(f->host);
	free(f->address);
	free(f->reservation.name);
	free(f->reservation.start);
	strvec__release(&f->reservation.users);
	*f = (struct fleet){ 0 };
}
