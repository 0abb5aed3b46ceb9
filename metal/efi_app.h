/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gnu-efi's declarations, and the UEFI handles that all files of the application use.
 */
#ifndef METAL_EFI_APP_H
#define METAL_EFI_APP_H

#include <efi.h>

extern EFI_HANDLE image_handle;
extern EFI_SYSTEM_TABLE *ST;
extern EFI_BOOT_SERVICES *BS;

#endif
