package dev.zlayer.linux;

import static java.util.Map.entry;

import java.util.Map;

/** The kernel's error numbers that we name; equal on x86-64 and aarch64. */
final class Errno {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int ESRCH = 3;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int ENXIO = 6;
  static final int EBADF = 9;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EFAULT = 14;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int ENODEV = 19;
  static final int EINVAL = 22;
  static final int ENFILE = 23;
  static final int EMFILE = 24;
  static final int ENOSYS = 38;
  static final int EBADFD = 77;
  static final int ENOTSOCK = 88;
  static final int EDESTADDRREQ = 89;
  static final int EMSGSIZE = 90;
  static final int ENOPROTOOPT = 92;
  static final int EOPNOTSUPP = 95;
  static final int EAFNOSUPPORT = 97;
  static final int EADDRINUSE = 98;
  static final int EADDRNOTAVAIL = 99;
  static final int ENETDOWN = 100;
  static final int ENETUNREACH = 101;
  static final int ENOBUFS = 105;
  static final int ETIMEDOUT = 110;
  static final int ECONNREFUSED = 111;
  static final int EHOSTDOWN = 112;
  static final int EHOSTUNREACH = 113;
  static final int ENOKEY = 126;

  private static final Map<Integer, Meaning> MEANINGS =
      Map.ofEntries(
          entry(EPERM, new Meaning("EPERM", "Operation not permitted")),
          entry(ENOENT, new Meaning("ENOENT", "No such file or directory")),
          entry(ESRCH, new Meaning("ESRCH", "No such process")),
          entry(EINTR, new Meaning("EINTR", "Interrupted system call")),
          entry(EIO, new Meaning("EIO", "Input/output error")),
          entry(ENXIO, new Meaning("ENXIO", "No such device or address")),
          entry(EBADF, new Meaning("EBADF", "Bad file descriptor")),
          entry(EAGAIN, new Meaning("EAGAIN", "Resource temporarily unavailable")),
          entry(ENOMEM, new Meaning("ENOMEM", "Cannot allocate memory")),
          entry(EACCES, new Meaning("EACCES", "Permission denied")),
          entry(EFAULT, new Meaning("EFAULT", "Bad address")),
          entry(EBUSY, new Meaning("EBUSY", "Device or resource busy")),
          entry(EEXIST, new Meaning("EEXIST", "File exists")),
          entry(ENODEV, new Meaning("ENODEV", "No such device")),
          entry(EINVAL, new Meaning("EINVAL", "Invalid argument")),
          entry(ENFILE, new Meaning("ENFILE", "Too many open files in system")),
          entry(EMFILE, new Meaning("EMFILE", "Too many open files")),
          entry(ENOSYS, new Meaning("ENOSYS", "Function not implemented")),
          entry(EBADFD, new Meaning("EBADFD", "File descriptor in bad state")),
          entry(ENOTSOCK, new Meaning("ENOTSOCK", "Socket operation on non-socket")),
          entry(EDESTADDRREQ, new Meaning("EDESTADDRREQ", "Destination address required")),
          entry(EMSGSIZE, new Meaning("EMSGSIZE", "Message too long")),
          entry(ENOPROTOOPT, new Meaning("ENOPROTOOPT", "Protocol not available")),
          entry(EOPNOTSUPP, new Meaning("EOPNOTSUPP", "Operation not supported")),
          entry(EAFNOSUPPORT, new Meaning("EAFNOSUPPORT", "Address family not supported")),
          entry(EADDRINUSE, new Meaning("EADDRINUSE", "Address already in use")),
          entry(EADDRNOTAVAIL, new Meaning("EADDRNOTAVAIL", "Cannot assign requested address")),
          entry(ENETDOWN, new Meaning("ENETDOWN", "Network is down")),
          entry(ENETUNREACH, new Meaning("ENETUNREACH", "Network is unreachable")),
          entry(ENOBUFS, new Meaning("ENOBUFS", "No buffer space available")),
          entry(ETIMEDOUT, new Meaning("ETIMEDOUT", "Connection timed out")),
          entry(ECONNREFUSED, new Meaning("ECONNREFUSED", "Connection refused")),
          entry(EHOSTDOWN, new Meaning("EHOSTDOWN", "Host is down")),
          entry(EHOSTUNREACH, new Meaning("EHOSTUNREACH", "No route to host")),
          entry(ENOKEY, new Meaning("ENOKEY", "Required key not available")));

  private Errno() {}

  /** {@code EPERM}, or {@code errno 200} for a number without a name here. */
  static String name(int errno) {
    Meaning meaning = MEANINGS.get(errno);
    return meaning == null ? "errno " + errno : meaning.name();
  }

  /** {@code EPERM (Operation not permitted)}. */
  static String describe(int errno) {
    Meaning meaning = MEANINGS.get(errno);
    return meaning == null ? name(errno) : meaning.name() + " (" + meaning.text() + ")";
  }

  private record Meaning(String name, String text) {}
}
