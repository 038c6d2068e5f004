package dev.packageforge.npm;

import dev.packageforge.testing.Requirement;
import java.nio.file.Path;

/** The tools that judge artifacts, fetched once for all tests of this module. */
final class LintTools {
  private static final Path FOLDER = Path.of("target", "toolbox");

  private LintTools() {}

  /** Goes on only if they are there, or could be fetched. */
  static Path folder() throws InterruptedException {
    Machine.needNode();
    LintToolbox.Kit kit = new LintToolbox(FOLDER).open();
    Requirement.need("toolbox", kit.modules().isPresent(), kit.trouble());
    return FOLDER;
  }
}
