// SPDX-License-Identifier: GPL-2.0-only
#include "metal.h"

static const char *status_name(EFI_STATUS status)
{
	switch (status) {
	case EFI_VOLUME_FULL:
		return "no room on it";
	case EFI_WRITE_PROTECTED:
	case EFI_ACCESS_DENIED:
		return "it is read-only";
	case EFI_NO_MEDIA:
	case EFI_MEDIA_CHANGED:
		return "it has been taken out";
	case EFI_VOLUME_CORRUPTED:
		return "its file system is corrupted";
	default:
		return "the firmware cannot write to it";
	}
}

static const char *open_root(EFI_FILE_HANDLE *root)
{
	EFI_GUID loaded_image = LOADED_IMAGE_PROTOCOL, file_system = SIMPLE_FILE_SYSTEM_PROTOCOL;
	EFI_LOADED_IMAGE *image;
	EFI_FILE_IO_INTERFACE *volume;
	EFI_STATUS status;

	if (BS->HandleProtocol(image_handle, &loaded_image, (void **)&image) != EFI_SUCCESS ||
	    !image->DeviceHandle ||
	    BS->HandleProtocol(image->DeviceHandle, &file_system, (void **)&volume) != EFI_SUCCESS)
		return "it has no file system: was this booted over the network?";
	status = volume->OpenVolume(volume, root);
	return status == EFI_SUCCESS ? NULL : status_name(status);
}

const char *volume_write(const char *name, const char *data, size_t size)
{
	const UINT64 mode = EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE;
	EFI_FILE_HANDLE root, file;
	CHAR16 wide[32] = {};
	UINTN written = size;
	EFI_STATUS status;
	const char *error = open_root(&root);

	if (error)
		return error;
	for (size_t i = 0; name[i] && i < sizeof(wide) / sizeof(*wide) - 1; i++)
		wide[i] = name[i];
	/* A shorter record written over an earlier one would keep the end of the earlier one. */
	if (root->Open(root, &file, wide, mode, 0) == EFI_SUCCESS)
		file->Delete(file);
	status = root->Open(root, &file, wide, mode | EFI_FILE_MODE_CREATE, 0);
	if (status == EFI_SUCCESS) {
		status = file->Write(file, &written, (void *)data);
		if (status == EFI_SUCCESS && written != size)
			status = EFI_VOLUME_FULL;
		if (status == EFI_SUCCESS)
			status = file->Flush(file);
		if (status == EFI_SUCCESS)
			file->Close(file);
		else
			file->Delete(file);
	}
	root->Close(root);
	return status == EFI_SUCCESS ? NULL : status_name(status);
}
