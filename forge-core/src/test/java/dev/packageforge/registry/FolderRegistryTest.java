package dev.packageforge.registry;

import static dev.packageforge.testing.Artifacts.packed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packageforge.Artifact;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.PublishOptions.Access;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Sha512;
import dev.packageforge.testing.PackageRegistryContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderRegistryTest extends PackageRegistryContract {
  private final Path above;
  private final Path folder;
  private final FolderRegistry registry;

  FolderRegistryTest(@TempDir Path above) {
    this.above = above;
    this.folder = above.resolve("registry");
    this.registry = FolderRegistry.at(folder);
  }

  @Override
  protected PackageRegistry registry() {
    return registry;
  }

  @AfterEach
  void nothingIsOutsideAndNothingIsUnfinished() throws IOException {
    try (Stream<Path> all = Files.list(above)) {
      assertThat(all).allMatch(path -> path.equals(folder));
    }
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        assertThat(all).noneMatch(path -> path.getFileName().toString().startsWith(".publishing"));
      }
    }
  }

  @Test
  void namesItsFolder() {
    assertThat(registry.description()).contains(folder.toString());
    assertThat(folder).doesNotExist();
  }

  @Test
  void theLocationIsTheFileUnderItsOwnName() throws InterruptedException {
    PackedArtifact packed = packed("@demo/slug-maker", "1.0.0", "the bytes");
    publish(packed);
    Path file = Path.of(registry.find(packed.artifact().id()).orElseThrow().location());
    assertThat(file).isAbsolute().hasFileName("package-1.tgz").hasBinaryContent(packed.bytes());
  }

  @Test
  void aDryRunNamesThePlaceAndMakesNoFolder() throws InterruptedException {
    PackedArtifact packed = packed("slug-maker", "1.0.0", "the bytes");
    PublishOutcome outcome = registry.publish(new PublishRequest(packed, PublishOptions.dryRun()));
    String place = folder.resolve("slug-maker/1.0.0/package-1.tgz").toString();
    assertThat(outcome).isEqualTo(new PublishOutcome.NotSent(place));
    assertThat(folder).doesNotExist();
  }

  @Test
  void anotherRegistryInTheSameFolderFindsIt() throws InterruptedException {
    PackedArtifact packed = packed("slug-maker", "1.0.0", "the bytes");
    publish(packed);
    assertThat(FolderRegistry.at(folder).find(packed.artifact().id())).isPresent();
  }

  @Test
  void aTagIsToldAndNothingOutsideTheFolderIs() throws Exception {
    publish(packed("slug-maker", "1.0.0", "the bytes"));
    Path outside = Files.createDirectories(folder.resolveSibling(".tags")).resolve("latest");
    Files.writeString(outside, "not ours");
    assertThat(registry.tagged("slug-maker", "latest")).hasValue("1.0.0");
    assertThat(registry.tagged("slug-maker", "next")).isEmpty();
    assertThat(registry.tagged("..", "latest")).isEmpty();
    assertThat(registry.tagged("slug-maker", "../../../.tags/latest")).isEmpty();
    Files.delete(outside);
    Files.delete(outside.getParent());
  }

  @Test
  void findDigestsTheFileThatIsThere() throws IOException, InterruptedException {
    PackedArtifact packed = packed("slug-maker", "1.0.0", "the bytes");
    publish(packed);
    Path file = Path.of(registry.find(packed.artifact().id()).orElseThrow().location());
    Files.writeString(file, "tampered");
    assertThat(registry.find(packed.artifact().id()).orElseThrow().digest())
        .isEqualTo(Sha512.of("tampered".getBytes(UTF_8)));
  }

  @Test
  void aMissingArtifactOrADamagedRecordIsSaidSo() throws IOException, InterruptedException {
    PackedArtifact packed = packed("slug-maker", "1.0.0", "the bytes");
    publish(packed);
    Path version = folder.resolve("slug-maker/1.0.0");
    Files.delete(version.resolve("package-1.tgz"));
    assertThatThrownBy(() -> registry.find(packed.artifact().id()))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("missing");
    Files.writeString(version.resolve(".version.json"), "{\"name\":\"slug-maker\",");
    assertThatThrownBy(() -> registry.find(packed.artifact().id()))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.retryable()).isFalse();
              assertThat(e.remedy()).contains(version.toString());
            });
    assertThat(publish(packed)).isInstanceOf(PublishOutcome.Exists.class);
  }

  @Test
  void aRecordCannotPointOutOfItsFolder() throws IOException, InterruptedException {
    PackedArtifact packed = packed("slug-maker", "1.0.0", "the bytes");
    publish(packed);
    Path record = folder.resolve("slug-maker/1.0.0/.version.json");
    Files.writeString(record, Files.readString(record).replace("package-1.tgz", "../../x"));
    assertThatThrownBy(() -> registry.find(packed.artifact().id()))
        .isInstanceOf(RegistryException.class);
  }

  @Test
  void tagsFollowTheLastPublishUnderThem() throws IOException, InterruptedException {
    publish(packed("slug-maker", "1.0.0", "one"));
    PublishOptions next = new PublishOptions(Mode.PUBLISH, "next", Access.PUBLIC);
    registry.publish(new PublishRequest(packed("slug-maker", "2.0.0-rc.1", "two"), next));
    publish(packed("slug-maker", "1.0.1", "three"));
    publish(packed("slug-maker", "1.0.0", "refused"));
    Path tags = folder.resolve("slug-maker/.tags");
    assertThat(tags.resolve("latest")).hasContent("1.0.1");
    assertThat(tags.resolve("next")).hasContent("2.0.0-rc.1");
    try (Stream<Path> all = Files.list(tags)) {
      assertThat(all).hasSize(2);
    }
  }

  @Test
  void whatAKilledPublishLeftIsInvisibleAndRemovedLater() throws IOException, InterruptedException {
    Path dead = Files.createDirectories(folder.resolve(".publishing-dead"));
    Files.writeString(dead.resolve("package-1.tgz"), "half");
    Files.setLastModifiedTime(dead, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Path alive = Files.createDirectories(folder.resolve(".publishing-alive"));
    Files.createDirectories(folder.resolve("slug-maker/1.0.0"));
    assertThat(registry.find(new PackageId("slug-maker", "1.0.0"))).isEmpty();
    assertThat(publish(packed("slug-maker", "1.0.0", "whole")))
        .isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(dead).doesNotExist();
    assertThat(alive).isDirectory();
    Files.delete(alive);
  }

  @Test
  void aFileThatWouldHideTheRecordIsRefused() throws InterruptedException {
    PackedArtifact plain = packed("slug-maker", "1.0.0", "x");
    Artifact artifact = plain.artifact();
    Artifact hiding =
        new Artifact(artifact.id(), artifact.digest(), artifact.size(), ".version.json", List.of());
    assertThat(publish(new PackedArtifact(hiding, plain.bytes())))
        .isInstanceOf(PublishOutcome.Refused.class);
  }

  @Test
  void aFolderThatIsAFileIsSaidSo() throws IOException, InterruptedException {
    Files.writeString(folder, "a file");
    PackedArtifact packed = packed("slug-maker", "1.0.0", "x");
    assertThat(publish(packed))
        .isInstanceOfSatisfying(
            PublishOutcome.NotStored.class,
            failed -> {
              assertThat(failed.sentence())
                  .endsWith(
                      folder + ": a file is where a folder should be; nothing was published.");
              assertThat(failed.remedy()).isNotBlank();
            });
    assertThatThrownBy(() -> registry.find(packed.artifact().id()))
        .isInstanceOf(RegistryException.class);
  }

  @Test
  void aReadOnlyFolderIsSaidSo() throws IOException, InterruptedException {
    Files.createDirectory(folder);
    assumeTrue(folder.toFile().setWritable(false), "permissions cannot be set here");
    assumeFalse(Files.isWritable(folder), "this user may write anywhere");
    assertThat(publish(packed("slug-maker", "1.0.0", "x")))
        .isInstanceOfSatisfying(
            PublishOutcome.NotStored.class,
            failed -> assertThat(failed.sentence()).contains("permission denied"));
  }

  @Test
  void aFullDiskPublishesNothingAndIsSaidSo() throws Exception {
    Files.createDirectory(folder);
    assumeTrue(
        works("mount", "-t", "tmpfs", "-o", "size=128k", "forge-test", folder.toString()),
        "this user may not mount a small disk");
    try {
      PackedArtifact large = packed("slug-maker", "1.0.0", new byte[1 << 20]);
      assertThat(publish(large))
          .isInstanceOfSatisfying(
              PublishOutcome.NotStored.class,
              failed -> {
                assertThat(failed.sentence()).endsWith(": no space left; nothing was published.");
                assertThat(failed.remedy()).startsWith("Free some space");
              });
      assertThat(registry.find(large.artifact().id())).isEmpty();
      assertThat(publish(packed("slug-maker", "1.0.0", "small")))
          .isInstanceOf(PublishOutcome.Accepted.class);
    } finally {
      assertThat(works("umount", folder.toString())).isTrue();
    }
  }

  @Test
  void whenItIsKilledEveryVersionIsWholeOrAbsent() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process program =
        new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                Killed.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int published = 0;
    try (BufferedReader output = program.inputReader()) {
      while (published < 20) {
        assertThat(output.readLine()).isEqualTo("1.0." + published);
        published++;
      }
    } finally {
      program.destroyForcibly().waitFor();
    }
    for (int i = 0; i < published; i++) {
      assertThat(registry.find(new PackageId("slug-maker", "1.0." + i)).orElseThrow().digest())
          .isEqualTo(Killed.version(i).artifact().digest());
    }
    try (Stream<Path> versions = Files.list(folder.resolve("slug-maker"))) {
      for (Path version : versions.filter(path -> !path.endsWith(".tags")).toList()) {
        int i = Integer.parseInt(version.getFileName().toString().substring("1.0.".length()));
        assertThat(registry.find(new PackageId("slug-maker", "1.0." + i)).orElseThrow().digest())
            .isEqualTo(Killed.version(i).artifact().digest());
      }
    }
    try (Stream<Path> unfinished = Files.list(folder)) {
      for (Path left : unfinished.filter(path -> !path.endsWith("slug-maker")).toList()) {
        assertThat(left.getFileName().toString()).startsWith(".publishing-");
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
      }
    }
    publish(packed("slug-maker", "2.0.0", "the next one clears up"));
  }

  /** A program that publishes until it is killed. */
  static final class Killed {
    private Killed() {}

    static PackedArtifact version(int i) {
      return packed("slug-maker", "1.0." + i, ("version " + i).repeat(5000));
    }

    public static void main(String[] arguments) throws InterruptedException {
      FolderRegistry registry = FolderRegistry.at(Path.of(arguments[0]));
      for (int i = 0; true; i++) {
        registry.publish(new PublishRequest(version(i), PublishOptions.publish()));
        System.out.println("1.0." + i);
      }
    }
  }

  private static boolean works(String... line) throws InterruptedException {
    try {
      return new ProcessBuilder(line).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private PublishOutcome publish(PackedArtifact packed) throws InterruptedException {
    return registry.publish(new PublishRequest(packed, PublishOptions.publish()));
  }
}
