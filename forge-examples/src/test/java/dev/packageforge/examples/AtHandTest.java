package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Secret;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtHandTest {
  private static final URI PAGE = URI.create("http://127.0.0.1:9/login/1");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<String> terminal = new ArrayList<>();
  private Desk desk;

  @BeforeEach
  void sitDown(@TempDir Path empty) {
    desk = new Desk(empty);
  }

  @Test
  void aPersonTypesACodeThatIsNotShown() throws InterruptedException {
    desk.typing("123456\n");
    assertThat(atHand().code("The registry wants a one-time code.")).hasValue(Secret.of("123456"));
    assertThat(terminal).containsExactly("hushed", "shown");
    assertThat(said()).contains("wants a one-time code").doesNotContain("123456");
  }

  @Test
  void eachQuestionTakesOneLineAndLeavesTheNext() throws InterruptedException {
    desk.typing("111111\n222222\n\n");
    AtHand atHand = atHand();
    assertThat(atHand.code("one")).hasValue(Secret.of("111111"));
    assertThat(atHand.code("two")).hasValue(Secret.of("222222"));
    assertThat(atHand.code("three")).as("a line with nothing in it").isEmpty();
    assertThat(atHand.code("four")).as("the end of the input").isEmpty();
  }

  @Test
  void aSlipIsNotSentAnywhere() throws InterruptedException {
    desk.typing("12 34\u001b[A\n");
    assertThat(atHand().code("one")).isEmpty();
  }

  @Test
  void aScriptLeavesOneCodeWhichIsUsedOnce() throws InterruptedException {
    desk.environment.put(AtHand.VARIABLE, "654321");
    AtHand atHand = atHand();
    assertThat(atHand.code("one")).hasValue(Secret.of("654321"));
    assertThat(atHand.code("two")).isEmpty();
    assertThat(terminal).isEmpty();
  }

  @Test
  void whatAScriptLeavesAndIsNoCodeIsNotSentAnywhere() throws InterruptedException {
    desk.environment.put(AtHand.VARIABLE, "error: no such key\nsee help");
    assertThat(atHand().code("one")).isEmpty();
  }

  @Test
  void nobodyIsAskedWhereNobodyIs() throws InterruptedException {
    AtHand atHand = atHand();
    assertThat(atHand.code("one")).isEmpty();
    assertThat(atHand.visit(PAGE)).isFalse();
    assertThat(said()).isEmpty();
  }

  @Test
  void aPageIsShownToWhoIsThere() {
    desk.person = true;
    assertThat(atHand().visit(PAGE)).isTrue();
    assertThat(said()).contains(PAGE.toString());
  }

  private AtHand atHand() {
    Surroundings plain = desk.surroundings(new PrintStream(out, true, StandardCharsets.UTF_8));
    Surroundings.Streams streams = plain.streams();
    return new AtHand(
        new Surroundings(
            plain.environment(),
            plain.properties(),
            plain.folder(),
            new Surroundings.Streams(
                streams.in(),
                streams.out(),
                streams.err(),
                streams.screen(),
                streams.person(),
                () -> {
                  terminal.add("hushed");
                  return () -> terminal.add("shown");
                }),
            plain.clock(),
            plain.freeBytes()));
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8) + desk.err.toString(StandardCharsets.UTF_8);
  }
}
