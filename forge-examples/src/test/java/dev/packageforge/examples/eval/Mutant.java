package dev.packageforge.examples.eval;

import dev.packageforge.FileSet;
import dev.packageforge.SourceFile;
import dev.packageforge.llm.Cassette;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A good package with one file spoilt.
 *
 * @param kind in which way
 * @param good the package
 * @param spoilt the file as it is now
 * @param clues what the first lines of its failure must say, all of it
 */
record Mutant(Mutation kind, GoodPackage good, SourceFile spoilt, List<Pattern> clues) {
  FileSet files() {
    return good.files().with(List.of(spoilt), Set.of());
  }

  /** The file as it was. */
  SourceFile sound() {
    return good.files().find(spoilt.path()).orElseThrow();
  }

  /** The edit that undoes the damage, with as many lines around it as make it unmistakable. */
  String repair() {
    List<String> before = spoilt.content().lines().toList();
    List<String> after = sound().content().lines().toList();
    int head = 0;
    while (head < Math.min(before.size(), after.size())
        && before.get(head).equals(after.get(head))) {
      head++;
    }
    int tail = 0;
    while (tail < Math.min(before.size(), after.size()) - head
        && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
      tail++;
    }
    while (head + tail == before.size() || !isUnmistakable(before, head, before.size() - tail)) {
      if (head > 0) {
        head--;
      } else {
        tail--;
      }
      if (tail > 0 && head > 0 && !isUnmistakable(before, head, before.size() - tail)) {
        tail--;
      }
    }
    return edit(
        spoilt.path(),
        before.subList(head, before.size() - tail),
        after.subList(head, after.size() - tail));
  }

  private static boolean isUnmistakable(List<String> lines, int from, int to) {
    List<String> wanted = lines.subList(from, to);
    return from < to
        && wanted.stream().anyMatch(line -> !line.isBlank())
        && Collections.indexOfSubList(lines, wanted) == from
        && Collections.lastIndexOfSubList(lines, wanted) == from;
  }

  /** An edit of lines that are nowhere in the file. */
  String missedRepair() {
    return cause() + edit(spoilt.path(), List.of("// there is no such line"), List.of("// mended"));
  }

  /** A change that mends nothing. */
  String wrongRepair() {
    SourceFile readme = readme();
    List<String> lines = new ArrayList<>(readme.content().lines().toList());
    lines.add("Have a look at the tests, too.");
    return cause()
        + GoodPackage.answer(new SourceFile(readme.path(), String.join("\n", lines) + "\n"));
  }

  /** The file that the wrong repair changed, as it was. */
  String undoingWrongRepair() {
    return GoodPackage.answer(readme());
  }

  private SourceFile readme() {
    return good.files().find("README.md").orElseThrow();
  }

  /** What a model says before its changes. */
  static String cause() {
    return "@@@ " + Cassette.MARKER + " cause One file was written wrongly.\n";
  }

  private static String edit(String path, List<String> find, List<String> instead) {
    StringBuilder block = new StringBuilder();
    String fence = "@@@ " + Cassette.MARKER;
    block.append(fence).append(" edit ").append(path).append('\n');
    find.forEach(line -> block.append(line).append('\n'));
    block.append(fence).append(" with\n");
    instead.forEach(line -> block.append(line).append('\n'));
    return block.append(fence).append(" end\n").toString();
  }
}
