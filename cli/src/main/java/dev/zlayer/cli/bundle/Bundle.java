package dev.zlayer.cli.bundle;

import dev.zlayer.cli.doctor.Checkup;
import dev.zlayer.cli.doctor.FindingsJson;
import dev.zlayer.cli.doctor.Patient;
import dev.zlayer.overlay.control.NodeJson;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.IoReason;
import dev.zlayer.overlay.state.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;

/**
 * What somebody else needs to know who is asked for help: texts by their names in the bundle,
 * without secrets.
 */
public record Bundle(Map<String, String> texts) {
  /** The data directory of the packaged service. */
  private static final Path SERVICE = Path.of("/var/lib/zlayer");

  /**
   * Puts it together.
   *
   * @param anonymised whether keys, addresses and names of hosts are replaced by placeholders
   */
  public static Bundle of(DataDirectory directory, boolean anonymised) {
    Patient patient = Patient.of(directory);
    Redaction redaction = new Redaction();
    Map<String, String> texts = new LinkedHashMap<>();
    // First, since it tells which keys are public.
    texts.put("state.json", state(directory, redaction));
    texts.put("system.txt", Machine.describe());
    texts.put("doctor.json", NodeJson.text(FindingsJson.of(Checkup.of(patient))));
    patient
        .status()
        .ifPresent(status -> texts.put("status.json", NodeJson.text(NodeJson.of(status))));
    texts.put("network.txt", Machine.network());
    texts.put("resolver.txt", Machine.resolver());
    Machine.log(directory).ifPresent(log -> texts.put("log.txt", log));
    if (directory.path().equals(SERVICE)) {
      Machine.journal().ifPresent(journal -> texts.put("journal.txt", journal));
    }
    texts.replaceAll((name, text) -> redaction.text(text));
    if (anonymised) {
      Anonymity anonymity = new Anonymity(HostNames.of(patient));
      texts.replaceAll((name, text) -> anonymity.text(text));
    }
    return new Bundle(texts);
  }

  /** A state that isn't one is left out as a whole: where its secrets are can't be told. */
  private static String state(DataDirectory directory, Redaction redaction) {
    Path file = directory.stateFile();
    try {
      return JsonText.indented(redaction.state(JsonText.parse(Files.readAllBytes(file))));
    } catch (IOException e) {
      return "can't be read: " + IoReason.of(e);
    } catch (JacksonException | NumberFormatException e) {
      return "is damaged, and left out";
    }
  }
}
