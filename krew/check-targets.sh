#!/usr/bin/env bash
# Checks that the plugin's sources compile for macOS and Windows, on a machine that can build for neither. A fake C compiler
# skips ring's C files, which works because checking links nothing. check-targets.sh [TARGET...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

stub=$(mktemp -d)
trap 'rm -rf "$stub"' EXIT
cat >"$stub/cc" <<'STUB'
#!/usr/bin/env bash
# Creates an empty file for each output.
for ((i = 1; i <= $#; i++)); do
    case ${!i} in
    -o) next=$((i + 1)) && : >"${!next}" ;;
    -Fo* | /Fo*) out=${!i} && : >"${out:3}" ;;
    -out:* | /out:*) out=${!i} && : >"${out:5}" ;;
    *.a | *.lib) : >"${!i}" ;;
    esac
done
STUB
chmod +x "$stub/cc"
# ring's build script asks for clang by name where the target is Windows on arm64.
mkdir "$stub/bin" && ln -s ../cc "$stub/bin/clang"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace/target}
export SDKROOT=$stub
targets=("$@")
((${#targets[@]} > 0)) || targets=(x86_64-apple-darwin aarch64-apple-darwin x86_64-pc-windows-msvc aarch64-pc-windows-msvc)
for target in "${targets[@]}"; do
    if ! [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ] && ! rustup target add "$target" >&2; then
        echo "check: no Rust target $target here, so it is not checked" >&2
        continue
    fi
    echo "check: $target" >&2
    name=${target//-/_}
    env "PATH=$stub/bin:$PATH" "CC_$name=$stub/cc" "AR_$name=$stub/cc" cargo check --quiet --locked --package kubectl-strace --bins --target "$target"
done
