#!/usr/bin/env bash
# Makes the pictures of docs/method.md and docs/reading.md from real runs: one generator for each shape of the memory
# surface, and parts of pages for paths, accounting and calls, and for each chart of a report (these need Chromium).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
genaudit=$(realpath "${GENAUDIT:-.venv/bin/genaudit}")
python=$(realpath -s "${PYTHON:-.venv/bin/python}")

picture() { # name, target, and the options of the run
    local name=$1 target=$2
    shift 2
    "$genaudit" run "$target" "$@" -q --exit-zero --out "$(mktemp -d)" --output "png=docs/pictures/$name.png"
}

part() { # name, sections of the page, target, and the options of the run
    local name=$1 sections=$2 target=$3 folder
    shift 3
    folder=$(mktemp -d)
    "$genaudit" run "$target" "$@" -q --exit-zero --out "$folder" --output "html=$folder/page.html"
    # shellcheck disable=SC2086
    "$python" docs/pictures/page.py "$folder/page.html" "docs/pictures/$name.png" $sections
}

cases=tests/truth/cases
images=(--synth images:n=400,size=256x256)
picture eager sample_generators.inefficient:inefficient_generator "${images[@]}" --project-items 50000
picture cache sample_generators.caching:caching_generator "${images[@]}"
picture leak sample_generators.leaking:leaking_generator "${images[@]}"
picture bounded $cases/clean_lru_30_batches.py:generate --args-from $cases/clean_lru_30_batches.py:data
picture spike $cases/spike_float64_of_uint8.py:generate --args-from $cases/spike_float64_of_uint8.py:data
picture index $cases/clean_offset_index.py:generate --args-from $cases/clean_offset_index.py:data
part held ".verdict #held" sample_generators.inefficient:inefficient_generator "${images[@]}"
part grown "#held" sample_generators.leaking:leaking_generator "${images[@]}"
part accounted .verdict $cases/eager_real_module_lists.py:batches
part calls .verdict $cases/growth_real_fold_registry.py:build --args-from $cases/growth_real_fold_registry.py:data

# Parts of the pages of three runs, for docs/reading.md.
parts() { # a page, then for each part its name and its sections
    local page=$1
    shift
    while [ $# -gt 0 ]; do
        # shellcheck disable=SC2086
        "$python" docs/pictures/page.py "$page" "docs/pictures/report/$1.png" $2
        shift 2
    done
}

mkdir -p docs/pictures/report
pages=$(mktemp -d)
report=(-q --exit-zero --out "$pages/reports" --output)
"$genaudit" run sample_generators.inefficient:inefficient_generator "${images[@]}" --project-items 50000 \
    "${report[@]}" "html=$pages/eager.html"
parts "$pages/eager.html" verdict .verdict tiles "[aria-labelledby=figures-title]" finding "#findings" \
    timeline "[data-chart=timeline]" law ".switch .pair" surface "[data-chart=surface]" shapes .shapes
"$genaudit" run sample_generators.leaking:leaking_generator "${images[@]}" --lines "${report[@]}" "html=$pages/leak.html"
parts "$pages/leak.html" batches "[data-chart=batches]" held "#held" source "#source" sites "#sites"
cp -r docs/examples/torch "$pages/torch"
(cd "$pages/torch" && "$python" "$OLDPWD/docs/examples/make_photos.py" &&
    "$genaudit" run train_workers.py "${report[@]}" "html=$pages/workers.html")
parts "$pages/workers.html" processes "[data-chart=processes]"
