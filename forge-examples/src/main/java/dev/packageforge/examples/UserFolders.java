package dev.packageforge.examples;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Where this system keeps what belongs to a user: the XDG base directories, or what macOS and
 * Windows have in their place.
 *
 * @param home the user's home
 * @param data the folder for what the command keeps
 * @param settings the user's own settings file
 */
record UserFolders(Path home, Path data, Path settings) {
  private static final String NAME = "package-forge";
  private static final String FILE = "config.properties";

  static UserFolders of(Surroundings around) {
    String system = around.property("os.name").orElse("").toLowerCase(Locale.ROOT);
    Path home =
        Path.of(
            around
                .variable("HOME")
                .filter(variable -> !system.startsWith("windows") && Path.of(variable).isAbsolute())
                .or(() -> around.property("user.home"))
                .orElse("."));
    Path data;
    Path config;
    if (system.startsWith("windows")) {
      data = base(around, "LOCALAPPDATA", home.resolve("AppData").resolve("Local"));
      config = base(around, "APPDATA", home.resolve("AppData").resolve("Roaming"));
    } else if (system.startsWith("mac")) {
      Path library = home.resolve("Library").resolve("Application Support");
      data = base(around, "XDG_DATA_HOME", library);
      config = base(around, "XDG_CONFIG_HOME", library);
    } else {
      data = base(around, "XDG_DATA_HOME", home.resolve(".local").resolve("share"));
      config = base(around, "XDG_CONFIG_HOME", home.resolve(".config"));
    }
    return new UserFolders(home, data.resolve(NAME), config.resolve(NAME).resolve(FILE));
  }

  /** The XDG specification says that relative values are to be ignored. */
  private static Path base(Surroundings around, String variable, Path fallback) {
    return around.variable(variable).map(Path::of).filter(Path::isAbsolute).orElse(fallback);
  }
}
