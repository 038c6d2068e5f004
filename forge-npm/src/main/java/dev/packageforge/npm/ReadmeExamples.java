package dev.packageforge.npm;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.SourceFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The examples in a README that users will copy: blocks of JavaScript that load the package. */
final class ReadmeExamples {
  private static final Set<String> LANGUAGES = Set.of("js", "javascript", "mjs", "cjs");
  private static final int MAX = 10;

  private ReadmeExamples() {}

  /**
   * One example.
   *
   * @param path of the README
   * @param line of the README, from 1, on which its first line stands
   * @param code what stands in the block
   * @param byRequire whether it is written for {@code require}
   */
  record Example(String path, int line, String code, boolean byRequire) {
    /** A name for it as a file, by which its line is known. */
    String fileName() {
      return "readme-line-" + line + (byRequire ? ".cjs" : ".mjs");
    }

    @Override
    public String toString() {
      return path + ":" + line;
    }
  }

  /** The first examples of a draft, in order. */
  static List<Example> of(FileSet files, String packageName) {
    return files.files().stream()
        .filter(file -> file.path().toLowerCase(Locale.ROOT).equals("readme.md"))
        .flatMap(file -> in(file, packageName).stream())
        .limit(MAX)
        .toList();
  }

  private static List<Example> in(SourceFile readme, String packageName) {
    List<Example> examples = new ArrayList<>();
    String fence = "";
    boolean isCode = false;
    int first = 0;
    StringBuilder code = new StringBuilder();
    int number = 0;
    for (String line : readme.content().lines().toList()) {
      number++;
      String text = line.strip();
      if (fence.isEmpty()) {
        fence = fence(text);
        if (!fence.isEmpty()) {
          String language = text.substring(fence.length()).strip().split("[\\s{,]", 2)[0];
          isCode = LANGUAGES.contains(language.toLowerCase(Locale.ROOT));
          first = number + 1;
          code.setLength(0);
        }
      } else if (text.startsWith(fence) && text.substring(fence.length()).isBlank()) {
        if (isCode) {
          example(readme.path(), first, code.toString(), packageName).ifPresent(examples::add);
        }
        fence = "";
      } else {
        code.append(line).append('\n');
      }
    }
    return examples;
  }

  /** The marks that open a block: three or more of one kind. */
  private static String fence(String text) {
    for (char mark : new char[] {'`', '~'}) {
      int end = 0;
      while (end < text.length() && text.charAt(end) == mark) {
        end++;
      }
      if (end >= 3 && text.indexOf(mark, end) < 0) {
        return text.substring(0, end);
      }
    }
    return "";
  }

  private static Optional<Example> example(String path, int line, String code, String packageName) {
    List<ImportScanner.Import> imports = ImportScanner.imports(JsLexer.tokens(code));
    boolean loads =
        imports.stream()
            .anyMatch(each -> PackageName.ofImport(each.specifier()).equals(packageName));
    boolean byRequire = imports.stream().allMatch(ImportScanner.Import::byRequire);
    return loads ? Optional.of(new Example(path, line, code, byRequire)) : Optional.empty();
  }

  /** A warning if a library shows nobody how it is used. */
  static List<Finding> check(Manifest manifest, FileSet files, Set<String> paths) {
    Optional<SourceFile> readme =
        files.files().stream()
            .filter(file -> file.path().toLowerCase(Locale.ROOT).equals("readme.md"))
            .findFirst();
    boolean isLibrary = !EntryPoints.loads(manifest, paths).isEmpty();
    if (readme.isEmpty() || !isLibrary || !of(files, manifest.name()).isEmpty()) {
      return List.of();
    }
    return List.of(
        Finding.warning(
            "readme-without-example",
            readme.get().path(),
            "The README has no example in JavaScript that imports the package by its name.",
            "Add a block marked js that can be run as it stands."));
  }
}
