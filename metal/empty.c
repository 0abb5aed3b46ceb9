// SPDX-License-Identifier: GPL-2.0-only
/*
 * The smallest UEFI application, for make bench: it only shuts the machine down.
 */
#include <efi.h>

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system_table)
{
	(void)image;
	system_table->RuntimeServices->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0, NULL);
	return EFI_SUCCESS;
}
