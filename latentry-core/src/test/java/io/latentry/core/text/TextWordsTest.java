package io.latentry.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a feature of a text was and is, told for readers. */
final class TextWordsTest {
  private static final int ROWS = 900;

  /** {@code TK-1A}, whose last letter one in six or so has. */
  private static TextColumn references() {
    TextTally tally = new TextTally();
    for (int i = 0; i < ROWS; i++) {
      tally.add("TK-1" + "ABCDEF".charAt(i % 6), 1);
    }
    return tally.column("ref");
  }

  private static String told(TextFeature feature, String written) {
    TextColumn column = references();
    int at = column.features().indexOf(feature);
    List<Double> range =
        List.of(
            (double) column.trainingValues("TK-1A")[at],
            (double) column.trainingValues("TK-1F")[at]);
    return TextWords.change(column, feature, range, true, column.values(written)[at], written);
  }

  @Test
  void aTextWithoutARareCharacterIsToldByWhatTheOthersHave() {
    assertThat(told(TextFeature.RAREST_CHARACTER, "TK-1"))
        .isEqualTo(
            "rarest character of ref was one that 150 of 900 normal rows have, now that of 'TK-1',"
                + " which all 900 have");
  }

  @Test
  void aCharacterThatNoRowHasIsToldAsSuch() {
    assertThat(told(TextFeature.RAREST_CHARACTER, "TK-1$"))
        .endsWith("150 of 900 normal rows have, now that of '$', which none has");
    assertThat(told(TextFeature.SHAPE, "tk"))
        .isEqualTo("shape of ref was one that all 900 normal rows have, now 'a', which none has");
  }

  @Test
  void aMeanIsToldAsOne() {
    assertThat(told(TextFeature.WORDS, "TK-1A TK-1A x"))
        .startsWith(
            "words of ref were such as 367 of 900 normal rows have on average, now such as ")
        .endsWith("; the rarest: 'x', which none has");
  }

  @Test
  void withoutTheTextItsRarityIsTold() {
    assertThat(
            TextWords.change(
                references(),
                TextFeature.SHAPE,
                List.of(0.0, 0.0),
                true,
                (float) Math.log(901),
                ""))
        .isEqualTo("shape of ref was one that all 900 normal rows have, now one that none has");
  }
}
