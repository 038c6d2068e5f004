package dev.packageforge.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WorkerIdentityTest {
  private final Path folder;

  WorkerIdentityTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void whoComesAgainIsTheSame() {
    String first;
    try (WorkerIdentity identity = WorkerIdentity.in(folder)) {
      first = identity.id();
      assertThat(first).matches("worker-[0-9a-f]{16}");
    }
    try (WorkerIdentity again = WorkerIdentity.in(folder)) {
      assertThat(again.id()).isEqualTo(first);
    }
  }

  @Test
  void twoAtATimeAreTwo() {
    WorkerIdentity one = WorkerIdentity.in(folder);
    try (WorkerIdentity two = WorkerIdentity.in(folder)) {
      assertThat(two.id()).isNotEqualTo(one.id());
      String second = two.id();
      one.close();
      try (WorkerIdentity next = WorkerIdentity.in(folder)) {
        assertThat(next.id()).isEqualTo(one.id()).isNotEqualTo(second);
      }
    }
  }

  @Test
  void whatNobodyHasIsAbandoned() {
    assertThat(WorkerIdentity.abandoned(folder.resolve("absent"))).isEmpty();
    WorkerIdentity gone = WorkerIdentity.in(folder);
    try (WorkerIdentity here = WorkerIdentity.in(folder)) {
      gone.close();
      List<WorkerIdentity> abandoned = WorkerIdentity.abandoned(folder);
      assertThat(abandoned).extracting(WorkerIdentity::id).containsExactly(gone.id());
      assertThat(WorkerIdentity.abandoned(folder)).as("taken meanwhile").isEmpty();
      abandoned.forEach(WorkerIdentity::close);
      try (WorkerIdentity again = WorkerIdentity.in(folder)) {
        assertThat(again.id()).isEqualTo(gone.id()).isNotEqualTo(here.id());
      }
    }
  }

  @Test
  void anotherProcessIsSomebodyElseUntilItIsKilled() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader told = other.inputReader(StandardCharsets.UTF_8)) {
      String theirs = told.readLine();
      assertThat(theirs).startsWith("worker-");
      // Looking must not take the lock away from them: so it is done twice.
      for (int look = 0; look < 2; look++) {
        try (WorkerIdentity ours = WorkerIdentity.in(folder)) {
          assertThat(ours.id()).isNotEqualTo(theirs);
        }
      }
      other.destroyForcibly();
      assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
      try (WorkerIdentity heir = WorkerIdentity.in(folder)) {
        assertThat(heir.id()).isEqualTo(theirs);
      }
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void whatIsNoIdIsReplaced() throws IOException {
    Files.writeString(folder.resolve("worker-1.id"), "x".repeat(100));
    try (WorkerIdentity identity = WorkerIdentity.in(folder)) {
      assertThat(Files.readString(folder.resolve("worker-1.id"))).isEqualTo(identity.id() + "\n");
    }
  }

  @Test
  void aFolderThatIsNoneIsSaid() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> WorkerIdentity.in(file))
        .isInstanceOf(WorkerException.class)
        .hasMessageContaining("cannot be kept");
  }

  /** Holds an identity until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (WorkerIdentity identity = WorkerIdentity.in(Path.of(arguments[0]))) {
        System.out.println(identity.id());
        int end = System.in.read();
        System.out.println(end);
      }
    }
  }
}
