# For the parts, which are sh and read this file first: servers that end with the part, medians, rows of the table.
set -u
servers=''
trap 'stop_servers' EXIT
trap 'exit 143' INT TERM HUP

here=$WORK/$(basename "$(dirname "$0")")-$(echo "$PINNED" | tr ' ' '-')
mkdir -p "$here"

problem() { printf 'bench: %s\n' "$*" >&2; exit 1; }

# serve LOG PROGRAM ARG...: starts a server on the cores of this part.
serve() {
  output=$1
  shift
  # shellcheck disable=SC2086 # words
  timeout 900 $PIN "$@" >"$output" 2>&1 </dev/null &
  server=$!
  servers="$servers $server"
}

stop_servers() {
  for server in $servers; do kill "$server" 2>/dev/null; done
  for server in $servers; do wait "$server" 2>/dev/null; done
  servers=''
}

# until_ready LOG TEXT: waits until a server wrote so, a minute at most.
until_ready() {
  waited=0
  until grep -q "$2" "$1" 2>/dev/null; do
    waited=$((waited + 1))
    kill -0 "$server" 2>/dev/null && [ "$waited" -lt 600 ] || { cat "$1" >&2; problem "a server did not start"; }
    sleep 0.1
  done
}

until_socket() {
  waited=0
  until [ -S "$1" ]; do
    waited=$((waited + 1))
    kill -0 "$server" 2>/dev/null && [ "$waited" -lt 600 ] || problem "no server came up on $1"
    sleep 0.1
  done
}

# limited SECONDS PROGRAM ARG...: runs a program on the cores of this part.
limited() {
  within=$1
  shift
  # shellcheck disable=SC2086 # words
  timeout "$within" $PIN "$@"
}

# The options of a JVM as `./stoa` starts one that stays, in files, because paths may have blanks.
jvm_compiled=$here/compiled.args jvm_interpreted=$here/interpreted.args
quoted() { printf '"%s"\n' "$1" | sed 's/\\/\\\\/g'; }
jvm() { # CLASSPATH
  printf '%s\n-cp\n' "$COMMON"
  quoted "$CLASSES:$1"
}
jvm "$CLASSPATH" >"$jvm_interpreted"
if [ -n "$JIT" ]; then
  { printf '%s\n' "$JIT"; jvm "$LASTING"; } >"$jvm_compiled"
else
  cp "$jvm_interpreted" "$jvm_compiled"
fi

# The middle one of the numbers in a file, one a line.
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { if (NR == 0) exit 1; print v[int((NR + 1) / 2)] }'; }

# row FIGURE UNIT MEASURED PEER'S_FIGURE PEER RULE TARGET NOTE
row() { printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$PINNED" "$2" "$3" "$4" "$5" "$6" "$7" "$8" >>"$ROWS"; }
