package dev.packageforge.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Cancellation;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelListener;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ScriptedLanguageModelTest extends LanguageModelContract {
  private final LanguageModelException broken =
      new LanguageModelException(Reason.NETWORK, "the line broke", "try again");

  private ScriptedLanguageModel model = ScriptedLanguageModel.replies();

  @Override
  protected LanguageModel answering(String answer) {
    model = ScriptedLanguageModel.replies(answer).forEver();
    return model;
  }

  @Override
  protected LanguageModel stalling(String beginning) {
    model = ScriptedLanguageModel.replies().thenStall(beginning);
    return model;
  }

  @Override
  protected LanguageModel failing() {
    model = ScriptedLanguageModel.replies().thenThrow(broken);
    return model;
  }

  @Override
  protected OptionalLong requestsSeen() {
    return OptionalLong.of(model.requests().size());
  }

  @Test
  void followsItsScriptAndThenRefuses() throws Exception {
    model = ScriptedLanguageModel.replies("one").thenThrow("tw", broken).thenReply("three");
    assertThat(ask()).isEqualTo("one");
    assertThatThrownBy(this::ask).isSameAs(broken);
    assertThat(ask()).isEqualTo("three");
    assertThatThrownBy(this::ask)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no act for ModelRequest[")
        .hasMessageContaining("plan-1");
    assertThat(model.requests()).hasSize(4).containsOnly(request());
  }

  @Test
  void writesTheMarkerOfTheRequest() throws Exception {
    model = ScriptedLanguageModel.replies("@@@ " + ScriptedLanguageModel.MARKER + " end");
    assertThat(ask()).isEqualTo("@@@ m4rk3r end");
  }

  private String ask() throws InterruptedException {
    return model.generate(request(), ModelListener.SILENT, Cancellation.never()).text();
  }
}
