#!/bin/sh
{% for line in script.title %}# {{ line }}
{% endfor %}#
# Needs {{ needs }}. ENDPOINT names another server. Names begin with PREFIX, a fresh one
# each time; what is made is deleted at the end.
set -eu

ENDPOINT=${ENDPOINT:-{{ endpoint }}}
PREFIX=${PREFIX:-x$(date +%s)-$$-}
AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-testing}
AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-testing}

# Ends the script: without an answer there is nothing to see. The reason is in $answer.
no_answer() {
    answer=$(printf '%s' "$answer" | tr -s '\000-\040\177' '[ *]')
    printf 'no answer from %s: %s\n' "$ENDPOINT" "${answer# }" >&2
    exit 1
}
{% if script.longest > 0 %}
# Prints a name of a given length.
spell() (
    LC_ALL=C
    printf "%.$2s" "$PREFIX$1"{{ filling }}
)
{% endif %}