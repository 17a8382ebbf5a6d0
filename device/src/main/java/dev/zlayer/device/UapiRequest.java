package dev.zlayer.device;

import java.util.List;

/** What is asked over the userspace interface. */
sealed interface UapiRequest {
  /** {@code get=1}: how the device is configured, and how it is doing. */
  record Get() implements UapiRequest {}

  /**
   * {@code set=1}: change the configuration.
   *
   * @param changes in the order in which they are to be made
   */
  record Set(List<UapiChange> changes) implements UapiRequest {
    public Set {
      changes = List.copyOf(changes);
    }
  }
}
