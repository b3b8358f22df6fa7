package io.latentry.core.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class NeedsTest {
  @Test
  void whatIsMissingSkipsATestAndFailsItWhereNothingMayBeSkipped() {
    assertThatThrownBy(() -> Needs.here(false, "node", false))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("node");
    assertThatThrownBy(() -> Needs.here(false, "node", true))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("not here: node");
  }

  @Test
  void whatIsThereLetsATestGoOn() {
    for (boolean noSkips : new boolean[] {false, true}) {
      assertThatCode(() -> Needs.here(true, "node", noSkips)).doesNotThrowAnyException();
    }
  }
}
