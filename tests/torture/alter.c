// SPDX-License-Identifier: GPL-2.0-only
/*
 * alter.c - damage a database file: `alter FILE SEED` changes it in place and prints what it did. The same
 * seed always does the same damage.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096

static uint64_t state;

/* A random number below `n`: splitmix64, which has the same sequence everywhere. */
static size_t pick(size_t n)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (size_t)((z ^ (z >> 31)) % n);
}

static unsigned char *read_all(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	unsigned char *text;
	long size;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 2L * PAGE || fseek(f, 0, SEEK_SET) ||
	    !(text = malloc((size_t)size)) || fread(text, 1, (size_t)size, f) != (size_t)size) {
		perror(path);
		exit(1);
	}
	fclose(f);
	*len = (size_t)size;
	return text;
}

/* Any page except the first, which begins with the header and the schema: damage there is found at once. */
static unsigned char *page(unsigned char *text, size_t len)
{
	return text + PAGE * (1 + pick(len / PAGE - 1));
}

static const char *damage(unsigned char *text, size_t *len)
{
	unsigned char swap[PAGE], *a = page(text, *len), *b = page(text, *len);

	switch (pick(8)) {
	case 0:
		text[pick(*len)] ^= (unsigned char)(1 << pick(8));
		return "a bit flipped";
	case 1:
		for (size_t n = 2 + pick(30); n; n--)
			text[pick(*len)] = (unsigned char)pick(256);
		return "bytes overwritten";
	case 2:
		memset(a, 0, PAGE);
		return "a page of zeros";
	case 3:
		for (size_t i = 0; i < PAGE; i++)
			a[i] = (unsigned char)pick(256);
		return "a page of noise";
	case 4:
		*len = pick(*len);
		return "cut short";
	case 5:
		memcpy(swap, a, PAGE);
		memcpy(a, b, PAGE);
		memcpy(b, swap, PAGE);
		return "two pages swapped";
	case 6:
		memcpy(a, b, PAGE);
		return "a page twice";
	default:
		text[pick(100)] = (unsigned char)pick(256);
		return "a byte of the head";
	}
}

int main(int argc, char **argv)
{
	const char *what;
	unsigned char *text;
	size_t len;
	FILE *f;

	if (argc != 3) {
		fprintf(stderr, "usage: alter FILE SEED\n");
		return 2;
	}
	state = strtoull(argv[2], NULL, 10);
	text = read_all(argv[1], &len);
	what = damage(text, &len);
	f = fopen(argv[1], "wb");
	if (!f || fwrite(text, 1, len, f) != len || fclose(f)) {
		perror(argv[1]);
		return 1;
	}
	puts(what);
	free(text);
	return 0;
}
