# The JVM's options; the launcher and aot-cache source this file.
#
# A JVM refuses an AOT cache that was made under another collector, other object headers or another
# module path: those are the same for all commands.

# Sets JAVA_OPTIONS for the subcommand $1 of the application in $2.
choose_java_options() {
  local -a heap
  case $1 in
    # Nodes and what may become one; the code cache is in one piece, or its largest part would be
    # full, and the collector called to empty it, while half of it is free.
    up | device | join | demo)
      heap=(-Xms8m -Xmx64m -XX:ReservedCodeCacheSize=24m)
      ;;
    # Over before the second compiler has paid off.
    *)
      heap=(-Xms8m -Xmx64m -XX:ReservedCodeCacheSize=24m -XX:TieredStopAtLevel=1)
      ;;
  esac
  JAVA_OPTIONS=(
    -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xss256k "${heap[@]}"
    --enable-native-access=dev.zlayer.memory,dev.zlayer.crypto,dev.zlayer.linux
    -p "$2"
  )
}
