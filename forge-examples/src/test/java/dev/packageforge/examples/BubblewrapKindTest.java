package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Cancellation;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.OutputListener;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.testing.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BubblewrapKindTest {
  private Desk desk;

  @BeforeEach
  void sitDown(@TempDir Path folder) {
    desk = new Desk(folder);
  }

  @Test
  void aNodeOfTheUsersOwnIsSeenAndNothingElseOfTheHome() throws Exception {
    Path home = desk.folder.resolve("home");
    Path own = Files.createDirectories(home.resolve("versions/bin"));
    Path node = Files.writeString(own.resolve("node"), "#!/bin/sh\necho v22.3.0\n");
    Files.setPosixFilePermissions(node, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(home.resolve("secret"), "sesame");
    desk.environment.put("PATH", own + ":" + System.getenv("PATH"));
    Sandbox sandbox = working();
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      assertThat(said(session, "node", "--version").succeeded()).isTrue();
      assertThat(said(session, "test", "-e", home.resolve("secret").toString()).succeeded())
          .isFalse();
    }
  }

  @Test
  void aFolderThatTheHomeIsInIsNeverShown() throws Exception {
    Path home = Files.createDirectories(desk.folder.resolve("home"));
    Path node = Files.writeString(home.resolve("node"), "#!/bin/sh\necho v22.3.0\n");
    Files.setPosixFilePermissions(node, PosixFilePermissions.fromString("rwxr-xr-x"));
    desk.environment.put("PATH", home + ":" + System.getenv("PATH"));
    Sandbox sandbox = working();
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      assertThat(said(session, "test", "-e", home.toString()).succeeded()).isFalse();
    }
  }

  private Sandbox working() {
    Surroundings around = desk.surroundings(System.out);
    Sandbox sandbox =
        new BubblewrapKind(around, new Programs(around)).find(Settings.read(around, Map.of()));
    boolean works = true;
    String why = "";
    try {
      sandbox.probe();
    } catch (SandboxException e) {
      works = false;
      why = String.valueOf(e.getMessage());
    }
    Requirement.need("bubblewrap", works, why);
    return sandbox;
  }

  private static ExecResult said(SandboxSession session, String... line)
      throws InterruptedException {
    return session.exec(Command.of(line), OutputListener.SILENT, Cancellation.never());
  }
}
