package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.PackagePlan;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.PackagePlan.PlannedFile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanReaderTest {
  @Test
  void aPlanIsFoundWhateverStandsAroundIt() {
    String answer =
        """
        Sure!
        ```json
        {"name": "a", "summary": "s", "files": [{"path": "x", "purpose": "p"}],
         "behaviours": ["b"], "dependencies": [{"name": "d", "range": "^1", "reason": "r"}]}
        ```
        """;
    assertThat(PlanReader.read(answer))
        .hasValue(
            new PackagePlan(
                "a",
                "s",
                List.of(new PlannedFile("x", "p")),
                List.of("b"),
                List.of(new PlannedDependency("d", "^1", "r"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\": \"a\", // the name\n \"summary\": \"s\",}",
        "\"{\\\"name\\\": \\\"a\\\", \\\"summary\\\": \\\"s\\\"}\"",
        "First {\"note\": 1} and then {\"name\": \"a\", \"summary\": \"s\"} or {\"name\": \"b\"}",
        "{\"plan\": {\"name\": \"a\", \"summary\": \"s\"}}",
        "```\n{name: 'a', summary: 's'}\n``` as { you } asked"
      })
  void aPlanNeedNotBeWellFormed(String answer) {
    assertThat(PlanReader.read(answer))
        .hasValue(new PackagePlan("a", "s", List.of(), List.of(), List.of()));
  }

  @Test
  void aPlanThatIsCutOffIsNoPlan() {
    assertThat(PlanReader.read("{\"name\":\"a\",\"files\":[{\"path\":\"x\"}")).isEmpty();
  }

  @Test
  void whatIsMissingIsEmpty() {
    assertThat(PlanReader.read("{\"name\":\"a\"}"))
        .hasValue(new PackagePlan("a", "", List.of(), List.of(), List.of()));
  }

  @Test
  void aPlanIsNotReadWithoutEnd() {
    String many = "{\"path\":\"x\"},".repeat(500) + "{\"path\":\"x\"}";
    assertThat(PlanReader.read("{\"name\":\"a\",\"files\":[" + many + "]}"))
        .hasValueSatisfying(plan -> assertThat(plan.files()).hasSize(40));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no",
        "{",
        "}{",
        "{\"name\":}",
        "{}",
        "{\"name\":\"\"}",
        "{\"name\":\"a b\"}",
        "{\"name\":\"a\\u001b[31m\"}",
        "[1]"
      })
  void anAnswerWithoutPlanIsNoPlan(String answer) {
    assertThat(PlanReader.read(answer)).isEmpty();
  }

  @Test
  void deepNestingIsNoPlanAndNoCrash() {
    assertThat(PlanReader.read("{\"name\":" + "[".repeat(100_000) + "}")).isEmpty();
  }
}
