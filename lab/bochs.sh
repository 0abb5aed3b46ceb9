# SPDX-License-Identifier: GPL-2.0-only
#
# KVM on Bochs, which emulates VMX with EPT and SVM with nested paging: Debian's, or for
# some CPUs one that lab/bochs builds.
# shellcheck shell=bash disable=SC2034,SC2154

bochs_own=3.0

# bochs__version: print the version of the Bochs that lab/bochs builds, with a checksum of its
# changes, so that another one is never used instead
bochs__version() {
	printf '%s+%08x\n' "$bochs_own" "$(cksum <"$lab/bochs.diff" | cut -d' ' -f1)"
}

# bochs__own: print the path of the Bochs that lab/bochs builds
bochs__own() {
	echo "$cache/bochs/$(bochs__version)/bochs"
}

bochs__need() {
	local plugins=/usr/lib/x86_64-linux-gnu/bochs/plugins

	if [ "$emulator_build" = own ]; then
		[ -x "$(bochs__own)" ] ||
			fail "$BROKEN" "--cpu $cpu needs Bochs $(bochs__version), which is not built: lab/bochs build; without it: $cpus_of_debian"
	else
		need bochs bochs
		need "$plugins/libbx_term_gui.so.0.0.0" bochs-term
	fi
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
	sed -e "s|@MODEL@|$model|" -e "s|@SCRATCH@|$scratch|" \
		"$lab/bochsrc" >"$scratch/bochsrc"
	if [ "$emulator_build" = own ]; then
		sed -i -e 's/, gameport=.*//' -e 's/^display_library: .*/display_library: nogui/' \
			"$scratch/bochsrc"
		emulator=("$(bochs__own)" -q -f "$scratch/bochsrc")
		return
	fi
	echo c >"$scratch/bochs.rc"
	emulator=(
		env TERM=vt100
		bochs -q -f "$scratch/bochsrc" -rc "$scratch/bochs.rc"
	)
}

# bochs__name: print the emulator and its version, for the record
bochs__name() {
	if [ "$emulator_build" = own ]; then
		echo "Bochs $(bochs__version)"
	else
		bochs --help 2>&1 | sed -nE 's/.*Bochs x86 Emulator ([0-9.]+).*/Bochs \1/p'
	fi
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
