package dev.packageforge.examples.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The cases that are shipped. */
class SuiteTest {
  @Test
  void eachIsWholeAndHasHiddenTestsEnough() throws Exception {
    List<EvalCase> cases = Suite.shipped();
    assertThat(cases).extracting(EvalCase::name).doesNotHaveDuplicates().isNotEmpty();
    assertThat(cases).allSatisfy(one -> assertThat(one.tests()).as(one.name()).isGreaterThan(7));
    assertThat(cases)
        .allSatisfy(
            one -> assertThat(one.acceptance()).containsPattern("'PACKAGE|'\\./support\\.mjs'"));
  }

  @Test
  void eachGoodPackageIsForACase() throws Exception {
    assertThat(Suite.shipped())
        .extracting(EvalCase::name)
        .containsAll(GoodPackage.all().stream().map(GoodPackage::name).toList());
  }
}
