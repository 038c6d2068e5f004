package dev.packageforge.docker;

import java.util.Map;
import java.util.UUID;

/** The engine of this machine, below the sandbox. */
final class TestEngine {
  private TestEngine() {}

  /** An engine of the caller's own, to be closed by it. */
  static Engine find() throws InterruptedException {
    DockerHere.image();
    return EngineSearch.find(DockerHere.settings());
  }

  static Image image(Engine engine) {
    return engine.images().find(DockerHere.image()).orElseThrow();
  }

  /** A label that no other test has. */
  static Map<String, String> mark(Class<?> test) {
    return Map.of("dev.packageforge.test", test.getSimpleName() + "-" + UUID.randomUUID());
  }

  static void leaveNothing(Engine engine, Map<String, String> mark) {
    engine.containers(mark).forEach(found -> engine.remove(found.id()));
    engine.volumes(mark).forEach(found -> engine.removeVolume(found.id()));
  }
}
