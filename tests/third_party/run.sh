#!/usr/bin/env bash
# Checks this project against software of others: the service models that AWS publishes with
# botocore, the AWS SDK for Python as a client of our server, curl, the AWS CLI and the SDK on the
# scripts that we export, Chromium as a reader of our HTML reports, moto as a server to test, and the
# schemas of report formats, and of GitHub Actions and Kubernetes for the manifests in tests/manifests/.
#
# Needs python3 with venv, curl, and `cargo build --release` done before. APPMESH_CONFORMANCE names
# another binary than the one in the target folder. Where there is no Chromium or Chrome, Playwright
# installs one. Servers listen on 127.0.0.1 only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

here=tests/third_party
target=${CARGO_TARGET_DIR:-target}
venv=$target/third-party-venv
conformance=${APPMESH_CONFORMANCE:-$target/release/appmesh-conformance}
log=$(mktemp)
server=

# Ends the server that `start` started, if there is one.
stop() {
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}
trap 'stop; rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Starts a server that prints where it listens, waits for that line and leaves the address in $url.
start() {
    : >"$log"
    "$@" >"$log" 2>&1 </dev/null &
    server=$!
    for _ in {1..150}; do
        local line
        line=$(grep -oE '(listening|Running) on http://127\.0\.0\.1:[0-9]+$' "$log" || true)
        url=${line##* }
        if [[ -n $url ]]; then
            return
        fi
        if ! kill -0 "$server" 2>/dev/null; then
            break
        fi
        sleep 0.2
    done
    echo "$* does not say where it listens; it printed:" >&2
    cat "$log" >&2
    exit 1
}

if [[ ! -x $conformance ]]; then
    echo "there is no $conformance: run cargo build --release first" >&2
    exit 1
fi

echo "--- the packages of $here/requirements.txt"
if [[ ! -x $venv/bin/pip ]]; then
    python3 -m venv --clear "$venv"
fi
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"

echo "--- the tables against the service models of botocore"
"$venv/bin/python" "$here/facts.py"
"$venv/bin/python" "$here/facts.py" --self-test

for version in 2018-10-01 2019-01-25; do
    echo "--- our server of $version against boto3"
    start "$conformance" serve --port 0 --api-version "$version"
    "$venv/bin/python" "$here/boto3_client.py" --api-version "$version" "$url"
    stop
done

echo "--- exported scripts on a faulty server and on a correct one"
PATH=$(cd "$venv/bin" && pwd):$PATH "$venv/bin/python" "$here/exports.py" "$conformance"

echo "--- reports against the schemas of their formats"
reports=$target/third-party-reports
rm -rf "$reports"
mkdir -p "$reports/sarif/src"
# The JUnit schema of Jenkins comes with the sources of pytest, the SARIF schema of OASIS with those
# of serde-sarif; both packages are pinned.
"$venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary pytest \
    --dest "$reports" pytest==8.4.2
tar -xzf "$reports/pytest-8.4.2.tar.gz" -C "$reports" --strip-components 3 \
    pytest-8.4.2/testing/example_scripts/junit-10.xsd
printf '%s\n' '[package]' 'name = "schema"' 'version = "0.0.0"' 'edition = "2021"' \
    '[dependencies]' 'serde-sarif = "=0.8.0"' '[workspace]' >"$reports/sarif/Cargo.toml"
touch "$reports/sarif/src/lib.rs"
sarif=$(cargo metadata --quiet --format-version 1 --manifest-path "$reports/sarif/Cargo.toml" |
    grep -oE '"[^"]*/serde-sarif-0\.8\.0/Cargo\.toml"' | head -n 1 | tr -d '"')
# A run that finds something exits with 1.
make_report() {
    local code=0
    "$conformance" --json "$reports/$1.json" --save "$reports/traces" "${@:2}" >/dev/null || code=$?
    [[ $code -le 1 ]]
}
make_report correct
make_report faulty --fault route.page-skips --fault wire.created
start "$venv/bin/moto_server" -H 127.0.0.1 -p 0
make_report moto --endpoint "$url" --api-version 2019-01-25
stop
"$venv/bin/python" "$here/schemas.py" "$conformance" "$reports/junit-10.xsd" \
    "${sarif%/Cargo.toml}/src/schema.json" "$reports"/{correct,faulty,moto}.json
echo "--- the manifests against the schemas of GitHub Actions and Kubernetes"
"$venv/bin/check-jsonschema" --builtin-schema vendor.github-workflows \
    tests/manifests/github-*.yml .github/workflows/*.yml
"$venv/bin/kubernetes-validate" --strict tests/manifests/kubernetes-*.yml

echo "--- the commands in the manifests, on moto"
start "$venv/bin/moto_server" -H 127.0.0.1 -p 0
"$venv/bin/python" "$here/manifests.py" "$conformance" "$url"
stop

echo "--- our HTML report in Chromium"
browser=
for name in chromium chromium-browser google-chrome; do
    browser=${browser:-$(command -v "$name" || true)}
done
if [[ -z $browser ]]; then
    "$venv/bin/playwright" install --with-deps --only-shell chromium
fi
"$venv/bin/python" "$here/html_report.py" "$conformance" ${browser:+--browser "$browser"}

# The last step: our test against moto's server. The test itself is tests/behaviour/moto.rs.
echo "--- the test against moto"
start "$venv/bin/moto_server" -H 127.0.0.1 -p 0
APPMESH_MOTO_ENDPOINT=$url cargo test --test behaviour moto:: -- --ignored
stop
