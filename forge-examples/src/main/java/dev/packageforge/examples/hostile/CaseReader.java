package dev.packageforge.examples.hostile;

import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.SandboxSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a case: lines of the form {@code key: value}, then files, each under a line {@code -- path
 * --}. A line that begins with {@code #} above the first file is a remark.
 *
 * <pre>{@code
 * number: 1
 * name: fork-bomb
 * story: Forks until nothing can fork any more.
 * from: isolated
 * limits: time=3s processes=64
 * run: sh bomb.sh
 * ends: too-many-processes | timed-out
 * -- bomb.sh --
 * f() { f | f & }; f; wait
 * }</pre>
 */
final class CaseReader {
  private static final Pattern FILE = Pattern.compile("-- (\\S.*\\S|\\S) --");
  private static final Pattern FIELD = Pattern.compile("([a-z]+):\\s*(.*)");
  private static final Pattern AMOUNT = Pattern.compile("([a-z]+)=([0-9]+)([a-z]?)");
  private static final long MIB = 1024L * 1024;

  private final Map<String, String> fields = new LinkedHashMap<>();
  private final Map<String, String> files = new LinkedHashMap<>();
  private final List<Attack.Act> acts = new ArrayList<>();
  private final List<String> asks = new ArrayList<>();

  private CaseReader() {}

  /**
   * Reads a case.
   *
   * @throws IllegalArgumentException if it is none
   */
  static HostileCase read(String text) {
    CaseReader reader = new CaseReader();
    reader.split(text);
    return reader.build();
  }

  private void split(String text) {
    String path = "";
    StringBuilder content = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      Matcher file = FILE.matcher(line);
      if (file.matches()) {
        keep(path, content);
        path = file.group(1);
        content.setLength(0);
      } else if (path.isEmpty()) {
        head(line);
      } else {
        content.append(line).append('\n');
      }
    }
    keep(path, content);
  }

  private void keep(String path, StringBuilder content) {
    String text = content.toString().replaceFirst("\n+$", "\n");
    if (!path.isEmpty() && files.put(path, text) != null) {
      throw new IllegalArgumentException("two files are named " + path);
    }
  }

  private void head(String line) {
    if (line.isBlank() || line.startsWith("#")) {
      return;
    }
    Matcher field = FIELD.matcher(line);
    if (!field.matches()) {
      throw new IllegalArgumentException("not a field: " + line);
    }
    String value = field.group(2);
    switch (field.group(1)) {
      case "run" -> acts.add(new Attack.Act.Run(value, Set.of()));
      case "ask" -> asks.add(value);
      case "ends" -> ends(words(value, "\\|"));
      case "put" -> acts.add(new Attack.Act.Put(value));
      case "take" -> acts.add(take(value));
      case "companion" -> acts.add(new Attack.Act.Companion(value));
      case "cut" -> acts.add(new Attack.Act.Cut());
      default -> {
        if (fields.put(field.group(1), value) != null) {
          throw new IllegalArgumentException("a field is there twice: " + line);
        }
      }
    }
  }

  private void ends(Set<String> ends) {
    int last = acts.size() - 1;
    if (last < 0 || !(acts.get(last) instanceof Attack.Act.Run run)) {
      throw new IllegalArgumentException("\"ends\" follows what is run");
    }
    acts.set(last, new Attack.Act.Run(run.line(), ends));
  }

  private static Attack.Act.Take take(String value) {
    String[] parts = value.split(" = ", 2);
    return new Attack.Act.Take(
        parts[0], parts.length > 1 ? Optional.of(parts[1]) : Optional.empty());
  }

  private HostileCase build() {
    String number = take("number", "0");
    String name = take("name", "");
    String story = take("story", "");
    SandboxReport.Level from =
        SandboxReport.Level.valueOf(take("from", "isolated").toUpperCase(Locale.ROOT));
    String kind = take("package", "");
    Attack attack = kind.isEmpty() ? done() : judged(kind);
    if (!fields.isEmpty()) {
      throw new IllegalArgumentException("unknown fields: " + fields.keySet());
    }
    return new HostileCase(Integer.parseInt(number), name, story, from, attack, files);
  }

  private Attack judged(String kind) {
    if (!acts.isEmpty()) {
      throw new IllegalArgumentException("a package is judged, not run");
    }
    String verdict = take("verdict", "refused");
    if (!verdict.equals("refused") && !verdict.equals("passed")) {
      throw new IllegalArgumentException("a verdict is refused or passed, not " + verdict);
    }
    Set<String> says = words(take("says", ""), "\\|");
    return new Attack.Judged(
        Attack.Form.valueOf(kind.toUpperCase(Locale.ROOT)),
        new Attack.Verdict(
            verdict.equals("passed"),
            words(take("finding", ""), "\\s+"),
            says.stream().sorted().toList()));
  }

  private Attack done() {
    if (!asks.isEmpty() && !acts.isEmpty()) {
      throw new IllegalArgumentException("a gateway is asked, or something is run");
    }
    return asks.isEmpty() ? commands() : new Attack.Asks(asks);
  }

  private Attack commands() {
    if (acts.isEmpty()) {
      throw new IllegalArgumentException("nothing is done");
    }
    SandboxSpec.Network network =
        take("online", "no").equals("yes")
            ? SandboxSpec.Network.REGISTRY_ONLY
            : SandboxSpec.Network.NONE;
    SandboxSpec spec = new SandboxSpec(network, limits(take("limits", "")));
    return new Attack.Commands(spec, acts, words(take("held", ""), "\\s+"));
  }

  /** Twenty seconds, 256 MiB of memory, 32 MiB of disk, 1 MiB of output, 64 processes. */
  private static SandboxSpec.Limits limits(String text) {
    long time = 20;
    long memory = 256;
    long disk = 32;
    long output = MIB;
    int processes = 64;
    for (String word : words(text, "\\s+")) {
      Matcher amount = AMOUNT.matcher(word);
      if (!amount.matches()) {
        throw new IllegalArgumentException("not a limit: " + word);
      }
      long count = Long.parseLong(amount.group(2));
      switch (amount.group(1) + amount.group(3)) {
        case "times" -> time = count;
        case "memorym" -> memory = count;
        case "diskm" -> disk = count;
        case "outputk" -> output = count * 1024;
        case "processes" -> processes = (int) count;
        default -> throw new IllegalArgumentException("not a limit: " + word);
      }
    }
    return new SandboxSpec.Limits(
        Duration.ofSeconds(time), memory * MIB, disk * MIB, output, processes, 1);
  }

  private String take(String key, String otherwise) {
    String value = fields.remove(key);
    return value == null ? otherwise : value;
  }

  private static Set<String> words(String text, String between) {
    return Arrays.stream(text.split(between))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toSet());
  }
}
