package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.packageforge.Artifact;
import dev.packageforge.PackageId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class TarballInspectorTest {
  private static final PackageId TINY = new PackageId("tiny", "1.0.0");
  private static final byte[] NOTHING = new byte[0];

  @Test
  void soundTarballIsListedByPath() throws Exception {
    byte[] bytes =
        Tars.sound()
            .special("package/src/", TarConstants.LF_DIR, "")
            .file("package/src/index.js", "export {};\n")
            .file("package/README.md", "# tiny\n")
            .gzipped();
    Map<String, byte[]> read = new TreeMap<>();
    Tarball tarball = TarballInspector.inspect(bytes, TINY, read::put);
    assertThat(tarball.id()).isEqualTo(TINY);
    assertThat(tarball.entries())
        .containsExactly(
            new Artifact.Entry("README.md", 7),
            new Artifact.Entry("package.json", Tars.MANIFEST.length()),
            new Artifact.Entry("src/index.js", 11));
    assertThat(read).containsOnlyKeys("README.md", "package.json", "src/index.js");
    assertThat(read.get("README.md")).asString(StandardCharsets.UTF_8).isEqualTo("# tiny\n");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void hostileTarballIsRefused(String name, String reason, Supplier<byte[]> bytes) {
    byte[] hostile = bytes.get();
    assertThatThrownBy(() -> TarballInspector.inspect(hostile, TINY, (path, content) -> {}))
        .isInstanceOf(BadTarballException.class)
        .hasMessageContaining(reason);
  }

  static Stream<Arguments> hostile() {
    return Stream.of(
        special("symbolic link", TarConstants.LF_SYMLINK, "/etc/passwd"),
        special("hard link", TarConstants.LF_LINK, "package/package.json"),
        special("character device", TarConstants.LF_CHR, ""),
        special("block device", TarConstants.LF_BLK, ""),
        special("FIFO", TarConstants.LF_FIFO, ""),
        special("contiguous file", TarConstants.LF_CONTIG, ""),
        special("unknown type", (byte) 'Z', ""),
        named("parent folder", "package/../../evil.js", "not a path"),
        named("absolute path", "/etc/cron.d/evil", "not a path"),
        named("other root", "other/evil.js", "not below"),
        named("no root", "evil.js", "not below"),
        named("backslash", "package/..\\evil.js", "not a path"),
        named("drive", "package/C:evil.js", "not a path"),
        named("bidirectional override", "package/a\u202Egpj.js", "not a path"),
        named("zero-width space", "package/a\u200B.js", "not a path"),
        named("escape sequence", "package/\u001B[31m.js", "not a path"),
        named("line break", "package/a\n.js", "not a path"),
        named("decomposed letter", "package/e\u0301.js", "not a path"),
        named("reserved on Windows", "package/aux.js", "not a path"),
        named("empty segment", "package//a.js", "not a path"),
        named("very long name", "package/" + "a".repeat(300), "not a path"),
        named("case twin of the manifest", "package/Package.JSON", "twice"),
        named("second manifest", "package/package.json", "twice"),
        hostile(
            "file that ends like a folder",
            "plain file",
            () -> Tars.sound().special("package/a/", TarConstants.LF_NORMAL, "").gzipped()),
        named("file where a folder is", "package/package.json/a", "meets"),
        hostile(
            "folder in two cases",
            "meets",
            () -> Tars.sound().file("package/a/x", "").file("package/A/y", "").gzipped()),
        hostile("setuid bit", "permission", () -> mode(04755)),
        hostile("setgid bit", "permission", () -> mode(02755)),
        hostile("sticky bit", "permission", () -> mode(01755)),
        hostile("header that does not add up", "does not add up", TarballInspectorTest::unsound),
        hostile(
            "no manifest",
            "no package/package.json",
            () -> Tars.empty().file("package/index.js", "").gzipped()),
        hostile("nothing", "end is missing", () -> Tars.gzip(NOTHING)),
        hostile(
            "manifest of another package",
            "evil@1.0.0",
            () -> manifest("{\"name\":\"evil\",\"version\":\"1.0.0\"}")),
        hostile(
            "manifest of another version",
            "tiny@6.6.6",
            () -> manifest("{\"name\":\"tiny\",\"version\":\"6.6.6\"}")),
        hostile(
            "manifest with a key twice",
            "Duplicate",
            () -> manifest("{\"name\":\"tiny\",\"name\":\"evil\",\"version\":\"1.0.0\"}")),
        hostile("manifest that is no JSON", "not valid JSON", () -> manifest("{")),
        hostile("too many entries", "5000", TarballInspectorTest::crowd),
        hostile(
            "one large file",
            "16777216",
            () -> zeros("package/big", (int) TarballInspector.MAX_FILE + 1)),
        hostile("bomb", "times its size", () -> zeros("package/big", 8 * 1024 * 1024)),
        hostile("large in total", "unpacks to more than", TarballInspectorTest::large),
        hostile("not compressed", "cannot be read", () -> Tars.sound().plain()),
        hostile("truncated compression", "cannot be read", () -> head(Tars.sound().gzipped(), -10)),
        hostile("truncated tar", "", () -> Tars.gzip(head(Tars.sound().plain(), 600))),
        hostile(
            "tar without its end",
            "end is missing",
            () -> Tars.gzip(head(Tars.sound().plain(), 1024))),
        hostile(
            "text behind the compression",
            "follows",
            () -> join(Tars.sound().gzipped(), "hidden".getBytes(StandardCharsets.UTF_8))),
        hostile(
            "second archive behind the compression",
            "follows",
            () -> join(Tars.sound().gzipped(), Tars.sound().gzipped())),
        hostile(
            "second archive behind the end",
            "hidden",
            () -> Tars.gzip(join(Tars.sound().plain(), Tars.sound().plain()))),
        hostile("no bytes", "cannot be read", () -> NOTHING),
        hostile("noise", "cannot be read", () -> new byte[4096]));
  }

  private static Arguments hostile(String name, String reason, Supplier<byte[]> bytes) {
    return arguments(name, reason, bytes);
  }

  private static Arguments special(String name, byte type, String target) {
    return hostile(
        name,
        "neither a file nor a folder",
        () -> Tars.sound().special("package/odd", type, target).gzipped());
  }

  private static Arguments named(String name, String path, String reason) {
    return hostile(name, reason, () -> Tars.sound().file(path, "x").gzipped());
  }

  private static byte[] mode(int mode) {
    return Tars.sound().file("package/run.js", NOTHING, e -> e.setMode(mode)).gzipped();
  }

  private static byte[] manifest(String json) {
    return Tars.empty().file("package/package.json", json).gzipped();
  }

  private static byte[] unsound() {
    byte[] plain = Tars.sound().file("package/a.js", "").plain();
    plain[1024 + 148] ^= 1; // the first digit of the second header's checksum
    return Tars.gzip(plain);
  }

  private static byte[] zeros(String name, int size) {
    return Tars.sound().file(name, new byte[size], e -> {}).gzipped();
  }

  private static byte[] crowd() {
    Tars tars = Tars.sound();
    for (int i = 0; i < TarballInspector.MAX_ENTRIES; i++) {
      tars.file("package/" + i, "");
    }
    return tars.gzipped();
  }

  /** Five files of 15 MiB, of noise that does not compress away. */
  private static byte[] large() {
    byte[] noise = new byte[15 * 1024 * 1024];
    new Random(1).nextBytes(noise);
    Tars tars = Tars.sound();
    for (int i = 0; i < 5; i++) {
      tars.file("package/noise" + i, noise, e -> {});
    }
    return tars.gzipped();
  }

  private static byte[] head(byte[] bytes, int length) {
    return Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length);
  }

  private static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }
}
