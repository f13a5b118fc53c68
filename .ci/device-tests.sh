#!/usr/bin/env bash
# The engine's suites once more on a graphics device: on Mesa's software Vulkan where the machine has no other, and with every command checked
# by WebGPU's full validation. Debian 12's own Mesa is too old; 25.0 is in its backports.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(uname -s)" = Linux ] && ! compgen -G "/usr/share/vulkan/icd.d/*.json" >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && . /etc/os-release && [ "${ID:-}" = debian ]; then
    suite=()
    if [ "$VERSION_CODENAME" = bookworm ]; then
      # From where this machine has its other packages.
      sed -e '/^Suites:/s/:.*/: bookworm-backports/' -e '/^$/,$d' /etc/apt/sources.list.d/debian.sources \
        >/etc/apt/sources.list.d/bookworm-backports.sources
      suite=(-t bookworm-backports)
    fi
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${suite[@]}" mesa-vulkan-drivers libvulkan1 >/dev/null
  else
    echo "No Vulkan driver is installed here, and this script cannot install one: the suites on a graphics device are skipped." >&2
    exit 0
  fi
fi

export SELFTRAIN_TEST_DEVICE=gpu SELFTRAIN_GPU_VALIDATION=full
suites=(
  test/graph/gradients.test.ts
  test/graph/sampling.test.ts
  test/graph/tall-product.test.ts
  test/engine/device.test.ts
  test/engine/onnx-contract.test.ts
  test/engine/model-fixtures.test.ts
  test/engine/losses.test.ts
  test/engine/lora.test.ts
  test/engine/scalar-head.test.ts
  test/engine/sampling-distribution.test.ts
  test/engine/skipped-groups.test.ts
  test/engine/measures.test.ts
  test/apps/doctor/device.test.ts
  test/bench/devices.test.ts
  test/training/loop/device.test.ts
  test/training/finetune/finetune-gradient.test.ts
)
results="$(mktemp)"
npx vitest run --no-file-parallelism --reporter default --reporter json --outputFile.json "$results" "${suites[@]}"
# A driver that takes the process with it must not look like a pass: the results name every suite.
node --input-type=module - "$results" "${#suites[@]}" <<'JS'
import { readFileSync } from "node:fs";
const [results, suites] = process.argv.slice(2);
const text = readFileSync(results, "utf8");
const ran = text === "" ? 0 : JSON.parse(text).testResults.length;
if (ran !== Number(suites)) {
  console.error(`${ran} of ${suites} suites ended on the device.`);
  process.exitCode = 1;
}
JS
