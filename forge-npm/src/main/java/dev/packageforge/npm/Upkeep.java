package dev.packageforge.npm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.packageforge.PackageId;
import dev.packageforge.Secret;
import dev.packageforge.Text;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishOutcome.Cause;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * What is changed at a registry after the publish: tags, warnings, stages, and what is withdrawn.
 */
final class Upkeep {
  private static final Pattern TAG = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,99}");

  private final NpmAccess access;
  private final Requests requests;
  private final Lookups lookups;
  private final Changes changes;
  private final Duration timeout;

  Upkeep(NpmAccess access, Requests requests, Lookups lookups, Changes changes, Duration timeout) {
    this.timeout = timeout;
    this.access = access;
    this.requests = requests;
    this.lookups = lookups;
    this.changes = changes;
  }

  /** Points a tag of a package to one of its versions. */
  PublishOutcome tag(PackageId id, String tag, @Nullable Secret code) throws InterruptedException {
    if (!Lookups.mayExist(id) || !TAG.matcher(tag).matches()) {
      return noSuchThing(id.toString(), tag);
    }
    Deed deed = deed(id.name(), "giving " + id + " the tag " + tag, code);
    byte[] body = utf8(TextNode.valueOf(id.version()).toString());
    return change(deed, id.name(), tagAddress(id.name(), tag), "PUT", body, "dist-tag");
  }

  /** Takes a tag away. */
  PublishOutcome untag(String name, String tag, @Nullable Secret code) throws InterruptedException {
    if (!PackageName.mayExist(name) || !TAG.matcher(tag).matches()) {
      return noSuchThing(name, tag);
    }
    Deed deed = deed(name, "taking the tag " + tag + " from " + name, code);
    return change(deed, name, tagAddress(name, tag), "DELETE", null, "dist-tag");
  }

  /** Warns whoever installs these versions. */
  PublishOutcome deprecate(String name, Set<String> versions, String warning, @Nullable Secret code)
      throws InterruptedException {
    Optional<ObjectNode> document = lookups.document(name);
    if (document.isEmpty()) {
      return noSuchThing(name, "");
    }
    ObjectNode json = document.get();
    for (String version : versions) {
      if (!(json.path("versions").path(version) instanceof ObjectNode known)) {
        return noSuchThing(name, version);
      }
      known.put("deprecated", warning);
    }
    String doing = (warning.isEmpty() ? "undeprecating " : "deprecating ") + name;
    Deed deed = deed(name, doing, code);
    return change(
        deed, name, Addresses.ofPackage(registry(name), name), "PUT", bytes(json), "deprecate");
  }

  /**
   * Takes a version away for good; the last one takes the package along. The public registry allows
   * that only for a short time, and never lets the version be used again.
   */
  PublishOutcome unpublish(PackageId id, @Nullable Secret code) throws InterruptedException {
    Optional<ObjectNode> document = lookups.document(id.name());
    if (document.isEmpty()
        || !(document.get().path("versions") instanceof ObjectNode versions)
        || !versions.has(id.version())) {
      return noSuchThing(id.name(), id.version());
    }
    ObjectNode json = document.get();
    if (versions.size() == 1) {
      return remove(id.name(), json, code);
    }
    String stated = versions.path(id.version()).path("dist").path("tarball").asText("");
    versions.remove(id.version());
    retag(json, id.version());
    json.remove(List.of("_revisions", "_attachments"));
    Deed deed = deed(id.name(), "unpublishing " + id, code);
    PublishOutcome outcome =
        change(deed, id.name(), revision(id.name(), json), "PUT", bytes(json), "unpublish");
    if (!(outcome instanceof PublishOutcome.Accepted)) {
      return outcome;
    }
    URI registry = registry(id.name());
    URI tarball = Addresses.ofTarball(registry, id, stated);
    String rev = lookups.document(id.name()).map(Upkeep::rev).orElse("0");
    URI address = Addresses.at(registry, path(registry, tarball) + "/-rev/" + rev);
    PublishOutcome removed = change(deed, id.name(), address, "DELETE", null, "unpublish");
    return removed instanceof PublishOutcome.Accepted
        ? removed
        : new PublishOutcome.Accepted(registry + " took " + id + " away, but not yet its tarball");
  }

  /** Takes a whole package away for good. */
  PublishOutcome unpublishAll(String name, @Nullable Secret code) throws InterruptedException {
    Optional<ObjectNode> document = lookups.document(name);
    return document.isPresent() ? remove(name, document.get(), code) : noSuchThing(name, "");
  }

  private PublishOutcome remove(String name, ObjectNode json, @Nullable Secret code)
      throws InterruptedException {
    Deed deed = deed(name, "unpublishing all of " + name, code);
    return change(deed, name, revision(name, json), "DELETE", null, "unpublish");
  }

  /** Tags of the version that goes are taken away, but the main one goes to the next newest. */
  private static void retag(ObjectNode json, String version) {
    if (!(json.path("dist-tags") instanceof ObjectNode tags)) {
      return;
    }
    boolean latest = tags.path("latest").asText("").equals(version);
    List<String> gone = new ArrayList<>();
    tags.properties()
        .forEach(
            tag -> {
              if (tag.getValue().asText("").equals(version)) {
                gone.add(tag.getKey());
              }
            });
    tags.remove(gone);
    List<SemVer> left = new ArrayList<>();
    json.path("versions")
        .fieldNames()
        .forEachRemaining(each -> SemVer.parse(each).ifPresent(left::add));
    if (latest) {
      left.stream().max(SemVer.BY_PREFERENCE).ifPresent(next -> tags.put("latest", next.text()));
    }
  }

  /** Releases what was staged. */
  PublishOutcome approve(NpmStaged staged, @Nullable Secret code) throws InterruptedException {
    return stage(staged, "approving ", "/approve", "POST", code);
  }

  /** Throws what was staged away. */
  PublishOutcome reject(NpmStaged staged, @Nullable Secret code) throws InterruptedException {
    return stage(staged, "rejecting ", "", "DELETE", code);
  }

  private PublishOutcome stage(
      NpmStaged staged, String doing, String deed, String method, @Nullable Secret code)
      throws InterruptedException {
    String name = staged.id().name();
    if (!Lookups.isStage(staged.stage()) || !PackageName.mayExist(name)) {
      return noSuchThing(name, staged.stage());
    }
    URI address = Addresses.at(registry(name), "-/stage/" + staged.stage() + deed);
    byte[] body = method.equals("POST") ? new byte[0] : null;
    return change(
        deed(name, doing + staged.id() + " at stage " + staged.stage(), code),
        name,
        address,
        method,
        body,
        "stage");
  }

  private Deed deed(String name, String doing, @Nullable Secret code) {
    return new Deed(Deed.Kind.OTHER, name, doing, Optional.ofNullable(code), Deadline.in(timeout));
  }

  private PublishOutcome change(
      Deed deed, String name, URI address, String method, byte @Nullable [] body, String command)
      throws InterruptedException {
    URI registry = registry(name);
    Shown shown = new Shown(requests.credential(registry), /* exchanged= */ false);
    Request.Builder request =
        requests
            .request(address, shown.header())
            .header("npm-command", command)
            .method(method, body == null ? null : new OnceBody(body));
    return changes.send(deed, registry, shown, request);
  }

  private static PublishOutcome noSuchThing(String name, String what) {
    return new PublishOutcome.Refused(
        Cause.INVALID,
        "There is no "
            + Text.visible(name, 120)
            + (what.isEmpty() ? "" : " with " + Text.visible(what, 80))
            + ".",
        "Look the package up, and see how it is written.");
  }

  private URI revision(String name, ObjectNode document) {
    return URI.create(Addresses.ofPackage(registry(name), name) + "/-rev/" + rev(document));
  }

  /** Which state of a document is meant, so that nobody else's change is lost. */
  private static String rev(ObjectNode document) {
    String rev = document.path("_rev").asText("");
    return rev.matches("[A-Za-z0-9._-]{1,100}") ? rev : "0";
  }

  private static String path(URI registry, URI tarball) {
    String path = tarball.getRawPath();
    return path.startsWith(registry.getRawPath())
        ? path.substring(registry.getRawPath().length())
        : path.substring(1);
  }

  private URI tagAddress(String name, String tag) {
    return URI.create(Addresses.ofTags(registry(name), name) + "/" + tag);
  }

  private URI registry(String name) {
    return access.registryFor(name).value();
  }

  private static byte[] bytes(JsonNode json) {
    try {
      return PackumentReader.JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
