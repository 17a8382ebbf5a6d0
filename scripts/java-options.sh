# The JVM's options; the launchers and aot-cache source this file.
#
# A JVM refuses an AOT cache that was made under another collector, other object headers or another
# module path.

# Sets JAVA_OPTIONS and AOT_CACHE, the name of the cache that fits them, for the subcommand $1 of
# the application in $2.
choose_java_options() {
  local -a options
  case $1 in
    # What is a node or a device, or can become one.
    up | device | join)
      AOT_CACHE=node.aot
      # Else the collector is called, for all of the heap, when 15 % of the code cache are filled.
      options=(-Xms8m -Xmx64m -XX:ReservedCodeCacheSize=24m -XX:SweeperThreshold=100)
      # What a packet passes through is compiled after a few packets instead of thousands: a quiet
      # node sees few, and interpreted code takes a ping twice as long.
      local package
      options+=(-XX:CompileCommand=quiet)
      for package in memory crypto wireguard linux device; do
        options+=("-XX:CompileCommand=CompileThresholdScaling,dev.zlayer.$package.*::*,0.02")
      done
      ;;
    # What is over before the second compiler or a collection has paid off.
    *)
      AOT_CACHE=command.aot
      options=(-Xmn24m -Xmx64m -XX:TieredStopAtLevel=1)
      ;;
  esac
  # A cache knows each jar by its path, and fits none other: this one is the same wherever the
  # application is. The JVM inherits the descriptor.
  exec 9<"$2"
  JAVA_OPTIONS=(
    -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xss256k "${options[@]}"
    # Named, or every jar is searched for another one.
    -Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider
    --enable-native-access=dev.zlayer.memory,dev.zlayer.crypto,dev.zlayer.linux
    -p /proc/self/fd/9
  )
}

# Becomes the JVM of $1 that runs the command of the launcher $2 with the AOT cache $3, which may be
# empty or missing; further arguments are the command's. The options are chosen before.
become_java() {
  local java=$1/bin/java launcher=$2 cache=$3
  local -a further_options
  # The JVM finds out whether the cache fits, and does without where it doesn't. It would say so on
  # standard output.
  if [[ -r $cache ]]; then
    JAVA_OPTIONS+=("-XX:AOTCache=$cache" "-Xlog:aot*=off" "-Xlog:cds*=off")
  fi
  read -ra further_options <<<"${ZLAYER_JAVA_OPTS:-}"
  exec "$java" "${JAVA_OPTIONS[@]}" "-Dzlayer.launcher=$launcher" \
    ${further_options[@]+"${further_options[@]}"} \
    -m dev.zlayer.cli/dev.zlayer.cli.Main "${@:4}"
}
