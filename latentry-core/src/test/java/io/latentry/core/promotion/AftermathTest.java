package io.latentry.core.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AftermathTest {
  private static final Aftermath BEFORE = new Aftermath(10_000, 20, 8);

  @Test
  void aVersionThatServesAsTheOneBeforeIsKept() {
    assertThat(new Aftermath(5_000, 12, 9).against(BEFORE)).isEmpty();
    assertThat(new Aftermath(5_000, 0, Double.NaN).against(BEFORE)).isEmpty();
  }

  @Test
  void moreRowsThatCannotBeJudgedThanChanceAndTwiceAsManyAreAFault() {
    assertThat(new Aftermath(5_000, 60, 9).against(BEFORE).orElseThrow())
        .isEqualTo("it cannot judge 60 of 5,000 rows, the version before 20 of 10,000");
    assertThat(new Aftermath(5_000, 30, 9).against(BEFORE)).as("may be chance").isEmpty();
    assertThat(new Aftermath(5_000, 60, 9).against(new Aftermath(10_000, 100, 9)))
        .as("hardly more than before")
        .isEmpty();
  }

  @Test
  void requestsThatTakeThreeTimesAsLongAreAFaultUnlessTheyAreShort() {
    assertThat(new Aftermath(5_000, 10, 90).against(BEFORE).orElseThrow())
        .isEqualTo("99 % of its requests take up to 90 ms, those of the version before 8 ms");
    assertThat(new Aftermath(5_000, 10, 50).against(BEFORE)).as("42 ms more").isEmpty();
    assertThat(new Aftermath(5_000, 10, 90).against(new Aftermath(10_000, 20, 40)))
        .as("little more than twice")
        .isEmpty();
  }

  @Test
  void fewRowsTellNothing() {
    assertThat(new Aftermath(99, 99, 900).against(BEFORE)).isEmpty();
    assertThat(new Aftermath(5_000, 5_000, 900).against(new Aftermath(99, 0, 8))).isEmpty();
  }
}
