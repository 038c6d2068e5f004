package dev.packageforge.npm;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which tests of a package that somebody wrote by hand can be run against what was installed: those
 * for Node's own runner, which need nothing that its users do not have.
 *
 * @param files the tests with what they use, and the README
 * @param findings what cannot be run, and why
 */
record HandTests(FileSet files, List<Finding> findings) {
  private static final List<String> OTHER_RUNNERS =
      List.of(
          "jest", "vitest", "mocha", "ava", "tap", "tape", "jasmine", "uvu", "karma", "cypress");

  /** Those of a folder. */
  static HandTests of(Manifest manifest, Map<String, byte[]> folder, Set<String> packed) {
    List<SourceFile> texts = new ArrayList<>();
    List<SourceFile> readme = new ArrayList<>();
    Optional<String> odd = Optional.empty();
    for (Map.Entry<String, byte[]> each : folder.entrySet()) {
      String path = each.getKey();
      boolean ofTests = TestFiles.isOfTests(path);
      if (ofTests || path.equalsIgnoreCase("readme.md")) {
        Optional<SourceFile> text = text(path, each.getValue());
        text.ifPresent(ofTests ? texts::add : readme::add);
        odd = ofTests && text.isEmpty() ? Optional.of(path) : odd;
      }
    }
    FileSet all;
    try {
      all = FileSet.of(texts);
    } catch (IllegalArgumentException e) {
      return none(readme, "There are more tests than are run here.");
    }
    List<SourceFile> runnable = TestFiles.runnable(all);
    if (runnable.isEmpty()) {
      return none(readme, "There are no tests to run.");
    }
    if (odd.isPresent()) {
      return none(readme, "The tests use \"" + shown(odd.get()) + "\", which is no text.");
    }
    for (SourceFile file : runnable) {
      Optional<String> need = need(manifest, file, all, packed);
      if (need.isPresent()) {
        return none(readme, need.get());
      }
    }
    List<SourceFile> both = new ArrayList<>(texts);
    both.addAll(readme);
    return new HandTests(FileSet.of(both), List.of());
  }

  private static HandTests none(List<SourceFile> readme, String why) {
    return new HandTests(
        FileSet.of(readme),
        List.of(
            Finding.warning(
                "tests-not-run",
                "",
                "No tests were run. " + why,
                "See that they pass; those for node:test that use only what is packed are run"
                    + " here.")));
  }

  private static Optional<SourceFile> text(String path, byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean usable =
          SourceFile.pathProblem(path).isEmpty() && SourceFile.contentProblem(text).isEmpty();
      return usable ? Optional.of(new SourceFile(path, text)) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** What a test needs that is not at hand, as a sentence; empty if it needs nothing more. */
  private static Optional<String> need(
      Manifest manifest, SourceFile file, FileSet tests, Set<String> packed) {
    Set<String> there = new HashSet<>(packed);
    tests.files().forEach(each -> there.add(each.path()));
    boolean forNode = false;
    Optional<String> need = Optional.empty();
    for (ScriptFacts.Import each : ScriptFacts.of(file.content()).imports()) {
      String specifier = each.specifier();
      forNode |= specifier.equals("node:test");
      if (need.isEmpty() && !isThere(manifest, file.path(), each, there)) {
        need =
            Optional.of(
                shown(file.path())
                    + " needs \""
                    + shown(specifier)
                    + "\", which users do not have.");
      }
    }
    if (!forNode) {
      return Optional.of(
          runner(manifest)
              .map(name -> "They are for " + name + ", not for Node's own runner.")
              .orElse(shown(file.path()) + " is not for Node's own runner."));
    }
    return need;
  }

  private static boolean isThere(
      Manifest manifest, String path, ScriptFacts.Import each, Set<String> there) {
    String specifier = each.specifier();
    if (ImportPaths.isRelative(specifier)) {
      return ImportPaths.find(path, specifier, each.byRequire(), there).isPresent();
    }
    String name = PackageName.ofImport(specifier);
    return NodeBuiltins.answers(specifier)
        || specifier.startsWith("#")
        || name.equals(manifest.name())
        || manifest.dependencies("dependencies").containsKey(name)
        || manifest.dependencies("peerDependencies").containsKey(name);
  }

  private static Optional<String> runner(Manifest manifest) {
    String script = manifest.scripts().getOrDefault("test", "");
    return OTHER_RUNNERS.stream()
        .filter(
            name ->
                script.contains(name) || manifest.dependencies("devDependencies").containsKey(name))
        .findFirst();
  }

  private static String shown(String text) {
    return Text.visible(text, 80);
  }
}
