package dev.packageforge.pipeline;

import dev.packageforge.FileSet;
import dev.packageforge.RunEvent.FileText;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an answer does to the files, in whatever form it was given. Takes nothing in beyond the
 * limits, so that a hostile answer costs no more than a long one.
 */
final class Changes {
  /** Files one answer may write. */
  static final int MAX_FILES = 100;

  /** Characters a line may have: code that is longer was not written to be read. */
  static final int MAX_LINE = 20 * 1024;

  private static final int MAX_EDITS = 200;
  private static final String PATHS = "Use a plain relative path inside the package.";

  private final int draft;
  private final FileSet before;
  private final Consumer<FileText> watcher;
  private final Refusals refusals;
  private final Map<String, Work> works = new LinkedHashMap<>();
  private final Set<String> missed = new LinkedHashSet<>();
  private long bytes;
  private int written;
  private int edits;

  Changes(int draft, FileSet before, Consumer<FileText> watcher, Refusals refusals) {
    this.draft = draft;
    this.before = before;
    this.watcher = watcher;
    this.refusals = refusals;
  }

  /** What the answer does to one path: the last whole word, and the edits after it. */
  private static final class Work {
    @Nullable SourceFile whole;
    boolean deleted;
    String broken = "";
    final List<Edit> edits = new ArrayList<>();

    boolean isUntouched() {
      return edits.isEmpty() && broken.isEmpty();
    }
  }

  /** What came of it. */
  record Outcome(FileSet files, Set<String> changed, Set<String> missed) {}

  /**
   * The path that is meant; empty if there is none, which is then told. A leading {@code ./} is
   * dropped, quotes and stars around are too, and Unicode is brought to the form NFC.
   */
  Optional<String> path(String given) {
    String bare = bare(given);
    Optional<String> problem =
        List.of(bare.toLowerCase(Locale.ROOT).split("/", -1)).contains(".git")
            ? Optional.of("the folder \".git\" is not the package's")
            : SourceFile.pathProblem(bare);
    if (problem.isPresent()) {
      refusals.error("path-refused", Text.visible(given, 80), sentence(problem.get()), PATHS);
      return Optional.empty();
    }
    return Optional.of(bare);
  }

  /** The path without what models put around it. */
  static String bare(String given) {
    String path = given.strip();
    while (path.length() > 1
        && "`'\"*".indexOf(path.charAt(0)) >= 0
        && path.charAt(0) == path.charAt(path.length() - 1)) {
      path = path.substring(1, path.length() - 1);
    }
    while (path.startsWith("./")) {
      path = path.substring(2);
    }
    return Normalizer.normalize(path, Normalizer.Form.NFC);
  }

  /** Whether one more file may begin; if not, it is told. */
  boolean room(String path) {
    if (written < MAX_FILES || works.containsKey(path)) {
      return true;
    }
    refusals.error(
        "too-many-files",
        path,
        "An answer may have " + MAX_FILES + " files.",
        "Write fewer files.");
    return false;
  }

  /** A whole file, as far as it is text of bearable size. */
  boolean write(String path, String content) {
    Optional<String> problem = SourceFile.contentProblem(content);
    if (problem.isPresent()) {
      String where = path + Lines.ofProblem(content).map(line -> ":" + line).orElse("");
      refusals.error("content-refused", where, sentence(problem.get()), "Give plain, short text.");
      return false;
    }
    int longest = Lines.over(content, MAX_LINE);
    if (longest > 0) {
      lineTooLong(path, longest);
      return false;
    }
    if (!room(path)) {
      return false;
    }
    SourceFile file = new SourceFile(path, content);
    if (bytes + file.size() > FileSet.MAX_BYTES) {
      refusals.error(
          "package-too-large",
          path,
          "With this file the answer has more than " + FileSet.MAX_BYTES + " bytes.",
          "Write a smaller package.");
      return false;
    }
    bytes += file.size();
    Work work = work(path);
    if (work.whole == null) {
      written++;
    } else if (!work.whole.equals(file)) {
      refusals.warn(
          "file-twice",
          path,
          "The answer holds this file twice; the last one counts.",
          "Give each file once.");
    }
    if (!work.edits.isEmpty()) {
      refusals.warn(
          "file-after-edits",
          path,
          "The whole file came after edits of it; the edits do not count.",
          "Give a file whole or edit it.");
      work.edits.clear();
    }
    work.whole = file;
    work.broken = "";
    work.deleted = false;
    return true;
  }

  /** A line that nobody could read. */
  void lineTooLong(String path, int line) {
    refusals.error(
        "line-too-long",
        path + ":" + line,
        "The line has more than " + MAX_LINE + " characters.",
        "Break the line, or leave the data out.");
  }

  /** Whether a path that may be cut short can be this file's only. */
  boolean onlyMeans(String given) {
    String path = bare(given);
    return before.find(path).isPresent()
        && before.files().stream()
            .noneMatch(file -> file.path().startsWith(path) && !file.path().equals(path));
  }

  /** Takes a file away. */
  void delete(String path) {
    if (works.size() >= 2 * FileSet.MAX_FILES && !works.containsKey(path)) {
      refusals.error(
          "too-many-files", path, "The answer names too many files.", "Write fewer files.");
      return;
    }
    Work work = work(path);
    work.whole = null;
    work.edits.clear();
    work.broken = "";
    work.deleted = true;
  }

  /** Changes a part of a file. */
  void edit(String path, Edit edit) {
    edits++;
    if (edits > MAX_EDITS) {
      miss(path, "An answer may have " + MAX_EDITS + " edits.");
      return;
    }
    work(path).edits.add(edit);
  }

  /**
   * An edit that could not be read: none of this file's edits will be applied, unless the whole
   * file follows.
   */
  void miss(String path, String sentence) {
    if (works.size() < 2 * FileSet.MAX_FILES || works.containsKey(path)) {
      work(path).broken = sentence;
    }
  }

  private Work work(String path) {
    return works.computeIfAbsent(path, any -> new Work());
  }

  /** Does it all. Once. */
  Outcome apply() {
    Assembly assembly = new Assembly(before);
    Set<String> changed = new TreeSet<>();
    works.forEach(
        (path, work) -> {
          if (work.deleted && work.isUntouched()) {
            delete(path, assembly, changed);
          }
        });
    works.forEach(
        (path, work) -> {
          if (!work.deleted || !work.isUntouched()) {
            SourceFile next = next(path, work);
            if (next != null && put(assembly, next)) {
              changed.add(path);
            }
          }
        });
    return new Outcome(assembly.files(), changed, missed);
  }

  private void delete(String path, Assembly assembly, Set<String> changed) {
    if (assembly.remove(path)) {
      changed.add(path);
    } else {
      refusals.warn(
          "nothing-to-delete", path, "There is no such file to delete.", "Name files as they are.");
    }
  }

  private @Nullable SourceFile next(String path, Work work) {
    if (!work.broken.isEmpty()) {
      return missed(path, work.broken);
    }
    if (work.edits.isEmpty()) {
      return work.whole;
    }
    SourceFile base = work.whole;
    if (base == null && !work.deleted) {
      base = before.find(path).orElse(null);
    }
    if (base == null && !work.edits.get(0).search().isBlank()) {
      return missed(path, "There is no such file to edit.");
    }
    String content = base == null ? "" : base.content();
    EditResult result = Edits.apply(content, work.edits);
    if (result instanceof EditResult.Refused refused) {
      missed.add(path);
      refused.misses().forEach(miss -> tell(path, miss));
      return null;
    }
    String edited = ((EditResult.Applied) result).content();
    Optional<String> problem = SourceFile.contentProblem(edited);
    if (problem.isPresent()) {
      missed.add(path);
      refusals.error("content-refused", path, sentence(problem.get()), "Give plain, short text.");
      return null;
    }
    watcher.accept(new FileText(draft, path, 0, edited, true));
    return new SourceFile(path, edited);
  }

  private @Nullable SourceFile missed(String path, String sentence) {
    missed.add(path);
    refusals.error("edit-missed", path, sentence, "Give the whole file.");
    return null;
  }

  private void tell(String path, EditResult.Miss miss) {
    if (miss.ambiguous()) {
      refusals.error(
          "edit-ambiguous",
          path + ":" + miss.places().get(0),
          "Edit " + miss.edit() + " of this file fits at the lines " + places(miss) + ".",
          "Give more lines to find, or the whole file.");
    } else {
      String nearest = String.join(" / ", miss.nearest());
      String line = miss.nearest().isEmpty() ? "" : ":" + nearest.split(":", 2)[0];
      refusals.error(
          "edit-missed",
          path + line,
          "Edit " + miss.edit() + " of this file finds no such lines.",
          nearest.isEmpty() ? "Give the whole file." : "The nearest lines are " + nearest);
    }
  }

  private static String places(EditResult.Miss miss) {
    return String.join(", ", miss.places().stream().map(String::valueOf).toList());
  }

  private boolean put(Assembly assembly, SourceFile file) {
    Optional<String> problem = assembly.put(file);
    problem.ifPresent(
        sentence ->
            refusals.error(
                "file-refused", file.path(), sentence(sentence), "Leave this file out."));
    return problem.isEmpty() && !before.find(file.path()).equals(Optional.of(file));
  }

  private static String sentence(String problem) {
    return Character.toUpperCase(problem.charAt(0)) + problem.substring(1) + ".";
  }

  /** A set of files that grows one by one, and says what it cannot take. */
  private static final class Assembly {
    private final Map<String, SourceFile> files = new LinkedHashMap<>();

    /** The paths, by themselves in lower case. */
    private final Map<String, String> taken = new LinkedHashMap<>();

    private final Map<String, Integer> inFolder = new LinkedHashMap<>();
    private long bytes;

    Assembly(FileSet before) {
      before.forEach(this::keep);
    }

    boolean remove(String path) {
      SourceFile gone = files.remove(path);
      if (gone == null) {
        return false;
      }
      bytes -= gone.size();
      taken.remove(fold(path));
      for (String folder : folders(fold(path))) {
        inFolder.merge(folder, -1, Integer::sum);
        inFolder.remove(folder, 0);
      }
      return true;
    }

    /** Takes a file in, unless it has a problem. */
    Optional<String> put(SourceFile file) {
      SourceFile old = files.get(file.path());
      if (old == null) {
        Optional<String> problem = place(file.path());
        if (problem.isPresent()) {
          return problem;
        }
      }
      long size = bytes + file.size() - (old == null ? 0 : old.size());
      if (size > FileSet.MAX_BYTES) {
        return Optional.of(size + " bytes, a package may have " + FileSet.MAX_BYTES);
      }
      if (old != null) {
        remove(old.path());
      }
      keep(file);
      return Optional.empty();
    }

    private Optional<String> place(String path) {
      String folded = fold(path);
      if (files.size() >= FileSet.MAX_FILES) {
        return Optional.of("a package may have " + FileSet.MAX_FILES + " files");
      }
      String twin = taken.get(folded);
      if (twin != null) {
        return Optional.of("\"" + twin + "\" and this are one file on some systems");
      }
      if (inFolder.containsKey(folded)) {
        return Optional.of("there is a folder of this name");
      }
      for (String folder : folders(folded)) {
        if (taken.containsKey(folder)) {
          return Optional.of("\"" + folder + "\" is a file and cannot be a folder");
        }
      }
      return Optional.empty();
    }

    private void keep(SourceFile file) {
      files.put(file.path(), file);
      bytes += file.size();
      taken.put(fold(file.path()), file.path());
      for (String folder : folders(fold(file.path()))) {
        inFolder.merge(folder, 1, Integer::sum);
      }
    }

    FileSet files() {
      return FileSet.of(files.values());
    }

    private static String fold(String path) {
      return path.toLowerCase(Locale.ROOT);
    }

    private static List<String> folders(String path) {
      List<String> folders = new ArrayList<>();
      for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        folders.add(path.substring(0, slash));
      }
      return folders;
    }
  }
}
