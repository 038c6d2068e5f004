package dev.packageforge.npm;

import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.npm.testing.Grant;
import dev.packageforge.npm.testing.StrictRegistry;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.testing.PackageRegistryContract;
import org.junit.jupiter.api.AfterEach;

/** npm's registries keep the word of all registries. */
class NpmRegistryContractTest extends PackageRegistryContract {
  private final StrictRegistry server = StrictRegistry.start();
  private final NpmRegistry registry =
      NpmRegistry.builder(server.address()).token(server.issue(Grant.publish("ada"))).build();

  @Override
  protected PackageRegistry registry() {
    return registry;
  }

  @Override
  protected PackedArtifact artifact(String name, String version, byte[] content) {
    byte[] tarball =
        Tars.empty()
            .file(
                "package/package.json",
                Packed.json("name", name, "version", version, "description", "A demo."))
            .file("package/content", content, entry -> {})
            .gzipped();
    return Packed.of(new PackageId(name, version), tarball);
  }

  @AfterEach
  void close() {
    registry.close();
    server.close();
  }
}
