package dev.zlayer.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Reads one request of the userspace interface, line by line. Nothing is done before all of it was
 * understood.
 */
final class UapiParser {
  private enum Operation {
    GET,
    SET
  }

  private final ToIntFunction<String> interfaceIndex;
  private final List<UapiChange> changes = new ArrayList<>();
  private Optional<Operation> operation = Optional.empty();

  /** The peer that lines apply to; before the first one they apply to the device. */
  private Optional<UapiPeerSection> peer = Optional.empty();

  private int lines;

  /**
   * @param interfaceIndex of the interface that an endpoint names; 0 if there is none
   */
  UapiParser(ToIntFunction<String> interfaceIndex) {
    this.interfaceIndex = interfaceIndex;
  }

  /**
   * Takes the next line of the request, without its end.
   *
   * @throws UapiRefusal if it isn't a line of the protocol; the request is void then
   */
  void take(String line) throws UapiRefusal {
    lines++;
    try {
      int equals = line.indexOf('=');
      if (equals < 0) {
        throw new UapiRefusal(UapiRefusal.EPROTO, "not KEY=VALUE");
      }
      take(line.substring(0, equals), line.substring(equals + 1));
    } catch (UapiRefusal e) {
      throw e.at(lines);
    }
  }

  /** The request, which the empty line ended. */
  UapiRequest finish() throws UapiRefusal {
    if (operation.isEmpty()) {
      throw new UapiRefusal(UapiRefusal.EPROTO, "an empty request");
    }
    return switch (operation.get()) {
      case GET -> new UapiRequest.Get();
      case SET -> {
        finishPeer();
        yield new UapiRequest.Set(changes);
      }
    };
  }

  private void take(String key, String value) throws UapiRefusal {
    if (operation.isEmpty()) {
      operation = Optional.of(operation(key, value));
    } else if (operation.get() == Operation.GET) {
      throw UapiRefusal.malformed("get=1 takes no further lines");
    } else if (key.equals("public_key")) {
      finishPeer();
      peer = Optional.of(new UapiPeerSection(UapiValue.publicKey(key, value), interfaceIndex));
    } else if (peer.isPresent()) {
      peer.get().take(key, value);
    } else {
      changes.add(deviceChange(key, value));
    }
  }

  private void finishPeer() {
    peer.ifPresent(section -> changes.add(section.change()));
  }

  private static Operation operation(String key, String value) throws UapiRefusal {
    Operation operation =
        switch (key) {
          case "get" -> Operation.GET;
          case "set" -> Operation.SET;
          default -> throw UapiRefusal.malformed("neither get=1 nor set=1");
        };
    UapiValue.require(key, value, "1");
    return operation;
  }

  private static UapiChange deviceChange(String key, String value) throws UapiRefusal {
    return switch (key) {
      case "private_key" -> new UapiChange.OwnKey(UapiValue.privateKey(key, value));
      case "listen_port" -> new UapiChange.ListenPort(UapiValue.unsignedShort(key, value));
      case "fwmark" -> new UapiChange.FwMark(UapiValue.unsignedInt(key, value));
      case "replace_peers" -> {
        UapiValue.require(key, value, "true");
        yield new UapiChange.RemoveAllPeers();
      }
      default -> throw UapiRefusal.malformed("not a key of a device");
    };
  }
}
