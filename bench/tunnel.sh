# Two hosts, each a network namespace, with a cable between them and a tunnel over it; bench/compare
# and bench/soak source this file.
#
#   left 192.0.2.1 ---- v0, a veth pair ---- 192.0.2.2 right
#        10.9.0.1  ======== tunnel =========  10.9.0.2
#
# Whoever sources it has set -euo pipefail and ends through cleanup_tunnel.

readonly PORT=5201 IDLE_PERCENT=10 IDLE_PATIENCE=30
readonly left=zb$$-l right=zb$$-r
far=10.9.0.2
PATH=$PATH:/usr/sbin:/sbin
work=$(mktemp -d)
pids=()
busy_starts=0

say() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# Each command that is called, and Debian's package that holds it: require ip=iproute2 ...
require() {
  local entry
  local -a missing=()
  for entry in "$@"; do
    type -P "${entry%=*}" >/dev/null || missing+=("${entry#*=}")
  done
  ((${#missing[@]} == 0)) || { say "apt-get install --no-install-recommends ${missing[*]}"; exit 1; }
  ((EUID == 0)) || { say "network namespaces take root"; exit 1; }
}

in_left() { ip netns exec "$left" "$@"; }
in_right() { ip netns exec "$right" "$@"; }

# Tries a command every tenth of a second, for $1 seconds at most.
within() {
  local tries=$(($1 * 10))
  shift
  until "$@" >/dev/null 2>&1; do
    ((tries-- > 0)) || { say "waited in vain for: $*"; return 1; }
    sleep 0.1
  done
}

# make_hosts on|off: whether the cable takes super-packets whole, as veth does, or like a real one.
make_hosts() {
  local host
  ip netns add "$left"
  ip netns add "$right"
  ip link add v0 netns "$left" type veth peer name v0 netns "$right"
  ip -n "$left" address add 192.0.2.1/24 dev v0
  ip -n "$right" address add 192.0.2.2/24 dev v0
  for host in "$left" "$right"; do
    [[ $1 == on ]] || ip netns exec "$host" ethtool -K v0 tx-udp-segmentation off gso off tso off
    ip -n "$host" link set lo up
    ip -n "$host" link set v0 up
  done
}

remove_hosts() {
  local pid host
  for pid in ${pids[@]+"${pids[@]}"}; do
    kill "$pid" 2>/dev/null || true
  done
  for pid in ${pids[@]+"${pids[@]}"}; do
    within 5 ended "$pid" || kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  pids=()
  for host in "$left" "$right"; do
    ! ip netns pids "$host" >/dev/null 2>&1 || ip netns delete "$host"
  done
}

ended() {
  [[ ! -e /proc/$1 ]] || grep -q '^State:.Z' "/proc/$1/status"
}

cleanup_tunnel() {
  trap '' INT TERM
  remove_hosts
  rm -rf "$work"
}

# Hundredths of seconds that all cores together have worked, interrupts included.
busy_ticks() {
  awk '$1 == "cpu" { print $2 + $3 + $4 + $7 + $8 }' /proc/stat
}

# How much of the machine was in use during one second, in percent.
busy_percent() {
  local before
  before=$(busy_ticks)
  sleep 1
  echo $((($(busy_ticks) - before) / $(nproc)))
}

await_idle() {
  local busy tries
  for ((tries = 0; tries < IDLE_PATIENCE; tries++)); do
    busy=$(busy_percent)
    ((busy > IDLE_PERCENT)) || return 0
  done
  busy_starts=$((busy_starts + 1))
  say "the machine isn't idle: $busy % of it is in use by others"
}

# iperf REPORT ARGUMENT...: from left to right through the tunnel, $seconds long.
iperf() {
  local report=$1 server
  shift
  timeout $((seconds + 30)) ip netns exec "$right" iperf3 -s -1 -p $PORT >/dev/null 2>&1 &
  server=$!
  pids+=("$server")
  within 5 listening
  in_left timeout --foreground -k 2 $((seconds + 20)) \
    iperf3 -c $far -p $PORT -t "$seconds" -J "$@" >"$report" || true
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  jq -e '.end.sum_received' "$report" >/dev/null || {
    say "iperf3 $*: $(jq -r .error "$report")"
    return 1
  }
}

listening() {
  in_right ss -Hltn "sport = :$PORT" | grep -q .
}

# memory VmRSS|VmHWM PID...: the largest of these processes, in MB.
memory() {
  local field=$1 pid
  shift
  for pid in "$@"; do
    awk -v field="$field:" '$1 == field { print $2 }' "/proc/$pid/status"
  done | awk '$1 > max { max = $1 } END { printf "%.1f\n", max / 1000 }'
}

describe_machine() {
  printf '%s, %d cores, Linux %s, load %s\n' \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
    "$(nproc)" "$(uname -r)" "$(cut -d' ' -f1 /proc/loadavg)"
}
