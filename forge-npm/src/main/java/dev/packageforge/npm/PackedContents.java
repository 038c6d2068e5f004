package dev.packageforge.npm;

import dev.packageforge.Finding;
import dev.packageforge.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which files of a tarball should not be in it, and what they should not hold. For one thread. */
final class PackedContents {
  private static final Set<String> LOCK_FILES =
      Set.of("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb");
  private static final Set<String> NPM_SETTINGS = Set.of(".npmrc", ".yarnrc", ".yarnrc.yml");

  /** Names of examples of an environment, which hold no secret. */
  private static final Pattern ENVIRONMENT =
      Pattern.compile("\\.env(?:\\.(?!example|sample|template|dist|defaults?|schema|test$).*)?");

  private static final Pattern KEY_FILE =
      Pattern.compile("id_(?:rsa|dsa|ecdsa|ed25519)|.*\\.(?:p12|pfx|jks|keystore|ppk)");

  private static final Pattern OF_DEVELOPMENT =
      Pattern.compile(
          "(?:^|.*/)(?:coverage|\\.nyc_output|\\.github|\\.vscode|\\.idea|\\.circleci|\\.husky"
              + "|\\.changeset|__snapshots__)/.*"
              + "|(?:^|.*/)(?:\\.ds_store|npm-debug\\.log|yarn-error\\.log|\\.eslintcache"
              + "|.*\\.tsbuildinfo|.*\\.swp)");

  private static final Pattern OF_TESTS =
      Pattern.compile("(?:^|.*/)(?:test|tests|__tests__|spec|fixtures?|examples?)/.*|.*\\.md");

  private static final Pattern BODY_OF_KEY =
      Pattern.compile("PRIVATE KEY-----(?:\\\\[rn]|\\s)*+[A-Za-z0-9+/=\\s\\\\]{64}");

  /** How credentials begin, as their issuers document it, and what follows. */
  private static final Map<String, Pattern> TOKENS =
      Map.of(
          "npm_", Pattern.compile("npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])"),
          "ghp_", Pattern.compile("ghp_[A-Za-z0-9]{36}(?![A-Za-z0-9])"),
          "gho_", Pattern.compile("gho_[A-Za-z0-9]{36}(?![A-Za-z0-9])"),
          "ghs_", Pattern.compile("ghs_[A-Za-z0-9]{36}(?![A-Za-z0-9])"),
          "github_pat_", Pattern.compile("github_pat_[A-Za-z0-9_]{60,}+"),
          "AKIA", Pattern.compile("AKIA[0-9A-Z]{16}(?![0-9A-Za-z])"),
          "AIza", Pattern.compile("AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])"),
          "xox", Pattern.compile("xox[abprs]-[0-9A-Za-z-]{20,}+"),
          "sk_live_", Pattern.compile("sk_live_[0-9A-Za-z]{20,}+"),
          "glpat-", Pattern.compile("glpat-[0-9A-Za-z_-]{20}(?![0-9A-Za-z_-])"));

  private static final Pattern ABSOLUTE =
      Pattern.compile(
          "\"(?:file:/{1,3})?((?:/(?:home|Users|root|private|var|tmp|builds?|workspace)/"
              + "|[A-Za-z]:(?:\\\\\\\\|/))[^\"]{0,120})\"");

  private static final String BEGIN_KEY = "PRIVATE KEY-----";
  private static final int MAX_READ = 2 * 1024 * 1024;
  private static final int MANY_TESTS = 5;

  private final House house;
  private final List<Finding> findings = new ArrayList<>();
  private String firstTest = "";
  private int tests;
  private String firstOfDevelopment = "";
  private int ofDevelopment;

  PackedContents(House house) {
    this.house = house;
  }

  /** Judges one file. */
  void file(String path, byte[] content) {
    place(path);
    if (content.length <= MAX_READ && !isBinary(content)) {
      String text = new String(content, StandardCharsets.ISO_8859_1);
      secrets(path, text);
      if (path.endsWith(".map")) {
        sourceMap(path, text);
      }
    }
  }

  private static boolean isBinary(byte[] content) {
    for (int i = 0; i < Math.min(content.length, 1024); i++) {
      if (content[i] == 0) {
        return true;
      }
    }
    return false;
  }

  private void place(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    String name = lower.substring(lower.lastIndexOf('/') + 1);
    if (NPM_SETTINGS.contains(name)) {
      error(
          "npmrc-packed",
          path,
          "npm's settings are packed, and often hold a credential.",
          "Leave the file out, and replace what it held.");
    } else if (ENVIRONMENT.matcher(name).matches()) {
      error(
          "env-file-packed",
          path,
          "Such a file is for secrets, and everybody could read it.",
          "Leave it out, and replace what it held.");
    } else if (KEY_FILE.matcher(name).matches() && !OF_TESTS.matcher(lower).matches()) {
      error(
          "key-file-packed",
          path,
          "This is named like a private key or a store of keys.",
          "Leave it out, and replace the key.");
    } else if (LOCK_FILES.contains(name) && !lower.contains("node_modules/")) {
      say(
          "lock-file-packed",
          path,
          "A lock file is of no use to those who install the package.",
          "Leave it out.");
    } else if (name.equals("npm-shrinkwrap.json") && lower.equals(name)) {
      say(
          "shrinkwrap-packed",
          path,
          "npm installs exactly what this file names, fixed or not, for everybody.",
          "Leave it out unless the package is a command that people install by itself.");
    } else if (lower.startsWith(".git/") || lower.contains("/.git/")) {
      error("git-folder-packed", path, "The repository itself is packed.", "Leave it out.");
    } else if ((name.endsWith(".gyp") && lower.equals(name)) && house == House.ANYBODYS) {
      error(
          "native-build",
          path,
          "npm compiles this on the machine of everybody who installs the package.",
          "Ship what is compiled, or WebAssembly.");
    } else if (OF_DEVELOPMENT.matcher(lower).matches() && !lower.contains("node_modules/")) {
      firstOfDevelopment = firstOfDevelopment.isEmpty() ? path : firstOfDevelopment;
      ofDevelopment++;
    } else if (TestFiles.isOfTests(path) && !lower.contains("node_modules/")) {
      firstTest = firstTest.isEmpty() ? path : firstTest;
      tests++;
    }
  }

  private void secrets(String path, String text) {
    boolean example = OF_TESTS.matcher(path.toLowerCase(Locale.ROOT)).matches();
    TOKENS.forEach(
        (start, form) -> {
          for (int at = text.indexOf(start); at >= 0; at = text.indexOf(start, at + 1)) {
            boolean alone = at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
            Matcher token = form.matcher(text).region(at, text.length());
            if (alone && token.lookingAt() && isReal(token.group())) {
              secret(path, text, at, example);
            }
          }
        });
    int at = text.indexOf(BEGIN_KEY);
    while (at >= 0) {
      Matcher body = BODY_OF_KEY.matcher(text).region(at, Math.min(text.length(), at + 400));
      if (body.lookingAt()) {
        secret(path, text, at, example);
        return;
      }
      at = text.indexOf(BEGIN_KEY, at + BEGIN_KEY.length());
    }
  }

  /** Whether it is more than one letter over and over, as stands in documents. */
  private static boolean isReal(String token) {
    return !token.contains("EXAMPLE") && token.chars().distinct().count() >= 12;
  }

  private void secret(String path, String text, int at, boolean example) {
    long line = text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
    Finding.Severity severity = example ? house.strict() : Finding.Severity.ERROR;
    findings.add(
        new Finding(
            severity,
            "secret-in-file",
            path + ":" + line,
            "This looks like a credential.",
            "Remove it, and replace it where it was valid."));
  }

  private void sourceMap(String path, String text) {
    int end = text.indexOf("\"mappings\"");
    int contents = text.indexOf("\"sourcesContent\"");
    int start = text.indexOf("\"sources\"");
    int root = text.indexOf("\"sourceRoot\"");
    for (int from : new int[] {start, root}) {
      if (from >= 0) {
        int next = text.length();
        for (int other : new int[] {end, contents}) {
          next = other > from ? Math.min(next, other) : next;
        }
        Matcher absolute = ABSOLUTE.matcher(text).region(from, next);
        if (absolute.find()) {
          findings.add(
              new Finding(
                  house.strict(),
                  "source-map-leaks-path",
                  path,
                  "The source map names a folder of the machine it was made on: "
                      + Text.visible(absolute.group(1), 80)
                      + ".",
                  "Let the compiler write relative sources, or pack no source maps."));
          return;
        }
      }
    }
  }

  /** What was found, once all files were seen. */
  List<Finding> findings() {
    List<Finding> all = new ArrayList<>(findings);
    if (tests > (house == House.OURS ? 0 : MANY_TESTS)) {
      all.add(
          Finding.warning(
              "tests-packed",
              firstTest,
              "Tests are packed: " + counted(tests) + ".",
              "List in \"files\" what users need."));
    }
    if (ofDevelopment > 0) {
      all.add(
          Finding.warning(
              "development-files-packed",
              firstOfDevelopment,
              "What only developers need is packed: " + counted(ofDevelopment) + ".",
              "List in \"files\" what users need."));
    }
    return List.copyOf(all);
  }

  private static String counted(int files) {
    return files == 1 ? "1 file" : files + " files";
  }

  private void error(String code, String where, String sentence, String remedy) {
    findings.add(Finding.error(code, where, sentence, remedy));
  }

  private void say(String code, String where, String sentence, String remedy) {
    findings.add(Finding.warning(code, where, sentence, remedy));
  }
}
