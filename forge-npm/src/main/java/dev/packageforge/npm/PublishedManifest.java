package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The copy of a package.json that a registry keeps apart from the tarball, tidied as npm tidies it
 * (npm 11, {@code @npmcli/package-json}: the steps of its {@code prepare}). The tarball is not
 * touched. What npm takes from the machine it runs on is left out: the commit that is checked out,
 * the versions of its own tools, and where a file was.
 */
final class PublishedManifest {
  private static final String NO_README = "ERROR: No README data found!";
  private static final Pattern PERSON_NAME = Pattern.compile("^([^(<]+)");
  private static final Pattern PERSON_MAIL = Pattern.compile("<([^<>]+)>");
  private static final Pattern PERSON_PAGE = Pattern.compile("\\(([^()]+)\\)");
  private static final Pattern LOCAL_BIN =
      Pattern.compile("^(\\.[/\\\\])?node_modules[/\\\\].bin[\\\\/]");

  private final ObjectNode json;
  private final Contents contents;

  private PublishedManifest(ObjectNode json, Contents contents) {
    this.json = json;
    this.contents = contents;
  }

  /** The tidied copy of a manifest. */
  static ObjectNode of(Manifest manifest, Contents contents) {
    ObjectNode copy = manifest.copy();
    PublishedManifest tidy = new PublishedManifest(copy, contents);
    tidy.fromFiles();
    tidy.fields();
    return copy;
  }

  /** What is told by the names of the files. */
  private void fromFiles() {
    ObjectNode scripts = json.path("scripts") instanceof ObjectNode some ? some : json.objectNode();
    boolean installs = truthy(scripts.path("install")) || truthy(scripts.path("preinstall"));
    JsonNode gyp = json.path("gypfile");
    if (!installs && !(gyp.isBoolean() && !gyp.asBoolean()) && hasGyp()) {
      // npm runs this at install whether it is written down or not; so the registry must know.
      scripts.put("install", "node-gyp rebuild");
      json.set("scripts", scripts);
      json.put("gypfile", true);
    }
    if (!truthy(scripts.path("start")) && contents.paths().contains("server.js")) {
      scripts.put("start", "node server.js");
      json.set("scripts", scripts);
    }
    if (!truthy(json.path("readme"))) {
      json.put("readme", contents.readme().isEmpty() ? NO_README : contents.readme());
      if (!contents.readmeFile().isEmpty()) {
        json.put("readmeFilename", contents.readmeFile());
      }
    }
    mans();
    bins();
    types();
  }

  private boolean hasGyp() {
    return contents.paths().stream()
        .anyMatch(path -> path.endsWith(".gyp") && !path.contains("/") && !path.startsWith("."));
  }

  private void mans() {
    JsonNode folder = json.path("directories").path("man");
    if (truthy(folder) && folder.isTextual() && !truthy(json.path("man"))) {
      ArrayNode pages = json.putArray("man");
      String below = inside(folder.asText()) + "/";
      contents.paths().stream()
          .filter(path -> path.startsWith(below) && path.matches(".*\\.[0-9]"))
          .forEach(pages::add);
    }
    JsonNode man = json.remove("man");
    List<JsonNode> all = man == null ? List.of() : man.isArray() ? list(man) : List.of(man);
    List<String> pages =
        all.stream().filter(JsonNode::isTextual).map(each -> inside(each.asText())).toList();
    if (!pages.isEmpty()) {
      ArrayNode kept = json.putArray("man");
      pages.forEach(kept::add);
    }
  }

  private void bins() {
    JsonNode folder = json.path("directories").path("bin");
    JsonNode bin = json.path("bin");
    if (folder.isTextual() && truthy(folder) && !truthy(bin)) {
      String below = inside(folder.asText()) + "/";
      ObjectNode found = json.putObject("bin");
      contents.paths().stream()
          .filter(path -> path.startsWith(below))
          .filter(path -> !path.startsWith(".", below.length()))
          .forEach(path -> found.put(last(path), path));
      return;
    }
    ObjectNode tidy = json.objectNode();
    if (bin.isTextual() && truthy(bin)) {
      tidy.put(json.path("name").asText(), bin.asText());
    } else if (bin.isArray()) {
      list(bin).forEach(each -> tidy.set(last(each.asText()), each));
    } else if (bin.isObject()) {
      bin.properties().forEach(each -> tidy.set(each.getKey(), each.getValue()));
    }
    json.remove("bin");
    ObjectNode kept = json.objectNode();
    for (Map.Entry<String, JsonNode> each : tidy.properties()) {
      String name = last(inside(each.getKey()));
      String target = each.getValue().isTextual() ? inside(each.getValue().asText()) : "";
      if (!name.isEmpty() && !target.isEmpty()) {
        kept.put(name, target);
      }
    }
    if (!kept.isEmpty()) {
      json.set("bin", kept);
    }
  }

  /** The declarations beside the entry point, if nobody named any. */
  private void types() {
    if (json.has("types") || json.has("typings")) {
      return;
    }
    JsonNode main = json.path("main");
    String index = inside(main.isTextual() && truthy(main) ? main.asText() : "index.js");
    int dot = index.indexOf('.', index.lastIndexOf('/') + 2) < 0 ? -1 : index.lastIndexOf('.');
    String declarations = (dot < 0 ? index : index.substring(0, dot)) + ".d.ts";
    if (contents.paths().contains(declarations)) {
      json.put("types", "./" + declarations);
    }
  }

  /** What is told by the fields themselves. */
  private void fields() {
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    names.stream().filter(name -> name.startsWith("_")).forEach(json::remove);
    json.put("name", json.path("name").asText().strip());
    bundled();
    scripts();
    repository();
    for (String section : List.of("dependencies", "devDependencies", "optionalDependencies")) {
      dependencies(section);
    }
    description();
    json.remove("modules");
    onlyTexts("files");
    keywords();
    bugs();
    homepage();
    people();
  }

  private void bundled() {
    JsonNode misspelt = json.remove("bundledDependencies");
    if (misspelt != null && !json.has("bundleDependencies")) {
      json.set("bundleDependencies", misspelt);
    }
    JsonNode bundle = json.remove("bundleDependencies");
    if (bundle == null) {
      return;
    }
    List<String> members = new ArrayList<>();
    if (bundle.isBoolean() && bundle.asBoolean()) {
      json.path("dependencies").fieldNames().forEachRemaining(members::add);
    } else if (bundle.isArray()) {
      list(bundle).stream().filter(this::isText).forEach(each -> members.add(each.asText()));
    } else if (bundle.isObject()) {
      bundle.fieldNames().forEachRemaining(members::add);
    } else {
      return;
    }
    ArrayNode kept = json.putArray("bundleDependencies");
    members.forEach(kept::add);
    if (!members.isEmpty()) {
      ObjectNode dependencies =
          json.path("dependencies") instanceof ObjectNode some
              ? some
              : json.putObject("dependencies");
      members.stream()
          .filter(member -> !dependencies.has(member))
          .forEach(member -> dependencies.put(member, "*"));
    }
  }

  private void scripts() {
    JsonNode scripts = json.path("scripts");
    if (scripts.isMissingNode()) {
      return;
    }
    if (!scripts.isObject()) {
      json.remove("scripts");
      return;
    }
    ObjectNode kept = json.objectNode();
    for (Map.Entry<String, JsonNode> each : scripts.properties()) {
      if (each.getValue().isTextual()) {
        kept.put(each.getKey(), LOCAL_BIN.matcher(each.getValue().asText()).replaceFirst(""));
      }
    }
    json.set("scripts", kept);
  }

  private void repository() {
    if (json.path("repositories").isArray() && !json.path("repositories").isEmpty()) {
      json.set("repository", json.path("repositories").get(0));
    }
    JsonNode repository = json.path("repository");
    if (isText(repository)) {
      json.putObject("repository").put("type", "git").put("url", repository.asText());
    }
    if (json.path("repository") instanceof ObjectNode object && isText(object.path("url"))) {
      HostedGit.of(object.path("url").asText())
          .ifPresent(hosted -> object.put("url", hosted.cloned()));
    }
  }

  private Optional<HostedGit> hosted() {
    JsonNode url = json.path("repository").path("url");
    return url.isTextual() ? HostedGit.of(url.asText()) : Optional.empty();
  }

  private void dependencies(String section) {
    JsonNode written = json.path(section);
    if (written.isMissingNode()) {
      return;
    }
    if (!written.isObject()) {
      json.remove(section);
      return;
    }
    ObjectNode kept = json.objectNode();
    for (Map.Entry<String, JsonNode> each : written.properties()) {
      if (each.getValue().isTextual()) {
        String range = each.getValue().asText();
        kept.put(each.getKey(), HostedGit.of(range).map(HostedGit::dependency).orElse(range));
      }
    }
    json.set(section, kept);
  }

  private void description() {
    if (json.has("description") && !json.path("description").isTextual()) {
      json.remove("description");
    }
    String readme = json.path("readme").asText();
    if (!truthy(json.path("description")) && !readme.equals(NO_README)) {
      json.put("description", firstParagraph(readme));
    }
  }

  /** The first block of text that is no heading. */
  private static String firstParagraph(String readme) {
    List<String> lines = readme.strip().lines().toList();
    int start = 0;
    while (start < lines.size()
        && (lines.get(start).isBlank() || lines.get(start).strip().startsWith("#"))) {
      start++;
    }
    int end = start;
    while (end < lines.size() && !lines.get(end).isBlank()) {
      end++;
    }
    return String.join(" ", lines.subList(start, end)).strip();
  }

  private void keywords() {
    JsonNode keywords = json.path("keywords");
    if (keywords.isTextual()) {
      ArrayNode split = json.putArray("keywords");
      for (String word : keywords.asText().split(",\\s+", -1)) {
        split.add(word);
      }
    }
    onlyTexts("keywords");
  }

  /** Keeps of a list what is a text; what is no list is not kept. */
  private void onlyTexts(String field) {
    JsonNode written = json.path(field);
    if (written.isMissingNode()) {
      return;
    }
    json.remove(field);
    if (written.isArray()) {
      ArrayNode kept = json.putArray(field);
      list(written).stream().filter(this::isText).forEach(kept::add);
    }
  }

  private void bugs() {
    JsonNode bugs = json.path("bugs");
    ObjectNode kept = json.objectNode();
    if (!truthy(bugs)) {
      hosted().ifPresent(hosted -> kept.put("url", hosted.issues()));
    } else if (bugs.isTextual()) {
      String text = bugs.asText();
      if (isMail(text)) {
        kept.put("email", text);
      } else if (isAddress(text)) {
        kept.put("url", text);
      } else {
        return; // npm leaves it as it is
      }
    } else {
      for (String field : List.of("url", "web", "name")) {
        String text = bugs.path(field).asText("");
        if (!kept.has("url") && isAddress(text)) {
          kept.put("url", text);
        }
      }
      if (isMail(bugs.path("email").asText(""))) {
        kept.put("email", bugs.path("email").asText());
      }
    }
    json.remove("bugs");
    if (!kept.isEmpty()) {
      json.set("bugs", kept);
    }
  }

  private void homepage() {
    JsonNode homepage = json.path("homepage");
    if (!truthy(homepage)) {
      hosted().ifPresent(hosted -> json.put("homepage", hosted.page()));
    } else if (!homepage.isTextual()) {
      json.remove("homepage");
    } else if (!isAddress(homepage.asText())) {
      json.put("homepage", "http://" + homepage.asText());
    }
  }

  private void people() {
    if (truthy(json.path("author"))) {
      json.set("author", person(json.path("author")));
    }
    for (String field : List.of("maintainers", "contributors")) {
      if (json.path(field).isArray()) {
        ArrayNode kept = json.arrayNode();
        list(json.path(field)).forEach(each -> kept.add(person(each)));
        json.set(field, kept);
      }
    }
  }

  private ObjectNode person(JsonNode who) {
    ObjectNode parsed = json.objectNode();
    String text = who.asText("");
    if (who.isObject()) {
      String page = who.path("url").asText(who.path("web").asText(""));
      String mail = who.path("email").asText(who.path("mail").asText(""));
      text =
          who.path("name").asText("")
              + (mail.isEmpty() ? "" : " <" + mail + ">")
              + (page.isEmpty() ? "" : " (" + page + ")");
    }
    put(parsed, "name", PERSON_NAME, text);
    put(parsed, "email", PERSON_MAIL, text);
    put(parsed, "url", PERSON_PAGE, text);
    return parsed;
  }

  private static void put(ObjectNode person, String field, Pattern form, String text) {
    Matcher found = form.matcher(text);
    if (found.find() && !found.group(1).isBlank()) {
      person.put(field, field.equals("name") ? found.group(1).strip() : found.group(1));
    }
  }

  private boolean isText(JsonNode node) {
    return node.isTextual() && truthy(node);
  }

  private static boolean isMail(String text) {
    return text.contains("@") && text.indexOf('@') < text.lastIndexOf('.');
  }

  private static boolean isAddress(String text) {
    try {
      return !text.isBlank() && new URI(text).isAbsolute();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** As JavaScript has it. */
  private static boolean truthy(JsonNode node) {
    if (node.isTextual()) {
      return !node.asText().isEmpty();
    }
    return !node.isMissingNode() && !node.isNull() && !(node.isBoolean() && !node.asBoolean());
  }

  private static List<JsonNode> list(JsonNode array) {
    return array.valueStream().toList();
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** A path below the package's root, with nothing in it that leads out. */
  private static String inside(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.replaceAll("[\\\\:]", "/").split("/", -1)) {
      if (part.equals("..")) {
        if (!parts.isEmpty()) {
          parts.remove(parts.size() - 1);
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }
}
