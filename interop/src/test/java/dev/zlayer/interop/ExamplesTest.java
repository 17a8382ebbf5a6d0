package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs of {@code examples}, as their own comments say that they are used.
 *
 * <pre>
 *   left 192.0.2.1 ------ 192.0.2.2 right
 * </pre>
 */
@Tag("root")
class ExamplesTest {
  private static final Pattern TOKEN = Pattern.compile("zlt1_\\S+");

  @TempDir private Path folder;

  private final Topology network = new Topology();
  private Netns left;
  private Netns right;

  @BeforeEach
  void connect() {
    left = network.namespace();
    right = network.namespace();
    network.connect(left.nic("192.0.2.1/24"), right.nic("192.0.2.2/24"));
  }

  @AfterEach
  void removeNetwork() {
    network.close();
  }

  private TypedProgram run(Netns host, String name, String... arguments) throws IOException {
    String[] words = new String[arguments.length + 2];
    words[0] = "-m";
    words[1] = "dev.zlayer.examples/dev.zlayer.examples." + name;
    System.arraycopy(arguments, 0, words, 2, arguments.length);
    Path keyboard = folder.resolve(name + "-" + host.name());
    return new TypedProgram(
        host, keyboard, ":" + Readme.ROOT.resolve("examples/target/classes"), words);
  }

  @Test
  void chatCarriesWhatIsTypedUnderTheWritersName() throws IOException {
    String here = folder.resolve("leader").toString();
    String there = folder.resolve("bob").toString();
    try (TypedProgram leader = run(left, "Chat", "lead", "192.0.2.1:51820", here)) {
      leader.awaits("Here is 10.200.0.1");
      leader.enter("/invite bob");
      leader.awaits("zlt1_");
      try (TypedProgram bob = run(right, "Chat", "join", leader.printed(TOKEN), there)) {
        bob.awaits("Here is 10.200.0.");
        bob.enter("good morning");
        leader.awaits("bob: good morning");
        leader.enter("hello, Bob");
        bob.awaits("leader: hello, Bob");
      }
    }
  }

  @Test
  void serviceIsFoundByItsName() throws IOException {
    Node leader = Node.init(left, "192.0.2.1:51820", folder);
    Node worker = Node.join(leader, right, "192.0.2.2:51820", folder, "10.200.0.2");
    leader.add(worker);
    try (TypedProgram service =
        run(left, "TimeService", "serve", leader.dataDirectory().toString())) {
      service.awaits("Serving as time.overlay.local");
      try (TypedProgram client =
          run(right, "TimeService", "ask", worker.dataDirectory().toString())) {
        client.ends();
        String greeting = "Hello " + worker.interfaceName() + ", it is 20";
        assertTrue(client.output().contains(greeting), client.output());
      }
      service.enter("");
      service.ends();
    }
  }

  @Test
  void watchTellsWhoComesAndGoes() throws IOException {
    Node leader = Node.init(left, "192.0.2.1:51820", folder);
    Node worker = Node.join(leader, right, "192.0.2.2:51820", folder, "10.200.0.2");
    leader.add(worker);
    leader.up();
    RunningCommand running = worker.up();
    try (TypedProgram watch = run(left, "HealthWatch", leader.dataDirectory().toString())) {
      watch.awaits(worker.interfaceName() + " is UP");
      running.stop();
      watch.awaits(worker.interfaceName() + " is DOWN");
      watch.enter("");
      watch.ends();
    }
  }
}
