#!/usr/bin/env bash
# The one test command: builds everything, runs every test, and ends with the line "N passed, N failed".
#
#   bash tests/verify.sh [--no-build] [--no-install] [--filter EXPRESSION]
#
#   --no-build     tests what was built last
#   --no-install   changes nothing on this machine; missing parts are left out, and named
#   --filter       runs only what matches, as in `dotnet test --filter`
#
# A part of the machine that tests need (an OCI registry, a container engine, …) is installed from the system's packages where that
# may be done; otherwise the tests of that category are left out visibly. With CI=true nothing is left out: a missing part fails.
# What is skipped, ignored or inconclusive counts as failed, because nobody can say that it passed.
#
# Kept to bash 3.2 and POSIX awk, which is what a Mac has.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CATEGORIES="Node Registry Containers Emulator Firestore Binutils Aot Terraform"

say() { printf '\n== %s\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }
in_ci() { [ "${CI:-}" = true ]; }

# What the tests of a category run, each as program:package of the system.
programs_of() {
  case $1 in
    Node) echo node:nodejs npm:npm ;;
    Registry) echo docker-registry:docker-registry skopeo:skopeo umoci:umoci ;;
    Containers) echo podman:podman runc:runc gcc:gcc docker-registry:docker-registry skopeo:skopeo umoci:umoci ;;
    Emulator | Firestore) echo java:default-jre-headless ;;
    Binutils) echo as:binutils ld:binutils ;;
    Aot) echo clang:clang objcopy:binutils ;;
    Terraform) echo terraform:terraform ;;
    *) printf 'verify.sh: no category %s\n' "$1" >&2 && return 2 ;;
  esac
}

# Packages of a category whose program or header is not here.
missing_packages() {
  local pair program
  for pair in $(programs_of "$1"); do
    program=${pair%%:*}
    case $program in
      # A docker that answers is an engine too.
      podman | runc) has "$program" || docker info >/dev/null 2>&1 || printf '%s\n' "${pair#*:}" ;;
      # Debian does not have it.
      terraform) ;;
      *) has "$program" || printf '%s\n' "${pair#*:}" ;;
    esac
  done
  if [ "$1" = Aot ] && [ ! -e /usr/include/zlib.h ] && [ ! -e /opt/homebrew/include/zlib.h ]; then
    echo zlib1g-dev
  fi
}

# Google's emulators are parts of the Google Cloud CLI, which Debian does not have.
# sdk_jar NAMED PATTERN: the jar that somebody named, or the last of those in the CLI's folder.
sdk_jar() {
  if [ -n "$1" ]; then
    [ ! -f "$1" ] || printf '%s\n' "$1"
    return 0
  fi
  local sdk=/usr/lib/google-cloud-sdk
  if ! compgen -G "$sdk/platform/$2" >/dev/null && has gcloud; then
    sdk=$(gcloud info --format='value(installation.sdk_root)' 2>/dev/null) || return 0
  fi
  compgen -G "$sdk/platform/$2" | sort | tail -n 1 || true
}

emulator_jar() { sdk_jar "${PUBSUB_EMULATOR_JAR:-}" 'pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar'; }
firestore_jar() { sdk_jar "${FIRESTORE_EMULATOR_JAR:-}" 'cloud-firestore-emulator/cloud-firestore-emulator.jar'; }

# What is missing for a category, as a sentence that says how to get it; nothing where all is here.
how_to_get() {
  local packages
  packages=$(missing_packages "$1" | sort -u | tr '\n' ' ')
  [ -z "$packages" ] || printf 'apt-get install -y --no-install-recommends %s' "$packages"
  if [ "$1" = Emulator ] && [ -z "$(emulator_jar)" ]; then
    [ -z "$packages" ] || printf '; '
    printf 'install the Google Cloud CLI and then google-cloud-cli-pubsub-emulator (apt) or "gcloud components install pubsub-emulator";'
    printf ' or name its jar in PUBSUB_EMULATOR_JAR'
  fi
  if [ "$1" = Firestore ] && [ -z "$(firestore_jar)" ]; then
    [ -z "$packages" ] || printf '; '
    printf 'install the Google Cloud CLI and then google-cloud-cli-firestore-emulator (apt) or "gcloud components install'
    printf ' cloud-firestore-emulator"; or name its jar in FIRESTORE_EMULATOR_JAR'
  fi
  if [ "$1" = Terraform ] && ! has terraform; then
    printf 'install Terraform 1.11 or newer, which its makers publish, and have it on the PATH'
  fi
}

install_missing() {
  local category packages become=""
  packages=$(for category in $CATEGORIES; do missing_packages "$category"; done | sort -u | tr '\n' ' ')
  [ -n "$packages" ] || return 0
  has apt-get || return 0
  if [ "$(id -u)" != 0 ]; then
    has sudo && sudo -n true 2>/dev/null || return 0
    become="sudo -n"
  fi
  say "Installing $packages"
  # shellcheck disable=SC2086 # Lists of words, both of them.
  if ! { $become apt-get update -qq && $become env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $packages; } >"$RESULTS/apt.log" 2>&1; then
    tail -n 5 "$RESULTS/apt.log"
    echo "That did not work; the tests that need these packages cannot run."
  fi
}

# Sets LEFT_OUT to the categories that cannot run here, and says why. In CI that is the end.
look_for_parts() {
  local category how
  LEFT_OUT=""
  for category in $CATEGORIES; do
    how=$(how_to_get "$category")
    [ -n "$how" ] || continue
    LEFT_OUT="$LEFT_OUT $category"
    printf 'Missing for the tests of category %s: %s\n' "$category" "$how"
  done
  if in_ci && [ -n "$LEFT_OUT" ]; then
    echo "With CI=true nothing may be left out."
    # shellcheck disable=SC2086 # One word a category.
    set -- $LEFT_OUT
    printf '0 passed, %d failed\n' $#
    exit 1
  fi
}

# The filter for dotnet test: what was asked for, without what cannot run here.
filter() {
  local category expression=""
  [ -z "$ASKED" ] || expression="($ASKED)"
  for category in $LEFT_OUT; do
    expression="${expression:+$expression&}TestCategory!=$category"
  done
  printf '%s' "$expression"
}

# Test projects of the solution, in lower case, as result files name their assemblies.
expected_projects() {
  tr -d '\r' <"$ROOT/CdAutomation.sln" | sed -n 's|^Project(.*"tests\\\([^\\]*\)\\[^"]*\.csproj".*|\1|p' | tr '[:upper:]' '[:lower:]' | sort
}

# tally FOLDER ENDED FILTERED PROJECT…: the table, what failed and why, and the last line; 0 only if something passed and all did.
# ENDED is the exit code of dotnet test; FILTERED is 1 where a project may rightly have had nothing to run.
tally() {
  local folder=$1 ended=$2 filtered=$3
  shift 3
  { find "$folder" -name '*.trx' -exec cat {} +; } | tr -d '\r' | awk -v expected="$*" -v ended="$ended" -v filtered="$filtered" '
    function attribute(name, text) {
      if (!match(text, " " name "=\"[^\"]*\"")) return ""
      return plain(substr(text, RSTART + length(name) + 3, RLENGTH - length(name) - 4))
    }
    function plain(text) {
      gsub(/&#x[0-9A-Fa-f]+;/, " ", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text)
      gsub(/&quot;/, "\"", text); gsub(/&apos;/, "\047", text); gsub(/&amp;/, "\\&", text)
      return text
    }
    function seconds(stamp,   parts) {
      split(substr(stamp, index(stamp, "T") + 1), parts, /[:+Z-]/)
      return parts[1] * 3600 + parts[2] * 60 + parts[3]
    }
    function tell(line) { if (lines++ < 40) story = story "    " line "\n" }

    /<TestRun /           { project = ""; took = 0; inside = 0; complaint = "" }
    /<Times /             { took = seconds(attribute("finish", $0)) - seconds(attribute("start", $0)); if (took < 0) took += 86400 }
    /<UnitTest / && project == "" { project = attribute("storage", $0); sub(/.*[\/\\]/, "", project)
                            sub(/^cdautomation\./, "", project); sub(/\.dll$/, "", project) }
    # What a test has measured it says in a line of its own; what all have said stands at the end of the file once more.
    /<Results>/           { telling = 1 }
    /<\/Results>/         { telling = 0 }
    telling && /measured: / { line = $0; sub(/.*measured: /, "", line); sub(/<\/StdOut>.*/, "", line); figures = figures "  " plain(line) "\n" }
    /<UnitTestResult /    { if (attribute("outcome", $0) != "Passed") { failing = 1; lines = 0
                              story = story "  " attribute("testName", $0) " (" attribute("outcome", $0) ")\n" } }
    failing && /<Message>/ { inside = 1; sub(/.*<Message>/, "") }
    inside                { line = $0; closed = sub(/<\/Message>.*/, "", line); tell(plain(line)); if (closed) inside = 0 }
    /<\/UnitTestResult>|<UnitTestResult .*\/>/ { failing = 0; inside = 0 }
    /<ResultSummary /     { outcome = attribute("outcome", $0) }
    /<Counters /          { total = attribute("total", $0) + 0; passed = attribute("passed", $0) + 0 }
    /<\/TestRun>/         {
      if (project == "" && total == 0) next
      bad = total - passed
      if (bad == 0 && outcome == "Failed") { bad = 1; story = story "  " project " ended before its time: see above\n" }
      ran[project] += passed; broke[project] += bad; time[project] += took
      allPassed += passed; allFailed += bad
    }
    END {
      count = split(expected, names, " ")
      printf "\n%-34s %8s %8s %8s\n", "project", "passed", "failed", "seconds"
      for (at = 1; at <= count; at++) {
        name = names[at]
        if (!(name in ran) && !filtered) { allFailed++; broke[name] = 1; story = story "  " name " wrote no results\n" }
        if (name in broke) printf "%-34s %8d %8d %8.1f\n", name, ran[name], broke[name], time[name]
        known[name] = 1
      }
      for (name in ran) if (!(name in known)) { allFailed++; story = story "  " name " is not in the solution\n" }
      if (allPassed + allFailed == 0) { allFailed = 1; story = story "  no test ran\n" }
      if (allFailed == 0 && ended != 0) { allFailed = 1; story = story "  dotnet test ended with " ended ": see above\n" }
      if (figures != "") printf "\nmeasured:\n%s", figures
      if (story != "") printf "\nfailed:\n%s", story
      printf "\n%d passed, %d failed\n", allPassed, allFailed
      exit allFailed > 0
    }'
}

usage() {
  sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed -n 's/^# \{0,1\}//p' >&2
  exit 2
}

main() {
  local build=1 built=0 install=1 ended=0 expression started=$SECONDS
  ASKED=""
  while [ $# -gt 0 ]; do
    case $1 in
      --no-build) build=0 ;;
      --no-install) install=0 ;;
      --filter) [ $# -gt 1 ] || usage; ASKED=$2; shift ;;
      --filter=*) ASKED=${1#*=} ;;
      *) usage ;;
    esac
    shift
  done

  cd "$ROOT"
  RESULTS="${ArtifactsPath:-$ROOT/.artifacts}/test-results"
  rm -rf "$RESULTS"
  mkdir -p "$RESULTS"
  if ! has dotnet; then
    echo "The .NET SDK 10 is not on the PATH."
    printf '0 passed, 1 failed\n'
    exit 1
  fi

  [ $install = 0 ] || install_missing
  look_for_parts
  PUBSUB_EMULATOR_JAR=$(emulator_jar)
  FIRESTORE_EMULATOR_JAR=$(firestore_jar)
  export PUBSUB_EMULATOR_JAR FIRESTORE_EMULATOR_JAR

  if [ $build = 1 ]; then
    say "Building"
    # One compiler for all projects, whatever the machine prefers, takes half the time of one each; it is gone when the tests begin. Compilers
    # that live for minutes gain nothing from profiling themselves.
    DOTNET_TieredPGO=0 UseSharedCompilation=true dotnet build CdAutomation.sln --nologo -tl:off -v:minimal || built=$?
    dotnet build-server shutdown --vbcscompiler > /dev/null || true
    if [ $built != 0 ]; then
      echo "The build failed; no test was run."
      printf '0 passed, 1 failed\n'
      exit 1
    fi
  fi

  say "Testing"
  expression=$(filter)
  # Two projects at a time, for many tests wait rather than compute, in the order of the solution, which begins with the long ones. A busy
  # machine starts a test process slowly; one that hangs is ended and counted. With 48 MB to fill before a collection, ten thousand simulated
  # worlds take an eighth less.
  DOTNET_GCgen0size=0x3000000 VSTEST_CONNECTION_TIMEOUT=300 dotnet test CdAutomation.sln --no-build --nologo -tl:off -m:2 \
    --logger trx --results-directory "$RESULTS" --blame-hang-timeout 20m --blame-hang-dump-type none \
    ${expression:+--filter "$expression"} || ended=$?

  [ -z "$LEFT_OUT" ] || printf '\nLeft out, see the beginning:%s\n' "$LEFT_OUT"
  printf '\nThat took %d seconds.\n' $((SECONDS - started))
  # shellcheck disable=SC2046 # One word a project.
  tally "$RESULTS" "$ended" "${expression:+1}" $(expected_projects)
}

# Its own tests take it apart.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  main "$@"
fi
