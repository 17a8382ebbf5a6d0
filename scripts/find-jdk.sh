# Finds a JDK; the launcher and run-tests source this file.
#
# A JDK's version comes from its `release` file: starting a JVM to ask for it would cost more than
# all the rest of the launcher together.

readonly MINIMUM_JDK=25

# Sets JDK_HOME: to JAVA_HOME, else to the home of the java on the PATH, else to the newest one in
# the usual places. Returns 1 where none is new enough, after saying so on stderr.
find_jdk() {
  local java home newest=0
  if read_jdk_version "${JAVA_HOME:-}"; then
    JDK_HOME=$JAVA_HOME
    return 0
  fi
  java=$(readlink -f "$(type -P java)") || java=
  if read_jdk_version "${java%/bin/java}"; then
    JDK_HOME=${java%/bin/java}
    return 0
  fi
  for home in /usr/lib/jvm/* /opt/java/* /opt/jdk* /usr/local/openjdk* /usr/java/* \
    ~/.sdkman/candidates/java/* ~/.jdks/*; do
    if read_jdk_version "$home" && ((JDK_VERSION > newest)); then
      newest=$JDK_VERSION
      JDK_HOME=$home
    fi
  done
  ((newest > 0)) || { explain_missing_jdk; return 1; }
}

# Sets JDK_VERSION to the version of the JDK at $1 as one number that orders versions. Returns 1
# where $1 holds no JDK (a runtime without compiler is none) or one that is too old.
read_jdk_version() {
  local line version=
  [[ -n $1 && -x $1/bin/java && -x $1/bin/javac ]] || return 1
  if [[ -r $1/release ]]; then
    while IFS= read -r line || [[ -n $line ]]; do
      [[ $line == JAVA_VERSION=* ]] && version=${line#JAVA_VERSION=}
    done <"$1/release"
  else
    version=$("$1/bin/java" --version 2>/dev/null | sed -n '1s/^[^ ]* \([^ ]*\).*/\1/p') || true
  fi
  [[ ${version//\"/} =~ ^([0-9]+)(\.([0-9]+))?(\.([0-9]+))? ]] || return 1
  JDK_VERSION=$((BASH_REMATCH[1] * 1000000 + 10#0${BASH_REMATCH[3]:-} * 1000 + \
    10#0${BASH_REMATCH[5]:-}))
  ((BASH_REMATCH[1] >= MINIMUM_JDK))
}

explain_missing_jdk() {
  cat >&2 <<MESSAGE
${0##*/}: found no JDK of version $MINIMUM_JDK or newer.
Install one, for example Temurin $MINIMUM_JDK (https://adoptium.net) or, where Debian has it,
    apt-get install openjdk-$MINIMUM_JDK-jdk-headless
or set JAVA_HOME to the folder of one. Looked at JAVA_HOME (${JAVA_HOME:-not set}), the PATH,
/usr/lib/jvm, /opt/java, /opt/jdk*, /usr/local/openjdk*, /usr/java, ~/.sdkman/candidates/java
and ~/.jdks.
MESSAGE
}
