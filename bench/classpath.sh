# Sourced by what runs classes of this module: builds them, and sets JDK_HOME, BENCH_CLASSPATH and
# BENCH_OPTIONS. Needs `root`; goes there.
cd "$root"
source scripts/find-jdk.sh
find_jdk

JAVA_HOME=$JDK_HOME mvn -B -q -ntp -pl bench -am -Dspotless.check.skip=true \
  compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
BENCH_CLASSPATH=bench/target/classes:$(<bench/target/bench.classpath)
BENCH_OPTIONS=(
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC
)
