package dev.zlayer.linux;

import dev.zlayer.memory.RawMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Follows a TUN interface that others rename, change, or move to another network namespace. For one
 * thread at a time; the device must stay open.
 *
 * <p>The kernel tells who listens in a namespace of the changes there. A move shows as the
 * interface's end in the old one: we then listen in the new one, and look anew.
 */
public final class LinkWatch implements AutoCloseable {
  /** What an event says isn't read, only that there was one. */
  private static final int EVENT_BYTES = 1;

  private final TunDevice tun;
  private Optional<Namespace> namespace = Optional.empty();
  private Optional<Link> last = Optional.empty();

  /** What we have open in the interface's namespace, which {@code id} tells from others. */
  private record Namespace(Path id, Netlink netlink, Descriptor events) implements AutoCloseable {
    static Namespace open(Path file) throws IOException {
      return NetworkNamespace.open(
          file,
          () -> {
            Descriptor events = NetlinkSocket.openLinkEvents();
            try {
              return new Namespace(Files.readSymbolicLink(file), Netlink.open(), events);
            } catch (IOException | RuntimeException e) {
              events.close();
              throw e;
            }
          });
    }

    @Override
    public void close() {
      events.close();
      netlink.close();
    }
  }

  public LinkWatch(TunDevice tun) {
    this.tun = tun;
  }

  /**
   * Waits until the interface is other than it was returned last; returns at once what it is when
   * it is called first.
   *
   * @return empty when the wakeup was signalled or the interface is gone
   * @throws IOException when the interface's namespace may not be entered
   */
  public Optional<Link> next(Wakeup wakeup) throws IOException {
    try {
      while (true) {
        Namespace present = present();
        forgetEvents(present);
        Optional<Link> link = find(present);
        if (link.isPresent() && !link.equals(last)) {
          last = link;
          return link;
        }
        // Where it isn't under its name, it was renamed or moved since we asked.
        if (link.isPresent() && !Poll.readable(present.events.fd(), wakeup)) {
          return Optional.empty();
        }
      }
    } catch (NativeException e) {
      if (e.errno() == Errno.EBADFD) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Namespace present() throws IOException {
    try (Descriptor file = tun.namespace()) {
      Path id = Files.readSymbolicLink(file.path());
      if (namespace.isPresent() && namespace.get().id.equals(id)) {
        return namespace.get();
      }
      close();
      Namespace opened = Namespace.open(file.path());
      namespace = Optional.of(opened);
      return opened;
    }
  }

  private Optional<Link> find(Namespace present) throws NativeException {
    try {
      return Optional.of(present.netlink.link(tun.presentName()));
    } catch (NativeException e) {
      if (e.errno() == Errno.ENODEV) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static void forgetEvents(Namespace present) throws NativeException {
    try (Arena arena = Arena.ofConfined()) {
      long buffer = RawMemory.allocate(arena, EVENT_BYTES);
      int result = 0;
      // ENOBUFS: there were more events than the kernel keeps, which is one event to us.
      while (result >= 0 || result == -Errno.ENOBUFS || result == -Errno.EINTR) {
        result = LibC.recvfrom(present.events.fd(), buffer, EVENT_BYTES, 0, 0, 0);
      }
      if (result != -Errno.EAGAIN) {
        throw new NativeException("recvfrom netlink events", -result);
      }
    }
  }

  @Override
  public void close() {
    namespace.ifPresent(Namespace::close);
    namespace = Optional.empty();
  }
}
