package dev.packageforge.examples;

import dev.packageforge.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings one file holds. A line that means nothing to us is an error, not a surprise. */
final class SettingsFile {
  private static final long MAX_BYTES = 1024 * 1024;

  private final Map<Setting, Settings.Value> values = new EnumMap<>(Setting.class);
  private final Map<Setting, Integer> ranks = new EnumMap<>(Setting.class);
  private final String name;

  private SettingsFile(String name) {
    this.name = name;
  }

  /**
   * Reads {@code .env}: {@code NAME=value}, {@code export NAME="value"}. Other programs keep theirs
   * there too, so only names that begin with {@code FORGE_}, and those we know, are ours.
   */
  static SettingsFile dotEnv(Path folder) {
    SettingsFile file = new SettingsFile(".env");
    List<String> lines = lines(folder.resolve(".env"), file.name);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.startsWith("export ")) {
        line = line.substring("export ".length()).strip();
      }
      int equals = line.indexOf('=');
      String variable = equals < 0 ? line : line.substring(0, equals).strip();
      Optional<Setting> setting = Setting.ofVariable(variable);
      if (setting.isEmpty() && variable.startsWith("FORGE_") && !known(variable)) {
        throw file.unknown(variable, i + 1);
      }
      if (setting.isPresent() && equals < 0) {
        throw new CommandException(
            Exit.USAGE,
            ".env line " + (i + 1) + " names " + variable + " and gives it no value.",
            "Write it as " + variable + "=value, or remove the line.");
      }
      if (setting.isPresent()) {
        String text = unquoted(line.substring(equals + 1).strip());
        if (!text.isBlank()) {
          file.putFirst(setting.get(), variable, text, i + 1);
        }
      }
    }
    return file;
  }

  /** Reads the user's own file: {@code key = value}, comments after {@code #} at a line's start. */
  static SettingsFile own(UserFolders folders) {
    Path path = folders.settings();
    SettingsFile file = new SettingsFile(path.toString());
    List<String> lines = lines(path, file.name);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#") || line.startsWith("!")) {
        continue;
      }
      int equals = line.indexOf('=');
      String key = equals < 0 ? line : line.substring(0, equals).strip();
      Optional<Setting> setting = Setting.ofKey(key);
      if (setting.isEmpty() || equals < 0) {
        throw file.unknown(key, i + 1);
      }
      file.put(setting.get(), line.substring(equals + 1).strip(), i + 1);
    }
    return file;
  }

  Optional<Settings.Value> find(Setting setting) {
    return Optional.ofNullable(values.get(setting));
  }

  /** Of several variables of one setting the first of its list counts, wherever it stands. */
  private void putFirst(Setting setting, String variable, String text, int line) {
    int rank = setting.variables().indexOf(variable);
    if (ranks.getOrDefault(setting, rank) >= rank) {
      ranks.put(setting, rank);
      put(setting, text, line);
    }
  }

  private void put(Setting setting, String text, int line) {
    values.put(setting, new Settings.Value(setting, text, name + " line " + line));
  }

  /** Read by {@link ForgeMain}, and no setting. */
  private static boolean known(String variable) {
    return variable.equals("FORGE_DEBUG");
  }

  private CommandException unknown(String key, int line) {
    return new CommandException(
        Exit.USAGE,
        name + " line " + line + " sets \"" + Text.visible(key, 60) + "\", which is no setting.",
        "Correct or remove the line; the command config lists the settings.");
  }

  private static String unquoted(String text) {
    for (String quote : List.of("\"", "'")) {
      if (text.startsWith(quote)) {
        int end = text.indexOf(quote, 1);
        return end < 0 ? text : text.substring(1, end);
      }
    }
    int comment = text.indexOf(" #");
    return comment < 0 ? text : text.substring(0, comment).strip();
  }

  private static List<String> lines(Path path, String name) {
    if (!Files.isRegularFile(path)) {
      return List.of();
    }
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new IOException("it is larger than " + MAX_BYTES + " bytes");
      }
      // Not decoded strictly: a strange byte in somebody else's line is not our concern.
      return new String(Files.readAllBytes(path), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new CommandException(
          Exit.USAGE,
          name + " cannot be read: " + Words.reason(e) + ".",
          "Make it readable, or move it away.",
          e);
    }
  }
}
