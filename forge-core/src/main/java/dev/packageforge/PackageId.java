package dev.packageforge;

import java.util.regex.Pattern;

/**
 * A package's name and version. What else a name must keep to is the toolchain's business.
 *
 * @param name 1 to 214 visible ASCII characters
 * @param version 1 to 100 visible ASCII characters
 */
public record PackageId(String name, String version) {
  private static final Pattern NAME = Pattern.compile("[!-~]{1,214}");
  private static final Pattern VERSION = Pattern.compile("[!-~]{1,100}");

  /** Checks both. */
  public PackageId {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "not a package's name: \"" + Text.visible(name, 80) + "\"");
    }
    if (!VERSION.matcher(version).matches()) {
      throw new IllegalArgumentException("not a version: \"" + Text.visible(version, 80) + "\"");
    }
  }

  /** {@code name@version}. */
  @Override
  public String toString() {
    return name + "@" + version;
  }
}
