package dev.packageforge.npm.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Versions that wait for a person's word. */
final class StageRoom {
  /** One of them. */
  record Waiting(String id, Document document, String by, Instant at) {}

  private static final int PAGE = 100;

  private final Shelf shelf;
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();

  StageRoom(Shelf shelf) {
    this.shelf = shelf;
  }

  String add(Document document, String user, Instant now) throws RejectedException {
    refuseStaged(document.name(), document.version());
    shelf.refuseUsed(document.name(), document.version());
    String id = UUID.randomUUID().toString();
    waiting.put(id, new Waiting(id, document, user, now));
    return id;
  }

  void refuseStaged(String name, String version) throws RejectedException {
    for (Waiting each : waiting.values()) {
      if (each.document().name().equals(name) && each.document().version().equals(version)) {
        throw new RejectedException(ErrorRow.STAGED_ALREADY.answer());
      }
    }
  }

  /** One of those that this user may see. */
  Waiting find(String id, Grant grant) throws RejectedException {
    Waiting found = waiting.get(id);
    if (found == null || !sees(grant, found)) {
      throw new RejectedException(ErrorRow.NOT_FOUND.answer());
    }
    return found;
  }

  private boolean sees(Grant grant, Waiting one) {
    String name = one.document().name();
    boolean bound = grant.packages().isEmpty() || grant.packages().contains(name);
    return bound && shelf.find(name).filter(box -> box.owners().contains(grant.user())).isPresent();
  }

  ObjectNode list(Grant grant, Map<String, String> query) {
    String wanted = query.getOrDefault("package", "");
    int page = number(query.get("page"), 0);
    int size = number(query.get("perPage"), PAGE);
    List<Waiting> seen =
        waiting.values().stream()
            .filter(each -> sees(grant, each))
            .filter(each -> wanted.isEmpty() || each.document().name().equals(wanted))
            .toList();
    ObjectNode json = Json.object();
    ArrayNode items = json.putArray("items");
    seen.stream().skip((long) page * size).limit(size).forEach(each -> items.add(item(each)));
    return json.put("page", page).put("perPage", size).put("total", seen.size());
  }

  private static int number(@Nullable String text, int otherwise) {
    return text != null && text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : otherwise;
  }

  static ObjectNode item(Waiting one) {
    Document document = one.document();
    return Json.object()
        .put("id", one.id())
        .put("packageName", document.name())
        .put("version", document.version())
        .put("tag", document.tag())
        .put("createdAt", one.at().toString())
        .put("actor", one.by())
        .put("actorType", "user")
        .put("access", document.access().isEmpty() ? "public" : document.access())
        .put("shasum", Document.sha1(document.tarball().array()));
  }

  void remove(Waiting one) {
    waiting.remove(one.id());
  }

  List<Waiting> all() {
    return List.copyOf(waiting.values());
  }
}
