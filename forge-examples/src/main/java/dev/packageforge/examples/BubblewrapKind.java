package dev.packageforge.examples;

import dev.packageforge.sandbox.BubblewrapSandbox;
import dev.packageforge.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Namespaces of this machine, in which the user's own Node and npm are seen. */
final class BubblewrapKind implements SandboxKind {
  private static final Path NPM = Path.of("bin", "npm-cli.js");

  private final Surroundings around;
  private final Programs programs;
  private @Nullable Sandbox found;

  BubblewrapKind(Surroundings around, Programs programs) {
    this.around = around;
    this.programs = programs;
  }

  @Override
  public String name() {
    return "bubblewrap";
  }

  @Override
  public synchronized Sandbox find(Settings settings) {
    if (found == null) {
      BubblewrapSandbox.Builder sandbox =
          BubblewrapSandbox.builder(around.variable("PATH").orElse(""));
      shown(settings.home()).forEach(sandbox::show);
      found = sandbox.build();
    }
    return found;
  }

  /**
   * The folders that Node and npm are in, wherever they were installed; never one that the user's
   * home is in.
   */
  private Set<Path> shown(Path home) {
    Set<Path> folders = new LinkedHashSet<>();
    for (String program : Set.of("node", "npm")) {
      Optional<Path> link = programs.find(program);
      if (link.isPresent()) {
        folders.add(above(link.get().toAbsolutePath()));
        folders.add(folderOf(link.get()));
      }
    }
    folders.removeIf(folder -> home.startsWith(folder) || !Files.isDirectory(folder));
    return folders;
  }

  /** Where a program really is; of npm, the folder of all its files. */
  private static Path folderOf(Path link) {
    try {
      Path program = link.toRealPath();
      return program.endsWith(NPM) ? above(above(program)) : above(program);
    } catch (IOException e) {
      return above(link.toAbsolutePath());
    }
  }

  private static Path above(Path path) {
    return path.resolve("..").normalize();
  }
}
