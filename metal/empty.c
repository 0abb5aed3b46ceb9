// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least that a UEFI application can be, for make bench: it shuts down.
 */
#include <efi.h>

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system_table)
{
	(void)image;
	system_table->RuntimeServices->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0, NULL);
	return EFI_SUCCESS;
}
