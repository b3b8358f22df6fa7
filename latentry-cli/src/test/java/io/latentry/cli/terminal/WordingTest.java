package io.latentry.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WordingTest {
  @Test
  void aShareReadsAsAllOrNothingOnlyIfItIs() {
    assertThat(Wording.percent(0)).isEqualTo("0 %");
    assertThat(Wording.percent(0.00091)).isEqualTo("0.091 %");
    assertThat(Wording.percent(0.123456)).isEqualTo("12 %");
    assertThat(Wording.percent(0.99909)).isEqualTo("99.909 %");
    assertThat(Wording.percent(0.9999999)).isEqualTo("99.99999 %");
    assertThat(Wording.percent(1)).isEqualTo("100 %");
  }
}
