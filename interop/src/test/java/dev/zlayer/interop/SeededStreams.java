package dev.zlayer.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a host does in a bulk transfer: it sends a stream of pseudo-random bytes to each of some
 * addresses, and at the same time takes in as many. Prints the digest of each, {@code sent 0 ...}
 * and {@code received 0 ...}, where the number is that of the address. A program, since a JVM lives
 * in one network namespace; without dependencies, so that its class is all it takes.
 */
final class SeededStreams {
  private static final int PORT = 7000;
  private static final int CHUNK_BYTES = 1 << 16;
  private static final int CONNECT_TRIES = 300;
  private static final long PAUSE_MILLIS = 100;

  private SeededStreams() {}

  /** Seed, bytes of each stream, the addresses to send to. */
  public static void main(String[] arguments) throws Exception {
    long seed = Long.parseLong(arguments[0]);
    long bytes = Long.parseLong(arguments[1]);
    List<String> targets = List.of(arguments).subList(2, arguments.length);
    List<Future<String>> lines = new ArrayList<>();
    try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new);
        ServerSocket server = new ServerSocket(PORT)) {
      for (int i = 0; i < targets.size(); i++) {
        int number = i;
        String target = targets.get(i);
        lines.add(threads.submit(() -> send(number, target, seed + number, bytes)));
      }
      for (int i = 0; i < targets.size(); i++) {
        Socket connection = server.accept();
        lines.add(threads.submit((Callable<String>) () -> receive(connection)));
      }
      for (Future<String> line : lines) {
        System.out.println(line.get());
      }
    }
  }

  private static String send(int number, String target, long seed, long bytes)
      throws IOException, InterruptedException {
    MessageDigest digest = sha256();
    try (Socket connection = connect(target);
        OutputStream plain = connection.getOutputStream();
        OutputStream stream = new DigestOutputStream(plain, digest)) {
      plain.write(number);
      SplittableRandom random = new SplittableRandom(seed);
      byte[] chunk = new byte[CHUNK_BYTES];
      for (long left = bytes; left > 0; left -= CHUNK_BYTES) {
        random.nextBytes(chunk);
        stream.write(chunk, 0, (int) Math.min(left, CHUNK_BYTES));
      }
    }
    return "sent " + number + " " + HexFormat.of().formatHex(digest.digest());
  }

  /** The other host may not listen yet. */
  private static Socket connect(String target) throws IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral(target), PORT));
        return socket;
      } catch (IOException e) {
        socket.close();
        if (tries == CONNECT_TRIES) {
          throw e;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private static String receive(Socket connection) throws IOException {
    MessageDigest digest = sha256();
    try (connection;
        InputStream plain = connection.getInputStream()) {
      int number = plain.read();
      InputStream stream = new DigestInputStream(plain, digest);
      byte[] chunk = new byte[CHUNK_BYTES];
      while (stream.read(chunk) >= 0) {
        // The digest takes it in.
      }
      return "received " + number + " " + HexFormat.of().formatHex(digest.digest());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
