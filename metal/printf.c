// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct output {
	char *to;
	size_t size, used;
};

static void put(struct output *o, char c)
{
	if (o->used + 1 < o->size)
		o->to[o->used] = c;
	o->used++;
}

static void put_padded(struct output *o, const char *s, size_t n, size_t width, char pad)
{
	for (; width > n; width--)
		put(o, pad);
	while (n--)
		put(o, *s++);
}

/* Write the digits of @n at the end of @buffer, and return the first. */
static char *digits(char buffer[32], uint64_t n, unsigned int base, bool negative)
{
	char *p = buffer + 32;

	do {
		*--p = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	if (negative)
		*--p = '-';
	return p;
}

struct spec {
	char pad;
	size_t width, precision;
	bool is_long;
};

static const char *parse_spec(const char *p, struct spec *s, va_list *args)
{
	*s = (struct spec) { .pad = ' ', .precision = SIZE_MAX };
	if (*p == '0')
		s->pad = *p++;
	while (is_digit(*p))
		s->width = 10 * s->width + *p++ - '0';
	if (*p == '.' && p[1] == '*') {
		s->precision = va_arg(*args, int);
		p += 2;
	} else if (*p == '.') {
		s->precision = 0;
		for (p++; is_digit(*p); p++)
			s->precision = 10 * s->precision + *p - '0';
	}
	for (; *p == 'l' || *p == 'z'; p++)
		s->is_long = true;
	return p;
}

static void put_number(struct output *o, char conversion, const struct spec *s, va_list *args)
{
	uint64_t n = s->is_long ? va_arg(*args, uint64_t) : va_arg(*args, unsigned int);
	bool negative = false;
	char buffer[32], *p;

	if (conversion == 'd') {
		int64_t value = s->is_long ? (int64_t)n : (int32_t)n;

		negative = value < 0;
		n = negative ? -(uint64_t)value : (uint64_t)value;
	}
	p = digits(buffer, n, conversion == 'x' ? 16 : 10, negative);
	put_padded(o, p, buffer + 32 - p, s->width, s->pad);
}

static void convert(struct output *o, char conversion, struct spec *s, va_list *args)
{
	const char *string;

	switch (conversion) {
	case 's':
		string = va_arg(*args, const char *);
		put_padded(o, string, strnlen(string, s->precision), s->width, ' ');
		break;
	case 'c':
		put(o, va_arg(*args, int));
		break;
	case 'p':
		s->is_long = true;
		put_number(o, 'x', s, args);
		break;
	case '%':
		put(o, '%');
		break;
	default:
		put_number(o, conversion, s, args);
	}
}

int vsnprintf(char *to, size_t size, const char *format, va_list original)
{
	struct output o = { to, size, 0 };
	va_list args;

	va_copy(args, original);
	for (const char *p = format; *p; p++) {
		struct spec s;

		if (*p != '%') {
			put(&o, *p);
			continue;
		}
		p = parse_spec(p + 1, &s, &args);
		convert(&o, *p, &s, &args);
	}
	va_end(args);
	if (size)
		to[o.used < size ? o.used : size - 1] = '\0';
	return o.used;
}

int snprintf(char *to, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(to, size, format, args);
	va_end(args);
	return n;
}
