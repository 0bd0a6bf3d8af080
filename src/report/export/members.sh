
# Prints = and a text member of the last answer as JSON has it; nothing if there is none.
member() {
    printf '%s\n' "$answer" |
        sed -nE 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*"(([^"\\]|\\.)*)".*/=\1/p' | head -n 1
}

# Prints a text as JSON has it, fit for a path.
encode() {
    printf '%s' "$1" | sed 's/\\\(["\\/]\)/\1/g' | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g'
}
{% if script.owner.is_some() %}
owner=
{% endif %}