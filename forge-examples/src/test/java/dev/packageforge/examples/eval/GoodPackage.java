package dev.packageforge.examples.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.FileSet;
import dev.packageforge.SourceFile;
import dev.packageforge.llm.Cassette;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A package that passes its verification, as somebody careful would write it for a case.
 *
 * @param name the case
 * @param files all of it
 */
public record GoodPackage(String name, FileSet files) {
  static final String MANIFEST = "package.json";

  private static final JsonMapper JSON = new JsonMapper();

  /** All that can be verified without a network, by name. */
  public static List<GoodPackage> all() {
    URL place = GoodPackage.class.getResource("/dev/packageforge/examples/eval/csv-rows/LICENSE");
    if (place == null) {
      throw new IllegalStateException("the good packages are not on the class path");
    }
    try (Stream<Path> folders = Files.list(Path.of(place.toURI()).resolve("../..").normalize())) {
      return folders
          .filter(folder -> Files.isRegularFile(folder.resolve(MANIFEST)))
          .sorted()
          .map(GoodPackage::read)
          .filter(good -> !good.needsOthers())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The one for a case. */
  public static GoodPackage of(String name) {
    return all().stream().filter(good -> good.name().equals(name)).findFirst().orElseThrow();
  }

  private static GoodPackage read(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      List<SourceFile> files =
          tree.filter(Files::isRegularFile).map(file -> read(folder, file)).toList();
      return new GoodPackage(String.valueOf(folder.getFileName()), FileSet.of(files));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SourceFile read(Path folder, Path file) {
    try {
      String path = folder.relativize(file).toString().replace('\\', '/');
      return new SourceFile(path, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode manifest() {
    try {
      return JSON.readTree(text(MANIFEST));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean needsOthers() {
    JsonNode manifest = manifest();
    return !manifest.path("dependencies").isEmpty() || !manifest.path("devDependencies").isEmpty();
  }

  String packageName() {
    return manifest().path("name").asText();
  }

  String text(String path) {
    return files.find(path).orElseThrow().content();
  }

  /** The files with code that users run. */
  List<SourceFile> sources() {
    return files.files().stream()
        .filter(file -> file.path().matches("(?:src|lib)/.*\\.[cm]?js"))
        .toList();
  }

  /** A model's plan for it. */
  public String plan() {
    ObjectNode plan = JSON.createObjectNode();
    plan.put("name", packageName());
    plan.put("summary", manifest().path("description").asText("A package."));
    plan.putArray("behaviours").add("does what was asked for");
    plan.putArray("dependencies");
    for (SourceFile file : files) {
      plan.withArray("/files").addObject().put("path", file.path()).put("purpose", "needed");
    }
    return plan.toString();
  }

  /** A model's answer that holds these files, each whole. */
  public static String answer(Iterable<SourceFile> files) {
    StringBuilder answer = new StringBuilder();
    for (SourceFile file : files) {
      answer.append(answer(file));
    }
    return answer.toString();
  }

  /** A file in the form in which a model gives it. */
  public static String answer(SourceFile file) {
    String content = file.content().lines().collect(Collectors.joining("\n"));
    return "@@@ %1$s file %2$s\n%3$s\n@@@ %1$s end\n"
        .formatted(Cassette.MARKER, file.path(), content);
  }
}
