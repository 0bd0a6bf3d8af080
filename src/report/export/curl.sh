
# Sends a call by curl and shows the answer: number, operation, method, path, and the body if
# there is one.
send() {
    printf '\n%s\n' "$1. $2: $3 $4"
    if [ $# -gt 4 ]; then
        set -- "$3" "$4" --header 'Content-Type: application/json' --data-raw "$5"
    else
        set -- "$3" "$4"
    fi
    method=$1
    path=$2
    shift 2
    if [ -n "${AWS_SESSION_TOKEN:-}" ]; then
        set -- "$@" --header "X-Amz-Security-Token: $AWS_SESSION_TOKEN"
    fi
    answer=$(by_curl --include --request "$method" "$@" "$ENDPOINT$path" 2>&1) || case $answer in
        HTTP/*) answer="no whole answer: $answer" ;;
        *) no_answer ;;
    esac
    printf '%s\n' "$answer" | tr -d '\000-\010\013-\037\177'
{{ learn }}}

by_curl() {
    curl --silent --show-error --noproxy '*' --path-as-is --globoff --max-time 60 \
        --aws-sigv4 "aws:amz:${AWS_REGION:-us-east-1}:appmesh" \
        --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" "$@"
}
{{ encoding }}