// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "metal.h"

#define COM1			0x3f8
#define UART_DIVISOR_LOW	0	/* with DLAB */
#define UART_IER		1
#define UART_FCR		2
#define UART_LCR		3
#define UART_MCR		4
#define UART_LSR		5
#define UART_SCR		7	/* scratch: holds a byte, does nothing */
#define LCR_8N1			0x03
#define LCR_DLAB		0x80
#define LSR_THR_EMPTY		0x20
#define THR_PATIENCE		1000000	/* polls for an empty transmit register */

#define MAX_SCREENS		4

#define CONSOLE_OUT_DEVICE_GUID \
	{ 0xd3b36f2c, 0xd551, 0x11d4, { 0x9a, 0x46, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d } }

static SIMPLE_TEXT_OUTPUT_INTERFACE *screens[MAX_SCREENS];
static size_t nr_screens;
static bool com1;

static bool has_com1(void)
{
	outb(COM1 + UART_SCR, 0x5a);
	if (inb(COM1 + UART_SCR) != 0x5a)
		return false;
	outb(COM1 + UART_SCR, 0xa5);
	return inb(COM1 + UART_SCR) == 0xa5;
}

static void com1_setup(void)
{
	outb(COM1 + UART_IER, 0);
	outb(COM1 + UART_LCR, LCR_DLAB | LCR_8N1);
	outb(COM1 + UART_DIVISOR_LOW, 1);		/* 115200 */
	outb(COM1 + UART_DIVISOR_LOW + 1, 0);
	outb(COM1 + UART_LCR, LCR_8N1);
	outb(COM1 + UART_FCR, 0x07);			/* FIFOs on, and empty */
	outb(COM1 + UART_MCR, 0x03);			/* DTR, RTS */
}

static void com1_put(char c)
{
	for (int i = 0; i < THR_PATIENCE; i++) {
		if (inb(COM1 + UART_LSR) & LSR_THR_EMPTY)
			break;
	}
	outb(COM1, c);
}

/* A serial console of the firmware may be on COM1: writing to it, too, would double each line. */
static bool is_serial(EFI_DEVICE_PATH *path)
{
	while (DevicePathType(path) != END_DEVICE_PATH_TYPE) {
		if (DevicePathType(path) == MESSAGING_DEVICE_PATH &&
		    DevicePathSubType(path) == MSG_UART_DP)
			return true;
		path = NextDevicePathNode(path);
	}
	return false;
}

static void find_screens(void)
{
	EFI_GUID active = CONSOLE_OUT_DEVICE_GUID, device_path = DEVICE_PATH_PROTOCOL;
	EFI_GUID text_out = SIMPLE_TEXT_OUTPUT_PROTOCOL;
	EFI_HANDLE *handles = NULL;
	UINTN n = 0;

	BS->LocateHandleBuffer(ByProtocol, &active, NULL, &n, &handles);
	for (UINTN i = 0; i < n && nr_screens < MAX_SCREENS; i++) {
		SIMPLE_TEXT_OUTPUT_INTERFACE *screen;
		EFI_DEVICE_PATH *path;

		if (BS->HandleProtocol(handles[i], &device_path, (void **)&path) == EFI_SUCCESS &&
		    !is_serial(path) &&
		    BS->HandleProtocol(handles[i], &text_out, (void **)&screen) == EFI_SUCCESS)
			screens[nr_screens++] = screen;
	}
	if (handles)
		BS->FreePool(handles);
	/* Neither a screen nor COM1: use the firmware's console. */
	if (!nr_screens && !com1 && ST->ConOut)
		screens[nr_screens++] = ST->ConOut;
}

bool console_init(void)
{
	com1 = has_com1();
	if (com1)
		com1_setup();
	find_screens();
	return com1;
}

static void screen_put(const char *s, size_t n)
{
	CHAR16 wide[128];
	size_t used = 0;

	for (size_t i = 0; i < n && nr_screens; i++) {
		if (s[i] == '\n')
			wide[used++] = '\r';
		wide[used++] = s[i];
		if (used < sizeof(wide) / sizeof(*wide) - 2 && i + 1 < n)
			continue;
		wide[used] = 0;
		used = 0;
		for (size_t k = 0; k < nr_screens; k++)
			screens[k]->OutputString(screens[k], wide);
	}
}

void com1_write(const char *s, size_t n)
{
	for (size_t i = 0; i < n && com1; i++)
		com1_put(s[i]);
}

/* For text.c, which prints a message when memory runs out. */
int fputs(const char *s, FILE *f)
{
	(void)f;
	screen_put(s, strlen(s));
	return 0;
}

int fflush(FILE *f)
{
	(void)f;
	return 0;
}

void screen_printf(const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	screen_put(line, strlen(line));
}

void screen_clear(void)
{
	for (size_t i = 0; i < nr_screens; i++)
		screens[i]->ClearScreen(screens[i]);
}

char console_key(unsigned int seconds)
{
	EFI_INPUT_KEY key;

	for (unsigned int i = 0; seconds == 0 || i < 20 * seconds; i++) {
		if (ST->ConIn && ST->ConIn->ReadKeyStroke(ST->ConIn, &key) == EFI_SUCCESS)
			return key.UnicodeChar ? (char)key.UnicodeChar : '?';
		BS->Stall(50000);
	}
	return 0;
}
