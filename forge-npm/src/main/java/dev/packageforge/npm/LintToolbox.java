package dev.packageforge.npm;

import dev.packageforge.Sha512;
import dev.packageforge.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tools that judge a packed artifact: publint, TypeScript and the types of Node, each in the
 * one version that our lock file names, checked against its hash. This machine's npm fetches them
 * once, with its user's own configuration, and runs none of their scripts; whatever is verified
 * later needs no network for them.
 *
 * <p>They stand in a folder named after the lock file. It appears under that name only when it is
 * complete, so that any number of processes may make it at once. Safe for use by many threads.
 */
final class LintToolbox {
  /** What a session sees of it: the folder that modules beside our scripts are looked up in. */
  static final String PATH = NpmSettings.OURS + "/node_modules";

  private static final String MODULES = "node_modules";
  private static final String MAKING = "making-";
  private static final List<String> FILES = List.of("package.json", "package-lock.json");
  private static final int NAME = 16;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** After how long it is worth asking again a registry that did not answer. */
  private static final Duration REST = Duration.ofMinutes(5);

  private static final Duration ABANDONED = Duration.ofDays(1);

  private final Path root;
  private final String npm;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Kit failed;
  private long failedAt;

  /**
   * A toolbox that is not made yet.
   *
   * @param root where it is kept; made if it is missing
   */
  LintToolbox(Path root) {
    this(root, "npm");
  }

  LintToolbox(Path root, String npm) {
    this.root = root.toAbsolutePath();
    this.npm = npm;
  }

  /**
   * What there is to judge with.
   *
   * @param modules the folder of the installed tools; empty if they are not there
   * @param trouble why not, as a sentence; empty if they are
   */
  record Kit(Optional<Path> modules, String trouble) {
    static Kit none(String trouble) {
      return new Kit(Optional.empty(), trouble);
    }
  }

  /**
   * The tools, fetched if they were never before.
   *
   * @throws InterruptedException if this thread is interrupted; nothing half is left behind
   */
  Kit open() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return opened(root.resolve(name()));
    } finally {
      lock.unlock();
    }
  }

  private Kit opened(Path made) throws InterruptedException {
    if (Files.isDirectory(made.resolve(MODULES))) {
      return new Kit(Optional.of(made.resolve(MODULES)), "");
    }
    boolean soon = System.nanoTime() - failedAt < REST.toNanos();
    if (failed != null && soon) {
      return failed;
    }
    Kit kit = make(made);
    failed = kit.modules().isPresent() ? null : kit;
    failedAt = System.nanoTime();
    return kit;
  }

  /** Named after what is in it: another lock file is another folder. */
  static String name() {
    return Sha512.of(Harness.resource("toolbox/package-lock.json")).hex().substring(0, NAME);
  }

  private Kit make(Path made) throws InterruptedException {
    try {
      Files.createDirectories(root);
      Path making = Files.createTempDirectory(root, MAKING);
      try {
        removeAbandoned(making);
        String trouble = fetch(making);
        if (!trouble.isEmpty()) {
          return Kit.none(trouble);
        }
        protect(making);
        appear(making, made);
        return new Kit(Optional.of(made.resolve(MODULES)), "");
      } finally {
        remove(making);
      }
    } catch (IOException | UncheckedIOException e) {
      return Kit.none(
          "The folder " + root + " cannot hold the tools: " + Text.visible(e.toString(), 200));
    }
  }

  private String fetch(Path folder) throws IOException, InterruptedException {
    for (String file : FILES) {
      Files.write(folder.resolve(file), Harness.resource("toolbox/" + file));
    }
    List<String> line =
        List.of(
            npm,
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-progress",
            "--fetch-retries=1",
            "--fetch-retry-mintimeout=500",
            "--fetch-timeout=30000");
    try {
      HostCommand.Said said = HostCommand.run(line, folder, PATIENCE);
      if (said.exit() == 0) {
        return "";
      }
      NpmErrors errors = NpmErrors.in(said.errors().lines().toList());
      return "npm could not fetch the tools: " + Text.visible(errors.told(), 200) + ".";
    } catch (TimeoutException e) {
      return "npm did not fetch the tools within " + PATIENCE.toMinutes() + " minutes.";
    } catch (IOException e) {
      return "npm could not be started to fetch the tools.";
    }
  }

  /** Where a session can only look, a mistake changes nothing; folders stay, to be removed. */
  private static void protect(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(Files::isRegularFile).forEach(file -> file.toFile().setReadOnly());
    }
  }

  /** Whoever is first wins; the others take what is there. */
  private static void appear(Path making, Path made) throws IOException {
    try {
      Files.move(making, made, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(made.resolve(MODULES))) {
        throw e;
      }
    }
  }

  /** What a process that was killed left here. */
  private void removeAbandoned(Path making) throws IOException {
    FileTime now = Files.getLastModifiedTime(making);
    try (Stream<Path> others = Files.list(root)) {
      for (Path other : others.filter(each -> isBeingMade(each)).toList()) {
        long age = now.toMillis() - Files.getLastModifiedTime(other).toMillis();
        if (age > ABANDONED.toMillis()) {
          remove(other);
        }
      }
    }
  }

  private static boolean isBeingMade(Path folder) {
    return String.valueOf(folder.getFileName()).startsWith(MAKING);
  }

  private static void remove(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path inner, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(inner);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
