package dev.packageforge.examples;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/** Gives commands a flag for every setting that is no secret. */
final class SettingFlags {
  private final Map<Setting, String> given = new EnumMap<>(Setting.class);

  void addTo(CommandSpec command) {
    ArgGroupSpec.Builder group =
        ArgGroupSpec.builder()
            .heading("Settings, which variables and files may hold as well (see: config):%n")
            .exclusive(false)
            .multiplicity("0..1");
    for (Setting setting : Setting.values()) {
      if (!setting.secret()) {
        group.addArg(
            OptionSpec.builder(setting.flag())
                .paramLabel("VALUE")
                .type(String.class)
                .description(setting.meaning() + ": " + setting.accepted())
                .setter(setter(setting))
                .build());
      }
    }
    command.addArgGroup(group.build());
    command.usageMessage().abbreviateSynopsis(true);
  }

  /** What was said. */
  Map<Setting, String> given() {
    return given;
  }

  private ISetter setter(Setting setting) {
    return new ISetter() {
      @Override
      public <T> @Nullable T set(T value) {
        if (value != null) {
          given.put(setting, value.toString());
        }
        return null;
      }
    };
  }
}
