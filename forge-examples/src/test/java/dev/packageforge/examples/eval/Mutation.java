package dev.packageforge.examples.eval;

import dev.packageforge.SourceFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A kind of mistake that models make. */
enum Mutation {
  /** A relative import of a file that is not there. */
  WRONG_IMPORT {
    @Override
    List<Mutant> all(GoodPackage good) {
      return replaced(
          good,
          "((?:from |import |require\\()'\\./[\\w-]+)(\\.[cm]?js')",
          found -> found.group(1) + "-functions" + found.group(2),
          (path, found) -> List.of(path, "-functions."));
    }
  },

  /** An import of a package that is not stated as a dependency. */
  MISSING_DEPENDENCY {
    @Override
    List<Mutant> all(GoodPackage good) {
      return before(
          good,
          path ->
              path.endsWith(".cjs")
                  ? "const chalk = require('chalk');"
                  : "import chalk from 'chalk';",
          path -> List.of(path, "chalk"));
    }
  },

  /** A brace that closes a function is gone. */
  SYNTAX_ERROR {
    @Override
    List<Mutant> all(GoodPackage good) {
      return replaced(
          good, "(?m)^\\}\\n", found -> "", (path, found) -> List.of(path, "[syntax-error]"));
    }
  },

  /** A bound or a number is one too large or too small. */
  OFF_BY_ONE {
    @Override
    List<Mutant> all(GoodPackage good) {
      List<Mutant> all = new ArrayList<>();
      all.addAll(logic(good, "(?<=\\w\\)? )(<|>|<=|>=)(?= [\\w(-])", Mutation::nextBound));
      all.addAll(logic(good, "(?<=[\\w)] [+-] )(\\d)\\b", Mutation::oneMore));
      all.addAll(logic(good, "(?<=[(, ])(\\d{1,6})(?=[),;\\]])", Mutation::oneMore));
      return all;
    }
  },

  /** CommonJS in a module, or a module's import in CommonJS. */
  MODULE_MIX {
    @Override
    List<Mutant> all(GoodPackage good) {
      List<Mutant> all =
          replaced(
              good,
              "(?m)^import (\\{[^}]+\\}|\\w+) from ('[^']+');$",
              found -> "const " + found.group(1) + " = require(" + found.group(2) + ");",
              (path, found) -> List.of(path, "There is no \"require\" in an ECMAScript module"));
      all.addAll(
          replaced(
              good,
              "(?m)^const (\\{[^}]+\\}|\\w+) = require\\(('[^']+')\\);$",
              found -> "import " + found.group(1) + " from " + found.group(2) + ";",
              (path, found) -> List.of(path, "it is written as an ECMAScript module")));
      return all;
    }
  },

  /** An entry point or a command that is not there. */
  BAD_ENTRY {
    @Override
    List<Mutant> all(GoodPackage good) {
      return inManifest(
          good,
          "\"(?:\\./)?(?:src|lib|bin)/([\\w.-]+\\.[cm]?js)\"",
          found -> "\"./dist/" + found.group(1) + "\"",
          "dist/");
    }
  },

  /** A package.json that cannot be read, or says what it must not. */
  BAD_MANIFEST {
    @Override
    List<Mutant> all(GoodPackage good) {
      List<Mutant> all =
          inManifest(
              good, "(\"version\": \"1\\.0\\.0\"),", found -> found.group(1), "not valid JSON");
      all.addAll(inManifest(good, "\"1\\.0\\.0\"", found -> "\"1.0\"", "version"));
      all.addAll(inManifest(good, "\"name\": \"", found -> "\"name\": \"my-", "name"));
      all.addAll(
          inManifest(
              good,
              "\"test\": \"node --test\"",
              found -> "\"test\": \"node --test\",\n    \"postinstall\": \"node src/index.js\"",
              "postinstall"));
      return all;
    }
  },

  /** What should have thrown, or ended with another exit code, does not. */
  NO_THROW {
    @Override
    List<Mutant> all(GoodPackage good) {
      List<Mutant> all = new ArrayList<>();
      all.addAll(logic(good, "\\bthrow new\\b", found -> "void new"));
      all.addAll(logic(good, "(?<=\\breturn )[12](?=;)", found -> "0"));
      return all;
    }
  },

  /** Something goes on for ever. */
  TIMEOUT {
    @Override
    List<Mutant> all(GoodPackage good) {
      return after(
          good, path -> "setInterval(() => {}, 1000);", path -> List.of("did not end in time"));
    }
  },

  /** A promise is rejected and nobody looks. */
  UNHANDLED_REJECTION {
    @Override
    List<Mutant> all(GoodPackage good) {
      return after(
          good,
          path -> "Promise.reject(new Error('the cache is cold'));",
          path -> List.of("the cache is cold", path + "|unhandledRejection"));
    }
  },

  /** A property of nothing is read. */
  TYPE_ERROR {
    @Override
    List<Mutant> all(GoodPackage good) {
      return replaced(
          good,
          "(?m)^(?:export )?(?:async )?function\\*? \\w+\\(.*\\) \\{$",
          found -> found.group() + "\n  let settings;\n  settings.mode = 'plain';",
          (path, found) -> List.of("Cannot set properties of undefined"));
    }
  },

  /** A name that others import is not exported. */
  MISSING_EXPORT {
    @Override
    List<Mutant> all(GoodPackage good) {
      List<Mutant> all =
          replaced(
              good,
              "(?m)^export ((?:async )?function\\*? |class |const )(\\w+)",
              found -> found.group(1) + found.group(2),
              (path, found) -> List.of(found.group(2), "[export-missing]|is not a function"));
      all.addAll(
          replaced(
              good,
              "(?m)^export \\{ (\\w+), ",
              found -> "export { ",
              (path, found) -> List.of(found.group(1), "[export-missing]|is not a function")));
      return all;
    }
  },

  /** A function computes its result and does not return it. */
  SWALLOWED_RESULT {
    @Override
    List<Mutant> all(GoodPackage good) {
      return logic(good, "\\breturn (?=[\\w({\\[`'])", found -> "void ");
    }
  };

  /** Mutants of a package that are worth a try, the same ones each time. */
  List<Mutant> candidates(GoodPackage good) {
    List<Mutant> all = new ArrayList<>(all(good));
    Collections.shuffle(all, new Random((good.name() + name()).hashCode()));
    return all;
  }

  /** Every mutant of this kind. */
  abstract List<Mutant> all(GoodPackage good);

  /** What takes the place of what was found. */
  @FunctionalInterface
  interface Change {
    String of(MatchResult found);
  }

  /** What a failure must say. */
  @FunctionalInterface
  interface Telling {
    List<String> of(String path, MatchResult found);
  }

  /** What depends on the file alone. */
  @FunctionalInterface
  interface OfPath<T> {
    T of(String path);
  }

  List<Mutant> replaced(GoodPackage good, String regex, Change change, Telling clues) {
    List<Mutant> all = new ArrayList<>();
    for (SourceFile source : good.sources()) {
      all.addAll(replaced(good, source, regex, change, clues));
    }
    return all;
  }

  private List<Mutant> replaced(
      GoodPackage good, SourceFile file, String regex, Change change, Telling clues) {
    List<Mutant> all = new ArrayList<>();
    String text = file.content();
    Matcher matcher = Pattern.compile(regex).matcher(text);
    while (matcher.find()) {
      if (!isComment(text, matcher.start())) {
        MatchResult found = matcher.toMatchResult();
        String spoilt =
            text.substring(0, found.start()) + change.of(found) + text.substring(found.end());
        if (!spoilt.equals(text)) {
          all.add(mutant(good, file.path(), spoilt, clues.of(file.path(), found)));
        }
      }
    }
    return all;
  }

  /** Mistakes that only a test can find: it tells the place, or what it expected. */
  List<Mutant> logic(GoodPackage good, String regex, Change change) {
    List<Mutant> all = new ArrayList<>();
    for (Mutant found :
        replaced(good, regex, change, (path, match) -> List.of("[test-failed]|[crashed]"))) {
      String path = Pattern.quote(found.spoilt().path());
      Pattern told = Pattern.compile(path + "|test/\\S+:[0-9]+|expected .*, got ");
      all.add(new Mutant(this, good, found.spoilt(), List.of(found.clues().get(0), told)));
    }
    return all;
  }

  List<Mutant> inManifest(GoodPackage good, String regex, Change change, String clue) {
    SourceFile manifest = good.files().find(GoodPackage.MANIFEST).orElseThrow();
    return replaced(good, manifest, regex, change, (path, found) -> List.of(clue));
  }

  /** A line more at the top of a source file. */
  List<Mutant> before(GoodPackage good, OfPath<String> line, OfPath<List<String>> clues) {
    return good.sources().stream()
        .map(
            file ->
                mutant(
                    good,
                    file.path(),
                    line.of(file.path()) + "\n" + file.content(),
                    clues.of(file.path())))
        .toList();
  }

  /** A line more at the end of a source file. */
  List<Mutant> after(GoodPackage good, OfPath<String> line, OfPath<List<String>> clues) {
    return good.sources().stream()
        .map(
            file ->
                mutant(
                    good,
                    file.path(),
                    file.content() + line.of(file.path()) + "\n",
                    clues.of(file.path())))
        .toList();
  }

  private Mutant mutant(GoodPackage good, String path, String text, List<String> clues) {
    List<Pattern> patterns = clues.stream().map(Mutation::pattern).toList();
    return new Mutant(this, good, new SourceFile(path, text), patterns);
  }

  /** A clue is looked for as it is; of several with bars between them, one is enough. */
  private static Pattern pattern(String clue) {
    return Pattern.compile(
        Stream.of(clue.split("\\|", -1)).map(Pattern::quote).collect(Collectors.joining("|")));
  }

  private static boolean isComment(String text, int at) {
    String line = text.substring(text.lastIndexOf('\n', Math.max(0, at - 1)) + 1, at).strip();
    return line.startsWith("*") || line.startsWith("/*") || line.contains("//");
  }

  private static String nextBound(MatchResult found) {
    return switch (found.group()) {
      case "<" -> "<=";
      case ">" -> ">=";
      case "<=" -> "<";
      default -> ">";
    };
  }

  private static String oneMore(MatchResult found) {
    return String.valueOf(Integer.parseInt(found.group()) + 1);
  }
}
