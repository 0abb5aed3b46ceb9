# SPDX-License-Identifier: GPL-2.0-only
#
# kvm_intel on Bochs, which emulates VMX with EPT.
# shellcheck shell=bash disable=SC2034,SC2154

bochs__need() {
	local plugins=/usr/lib/x86_64-linux-gnu/bochs/plugins

	need bochs bochs
	need "$plugins/libbx_term_gui.so.0.0.0" bochs-term
	need /usr/share/bochs/BIOS-bochs-latest bochsbios
	need /usr/share/vgabios/vgabios-stdvga.bin vgabios
	need grub-mkimage grub-common
	need /usr/lib/grub/i386-pc/cdboot.img grub-pc-bin
	need xorriso xorriso
}

# bochs__prepare IMAGE INITRAMFS COMMAND-LINE: like qemu__prepare.
#
# Debian's Bochs includes the debugger, which stops at the start: 'c' continues.
bochs__prepare() {
	bochs__cd "$@"
	echo c >"$scratch/bochs.rc"
	sed -e "s|@MODEL@|$model|" -e "s|@SCRATCH@|$scratch|" \
		"$lab/bochsrc" >"$scratch/bochsrc"
	emulator=(
		env TERM=vt100
		bochs -q -f "$scratch/bochsrc" -rc "$scratch/bochs.rc"
	)
}

# bochs__cd IMAGE INITRAMFS COMMAND-LINE: make a CD with the fewest modules of GRUB
# that can load the two, because GRUB runs on the slow emulated CPU as well.
bochs__cd() {
	local cd=$scratch/cd

	mkdir -p "$cd"
	cp "$1" "$cd/kernel"
	cp "$2" "$cd/initramfs"
	printf '%s\n' "linux /kernel $3" "initrd /initramfs" boot >"$scratch/grub.cfg"
	grub-mkimage -O i386-pc-eltorito -d /usr/lib/grub/i386-pc -p / \
		-c "$scratch/grub.cfg" -o "$cd/grub.img" biosdisk iso9660 linux ||
		fail "$BROKEN" "grub-mkimage failed"
	xorriso -as mkisofs -quiet -R -b grub.img -no-emul-boot -boot-load-size 4 \
		-boot-info-table -o "$scratch/cd.iso" "$cd" 2>"$scratch/xorriso.log" ||
		fail "$BROKEN" "xorriso: $(tail -n 1 "$scratch/xorriso.log")"
	rm -r "$cd"
}
