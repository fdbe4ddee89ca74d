#!/usr/bin/env bash
# The README's two commands on a bare Debian: a new root with Python, git and make and nothing else, an empty home, no cache.
#   sudo tests/fresh_machine.sh                                   make run, make test
#   sudo CONFIG=tests/experiments/tiny.yaml TEST=check tests/fresh_machine.sh      a smaller experiment, only the checks
# SHARE="/etc/pip.conf /srv/wheels" shows more of this machine to the new root: pip's configuration, a mirror.
# Needs root and Debian's package debootstrap. Prints the seconds of each step.
set -euo pipefail

CHECKOUT=$(cd "$(dirname "$0")/.." && pwd)
SUITE=${SUITE:-bookworm}
MIRROR=${MIRROR:-http://deb.debian.org/debian}
mapfile -t PIP < <(env | grep '^PIP_')
ROOT=$(mktemp -d /tmp/fresh-machine.XXXXXX)

cleanup() {
    for one in $(awk -v root="$ROOT/" 'index($2, root) == 1 { print $2 }' /proc/mounts | sort -r); do umount --lazy "$one"; done
    rm -rf --one-file-system "$ROOT"
}
trap cleanup EXIT

step() {
    local name=$1 start=$SECONDS
    shift
    if "$@" > "$ROOT.log" 2>&1; then
        echo "$name: $((SECONDS - start)) s"
    else
        tail -n 40 "$ROOT.log"
        echo "$name: failed after $((SECONDS - start)) s" >&2
        exit 1
    fi
}

inside() {
    env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "${PIP[@]}" \
        chroot "$ROOT" sh -c "cd /root/checkout && $1"
}

step "a bare Debian $SUITE" debootstrap --variant=minbase --include=python3,python3-venv,git,make,ca-certificates \
    "$SUITE" "$ROOT" "$MIRROR"
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
mount --make-rslave "$ROOT/dev"
cp /etc/resolv.conf /etc/hosts "$ROOT/etc/"
cp -r /etc/ssl/certs "$ROOT/etc/ssl/"
for path in ${SHARE:-}; do
    if [ -d "$path" ]; then mkdir -p "$ROOT$path"; else install -D /dev/null "$ROOT$path"; fi
    mount --bind -o ro "$path" "$ROOT$path"
done
git clone --quiet "$CHECKOUT" "$ROOT/root/checkout"

step "make run CONFIG=${CONFIG:-config.yaml}" inside "make run CONFIG=${CONFIG:-config.yaml}"
inside "ls results/*/report/summary.md"
step "make run, again" inside "make run CONFIG=${CONFIG:-config.yaml}"
step "make ${TEST:-test}" inside "make ${TEST:-test}"
