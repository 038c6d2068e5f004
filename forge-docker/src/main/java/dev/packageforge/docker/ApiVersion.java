package dev.packageforge.docker;

import dev.packageforge.Text;
import dev.packageforge.sandbox.SandboxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which version of its protocol is spoken with an engine. */
final class ApiVersion {
  // From Docker 19.03 on; Podman offers 1.40 and later.
  private static final int OLDEST = 40;
  // The newest whose changes were read. A newer engine still speaks it.
  private static final int NEWEST = 51;
  private static final Pattern FORM = Pattern.compile("1\\.(\\d{1,4})(\\.\\d+)?");

  private ApiVersion() {}

  /**
   * The newest version that both sides speak.
   *
   * @param offered the engine's newest
   * @throws SandboxException if there is none
   */
  static String agreed(String offered, EngineAddress place) {
    Matcher matcher = FORM.matcher(offered.strip());
    int minor = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    if (minor < OLDEST) {
      throw new SandboxException(
          "The container engine at "
              + place
              + " speaks version "
              + Text.visible(offered, 40)
              + " of its protocol; 1."
              + OLDEST
              + " is needed.",
          "Update the engine.",
          false,
          null);
    }
    return "1." + Math.min(minor, NEWEST);
  }
}
