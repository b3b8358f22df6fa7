package io.latentry.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnTest {
  private static final Column PLAIN =
      Column.numeric("x", ColumnType.NUMERIC, MissingPolicy.REJECT, 999_999_997.5, 1_000_000_003);

  @Test
  void anOffsetIsTakenOffBeforeTheCutAndPutBackForPeople() {
    Column centred = PLAIN.less(1e9);
    assertThat(centred.centred(1_000_000_001.378)).isEqualTo(1.378f);
    assertThat(centred.inOwnUnit(1.378f)).isEqualTo(1_000_000_001.378);
    assertThat(centred.inOwnUnit(-2.5f)).isEqualTo(999_999_997.5);
    assertThat(centred.inOwnUnit(Float.NaN)).isNaN();
    assertThat(centred.centred(1e300)).isEqualTo(Float.MAX_VALUE);
    assertThat(centred.exactRange()).contains("999999997.5 to 1000000003");
    assertThat(PLAIN.centred(1_000_000_001.378)).isEqualTo(1e9f);
    assertThat(PLAIN.inOwnUnit(1.5f)).isEqualTo(1.5);
    assertThat(PLAIN.exactRange()).isEmpty();
    assertThatThrownBy(
            () ->
                Column.categorical("c", MissingPolicy.REJECT, UnseenPolicy.OTHER, List.of("a"))
                    .less(1))
        .hasMessageStartingWith("offset: 1.0 of a column CATEGORICAL (expected: ");
  }

  @Test
  void aNumberFarFromItsOffsetIsToldAsFarAsItIsKnown() {
    Column centred = PLAIN.less(1e9);
    assertThat(NoveltyWords.text(centred, centred.centred(1_000_000_050))).isEqualTo("1000000050");
    assertThat(NoveltyWords.text(centred, centred.centred(1.5e9))).isEqualTo("1500000000");
    assertThat(NoveltyWords.text(centred, centred.centred(-5))).isEqualTo("about 0");
  }
}
