package dev.packageforge;

import java.util.Locale;

/** How far an upload has come, in order. */
public enum UploadState {
  /** It was begun; what became of it is not known. */
  SENT,
  /** The registry says that the version is taken; whose it is, it does not show yet. */
  TAKEN,
  /** The registry said that it took it. */
  ACCEPTED,
  /** The registry shows it, under the digest that was approved. */
  VISIBLE,
  /** What the registry serves was fetched, and is what was approved. */
  VERIFIED;

  /** The name people see: {@code accepted}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
