package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class SealedReportTest {
  // Made by the script seal.mjs with this key: {"kind":"test","name":"ä"} and {"kind":"end"}.
  private static final String KEY = "00ff";
  private static final String FIRST =
      "958048f84a3ffce34b46b8575de741dddbc729c8d8879768044ecffff1ba0a7f {\"kind\":\"test\",\"name\":\"\u00e4\"}\n";
  private static final String LAST =
      "f622c1d763eca9c616fa62714d15d4894ecde23b7d45b1ba8aba61dcfebfc73a {\"kind\":\"end\"}\n";

  @Test
  void whatTheScriptWroteIsRead() {
    assertThat(SealedReport.read(bytes(FIRST + LAST), KEY)).hasSize(2);
    assertThat(SealedReport.isComplete(SealedReport.read(bytes(FIRST + LAST), KEY))).isTrue();
  }

  @Test
  void aReportThatStopsEarlyIsNotComplete() {
    assertThat(SealedReport.isComplete(SealedReport.read(bytes(FIRST), KEY))).isFalse();
    assertThat(SealedReport.isComplete(SealedReport.read(bytes(""), KEY))).isFalse();
  }

  @Test
  void nothingBehindABrokenSealIsBelieved() {
    assertThat(SealedReport.read(bytes(FIRST.replace("test", "fake") + LAST), KEY)).isEmpty();
    assertThat(SealedReport.read(bytes(FIRST + LAST.replace("end", "bin")), KEY)).hasSize(1);
    assertThat(SealedReport.read(bytes(LAST), KEY)).isEmpty();
    assertThat(SealedReport.read(bytes(FIRST + FIRST), KEY)).hasSize(1);
    assertThat(SealedReport.read(bytes(FIRST + LAST), "00fe")).isEmpty();
    assertThat(SealedReport.read(bytes("noise\n" + FIRST), KEY)).isEmpty();
  }

  @Test
  void keysDiffer() {
    assertThat(SealedReport.newKey()).hasSize(64).isNotEqualTo(SealedReport.newKey());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
