// SPDX-License-Identifier: GPL-2.0-only
/* network.c - set up a guest's network interfaces without external programs. */
#include "runner/agent/network.h"

#include "lib/clock.h"
#include "lib/fs.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <net/route.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* The addresses that the DHCP server of QEMU's user-mode network assigns. */
#define ADDRESS "10.0.2.15"
#define NETMASK "255.255.255.0"
#define GATEWAY "10.0.2.2"
#define RESOLVER "10.0.2.3"

#define WAIT_MS 10000

/* The kernel assigns 127.0.0.1/8 when lo comes up. A kernel without CONFIG_NET or CONFIG_INET has no
 * lo, which is no error: workloads check for it if they need it. */
int network__loopback(struct err *err)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 && (errno == ENOSYS || errno == EAFNOSUPPORT))
		return 0;
	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &ifr) < 0)
		return err__set(err, -errno, "cannot find the loopback interface: %s",
				strerror(errno));
	ifr.ifr_flags |= IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &ifr) < 0)
		return err__set(err, -errno, "cannot bring up the loopback interface: %s",
				strerror(errno));
	return 0;
}

/* Find an interface other than lo, waiting for the driver to probe its device. `name` must be "" on
 * entry. */
static int find_interface(char name[IF_NAMESIZE])
{
	const uint64_t end = clock__ns() + WAIT_MS * NSEC_PER_MSEC;

	do {
		struct if_nameindex *list = if_nameindex();

		for (size_t i = 0; list && list[i].if_index && !*name; i++)
			if (!streq(list[i].if_name, "lo"))
				snprintf(name, IF_NAMESIZE, "%s", list[i].if_name);
		if (list)
			if_freenameindex(list);
		if (*name)
			return 0;
		nanosleep(&(struct timespec){ .tv_nsec = 2 * 1000 * 1000 }, NULL);
	} while (clock__ns() < end);
	return -ENODEV;
}

static struct sockaddr ipv4(const char *text)
{
	const struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = inet_addr(text) };
	struct sockaddr out;

	memcpy(&out, &in, sizeof(out));
	return out;
}

static int configure(int fd, struct ifreq *ifr)
{
	struct rtentry route = { .rt_dst = ipv4("0.0.0.0"),
				 .rt_genmask = ipv4("0.0.0.0"),
				 .rt_gateway = ipv4(GATEWAY),
				 .rt_flags = RTF_UP | RTF_GATEWAY };

	ifr->ifr_addr = ipv4(ADDRESS);
	if (ioctl(fd, SIOCSIFADDR, ifr) < 0)
		return -errno;
	ifr->ifr_netmask = ipv4(NETMASK);
	if (ioctl(fd, SIOCSIFNETMASK, ifr) < 0 || ioctl(fd, SIOCGIFFLAGS, ifr) < 0)
		return -errno;
	ifr->ifr_flags |= IFF_UP | IFF_RUNNING;
	return ioctl(fd, SIOCSIFFLAGS, ifr) < 0 || ioctl(fd, SIOCADDRT, &route) < 0 ? -errno : 0;
}

int network__user(bool files, struct err *err)
{
	_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = { 0 };
	int ret = fd < 0 ? -errno : find_interface(ifr.ifr_name);

	if (!ret)
		ret = configure(fd, &ifr);
	if (ret)
		return err__set(err, ret, "cannot set up the guest's network%s%s: %s",
				*ifr.ifr_name ? " on " : "", ifr.ifr_name,
				ret == -ENODEV ? "no interface within 10 s (is virtio_net there?)" :
						 strerror(-ret));
	ret = files ? fs__write_text("/etc/resolv.conf", "nameserver " RESOLVER "\n", err) : 0;
	if (!ret && files) /* the image's own file does not use DNS */
		ret = fs__write_text("/etc/nsswitch.conf",
				     "passwd: files\ngroup: files\nshadow: files\n"
				     "hosts: files dns\nservices: files\nprotocols: files\n",
				     err);
	return ret;
}
