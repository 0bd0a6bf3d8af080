export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
unset AWS_PROFILE AWS_DEFAULT_PROFILE

# The CLI is to send what it is given, in this version of the API, and to ask once.
AWS_CONFIG_FILE=$(mktemp)
trap 'rm -f "$AWS_CONFIG_FILE"' EXIT
export AWS_CONFIG_FILE AWS_PAGER= AWS_MAX_ATTEMPTS=1
cat >"$AWS_CONFIG_FILE" <<'END'
[default]
parameter_validation = false
api_versions =
    appmesh = {{ version }}
END

# Makes a call and shows the answer: number, operation, command, and the members as JSON. A member
# that is null is not sent; the CLI would make up a token where none is named.
call() {
    printf '\n%s\n' "$1. $2: aws appmesh $3 --cli-input-json $4"
    code=0
    answer=$(by_aws "$3" "$4" 2>&1) || code=$?
    [ "$code" -eq 0 ] || case $answer in
        # What the server says of itself is an answer.
        *'An error occurred ('*) ;;
        *' endpoint URL'* | *'SSL validation failed'* | *'An HTTP Client '*) no_answer ;;
        # There is no AWS CLI.
        *) [ "$code" -ne 126 ] && [ "$code" -ne 127 ] || no_answer ;;
    esac
    printf '%s\n' "$answer" | tr -d '\000-\010\013-\037\177'
    echo "exit code $code"
{{ learn }}}

by_aws() {
    aws appmesh "$1" --cli-input-json "$2" --no-paginate --output json \
        --region "${AWS_REGION:-us-east-1}" --endpoint-url "$ENDPOINT"
}

