/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * UEFI as gnu-efi describes it, and what of it all files of the application use.
 */
#ifndef METAL_EFI_APP_H
#define METAL_EFI_APP_H

#include <efi.h>

extern EFI_HANDLE image_handle;
extern EFI_SYSTEM_TABLE *ST;
extern EFI_BOOT_SERVICES *BS;

#endif
