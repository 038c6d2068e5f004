package dev.packageforge.npm;

import dev.packageforge.Text;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** npm's rules for the name of a new package. */
final class PackageName {
  private static final int MAX = 214;
  private static final Pattern URL_SAFE = Pattern.compile("[a-z0-9._-]+");
  private static final Pattern EXISTING =
      Pattern.compile("(?:@[A-Za-z0-9][A-Za-z0-9._~-]*/)?[A-Za-z0-9_.~-]{1,214}");
  private static final Set<String> TAKEN_BY_NPM = Set.of("node_modules", "favicon.ico");

  private PackageName() {}

  /** Why a new package cannot have this name, as a sentence; empty if it can. */
  static Optional<String> problem(String name) {
    String shown = "\"" + Text.visible(name, 80) + "\"";
    if (name.isEmpty()) {
      return Optional.of("The package has no name");
    }
    if (name.length() > MAX) {
      return Optional.of("The name " + shown + " is longer than " + MAX + " characters");
    }
    if (!name.startsWith("@")) {
      if (NodeBuiltins.hides(name)) {
        return Optional.of("The name " + shown + " belongs to a module of Node itself");
      }
      return partProblem(name, shown);
    }
    String[] parts = name.substring(1).split("/", -1);
    if (parts.length != 2) {
      return Optional.of("The scoped name " + shown + " is not of the form @scope/name");
    }
    return partProblem(parts[0], shown).or(() -> partProblem(parts[1], shown));
  }

  private static Optional<String> partProblem(String part, String shown) {
    if (part.isEmpty()) {
      return Optional.of("The name " + shown + " has an empty part");
    }
    if (!part.equals(part.toLowerCase(Locale.ROOT))) {
      return Optional.of("The name " + shown + " has capital letters");
    }
    if (part.startsWith(".") || part.startsWith("_") || part.startsWith("-")) {
      return Optional.of("The name " + shown + " starts with a dot, an underscore or a hyphen");
    }
    if (!URL_SAFE.matcher(part).matches()) {
      return Optional.of(
          "The name " + shown + " holds other characters than a-z, 0-9, dot, hyphen, underscore");
    }
    return TAKEN_BY_NPM.contains(part)
        ? Optional.of("The name " + shown + " is reserved by npm")
        : Optional.empty();
  }

  /** Whether an existing package may have this name; old ones have capitals and tildes. */
  static boolean mayExist(String name) {
    return name.length() <= MAX
        && EXISTING.matcher(name).matches()
        && !name.startsWith(".")
        && !name.startsWith("-");
  }

  /** The package that a bare import asks for: {@code @scope/name} or {@code name}. */
  static String ofImport(String specifier) {
    String[] parts = specifier.split("/", 3);
    return specifier.startsWith("@") && parts.length > 1 ? parts[0] + "/" + parts[1] : parts[0];
  }

  /** What npm calls the tarball of a package. */
  static String tarball(String name, String version) {
    String flat = name.startsWith("@") ? name.substring(1).replace('/', '-') : name;
    return flat + "-" + version + ".tgz";
  }
}
