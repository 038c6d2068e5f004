package dev.packageforge.npm;

import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.testing.ToolchainContract;
import dev.packageforge.toolchain.Toolchain;
import dev.packageforge.toolchain.VerificationRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class NpmToolchainContractTest extends ToolchainContract {
  private static final Toolchain TOOLCHAIN = NpmToolchain.builder().build();

  private Sandbox sandbox;

  @BeforeEach
  void findNode(@TempDir Path folder) throws InterruptedException {
    sandbox = Machine.sandbox(folder);
  }

  @Override
  protected Toolchain toolchain() {
    return TOOLCHAIN;
  }

  @Override
  protected Sandbox sandbox() {
    return sandbox;
  }

  @Override
  protected VerificationRequest good() {
    return Drafts.good().request();
  }

  @Override
  protected VerificationRequest failingTest() {
    return Drafts.good().with("test/slug.test.js", Drafts.TEST.replace("'a-b'", "'a_b'")).request();
  }

  @Override
  protected VerificationRequest noTests() {
    return Drafts.good()
        .with("test/slug.test.js", Drafts.TEST.replace("() => assert", "(t) => t.skip() || assert"))
        .request();
  }

  @Override
  protected VerificationRequest wrongName() {
    return Drafts.good().manifest("\"tiny-slug\"", "\"huge-slug\"").request();
  }

  @Override
  protected VerificationRequest endlessTest() {
    String endless =
        Drafts.TEST + "test('waits', () => new Promise(() => setInterval(() => {}, 1000)));\n";
    return Drafts.good().with("test/slug.test.js", endless).request();
  }
}
