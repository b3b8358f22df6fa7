package io.latentry.scoring;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ScorerOptionsTest {
  @Test
  void noThreadsAreRefused() {
    assertThatThrownBy(() -> ScorerOptions.threads(0))
        .hasMessage("threads: 0 (expected: at least 1)");
  }
}
