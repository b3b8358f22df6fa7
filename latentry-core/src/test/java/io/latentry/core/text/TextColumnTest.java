package io.latentry.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TextColumnTest {
  private static final List<TextFeature> ALL = List.of(TextFeature.values());

  private static TextColumn of(String... texts) {
    TextTally tally = new TextTally();
    for (String text : texts) {
      tally.add(text, 1);
    }
    return tally.column("path");
  }

  private static float value(TextColumn column, TextFeature feature, String text) {
    return column.values(text)[ALL.indexOf(feature)];
  }

  @Test
  void lengthAndSharesCountCodePoints() {
    TextColumn column = of("ab");

    assertThat(value(column, TextFeature.LENGTH, "a-1 😀")).isEqualTo(5);
    assertThat(value(column, TextFeature.DIGITS, "a-1 😀")).isEqualTo(0.2f);
    assertThat(value(column, TextFeature.SIGNS, "a-1 😀")).isEqualTo(0.2f);
  }

  @Test
  void aPieceIsAsRareAsFewRowsHaveIt() {
    TextColumn column = of("/blog/one", "/blog/two", "/blog/six", "/shop/two");

    assertThat(value(column, TextFeature.RAREST_WORD, "/blog/two"))
        .isCloseTo((float) Math.log(5 / 3.0), within(1e-6f));
    assertThat(value(column, TextFeature.RAREST_WORD, "/blog/admin"))
        .isCloseTo((float) Math.log(5), within(1e-6f));
    assertThat(value(column, TextFeature.WORDS, "/blog/admin"))
        .isCloseTo((float) ((Math.log(5) + Math.log(5 / 4.0)) / 2), within(1e-6f));
    assertThat(value(column, TextFeature.SHAPE, "/what/ever")).isZero();
    assertThat(value(column, TextFeature.SHAPE, "/what-ever"))
        .isCloseTo((float) Math.log(5), within(1e-6f));
  }

  @Test
  void aTextThatRepeatsAPieceCountsOnce() {
    TextColumn column = of("aaaa", "b", "b");

    assertThat(value(column, TextFeature.RAREST_CHARACTER, "a"))
        .isCloseTo((float) Math.log(4 / 2.0), within(1e-6f));
  }

  @Test
  void numbersAreNoWordsOfTheirOwn() {
    TextColumn column = of("item 17", "item 4,711");

    assertThat(column.values("item 23")[ALL.indexOf(TextFeature.RAREST_WORD)]).isZero();
    assertThat(column.values("item 23")).isEqualTo(column.values("item 99"));
  }

  @Test
  void aTrainingTextIsMeasuredAsIfItHadNotBeenCounted() {
    List<String> texts = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      texts.add("/" + Integer.toString(random.nextInt(400), 36) + "/" + random.nextInt(3));
    }
    TextColumn all = of(texts.toArray(String[]::new));
    for (int left = 0; left < texts.size(); left += 20) {
      List<String> others = new ArrayList<>(texts);
      String own = others.remove(left);

      assertThat(all.trainingValues(own)).isEqualTo(of(others.toArray(String[]::new)).values(own));
    }
  }

  /** Other hosts follow these figures: a change of them is a change of the format. */
  @Test
  void theFiguresOfTheFormatStay() {
    TextPieces pieces = new TextPieces("Ab-12 é");

    assertThat(buckets(pieces, TextGrain.CHARACTERS))
        .containsExactly(3803, 1021, 1057, 694, 694, 1382, 1106);
    assertThat(buckets(pieces, TextGrain.PAIRS))
        .containsExactly(3770, 2624, 384, 3842, 407, 2759, 2222, 2611);
    assertThat(buckets(pieces, TextGrain.TRIPLES))
        .containsExactly(3536, 2016, 2808, 2033, 2561, 597, 3955);
    assertThat(buckets(pieces, TextGrain.WORDS)).containsExactly(2624, 694, 1106);
    assertThat(buckets(pieces, TextGrain.SHAPE)).containsExactly(1695);
    assertThat(new String(pieces.shape(), 0, pieces.shape().length)).isEqualTo("Aa-0 u");
  }

  private static int[] buckets(TextPieces pieces, TextGrain grain) {
    pieces.cut(grain);
    int[] buckets = new int[pieces.count()];
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = pieces.bucket(i);
    }
    return buckets;
  }

  @Test
  void theRarestPieceIsShownWithItsNeighbours() {
    TextColumn column = of("name=anna", "name=hanna", "name=nana", "name=mana");

    assertThat(column.piece(TextFeature.RAREST_PAIR, "name='; DROP").text()).contains("'; DROP");
    assertThat(column.piece(TextFeature.RAREST_PAIR, "name='; DROP").rows()).isZero();
    assertThat(column.piece(TextFeature.RAREST_WORD, "name=root").text()).isEqualTo("root");
    assertThat(column.piece(TextFeature.SHAPE, "name=ROOT").text()).isEqualTo("a=A");
  }

  @Test
  void workIsBoundedForTextsOfAnyLength() {
    TextColumn column = of("short", "texts");
    String long1 = "x".repeat(3_000_000);

    assertThat(value(column, TextFeature.LENGTH, long1)).isEqualTo(3_000_000);
    assertThat(value(column, TextFeature.TRIPLES, long1)).isFinite();
  }

  @Test
  void textsOfOddCharactersHaveFiniteValues() {
    TextColumn column = of("a", "b");
    for (String odd : List.of("\0", " ", "\uD800", "\u2028", "--", "😀", "\u0002\u0003")) {
      for (float value : column.values(odd)) {
        assertThat(value).as(odd).isFinite().isNotNegative();
      }
    }
  }

  @Test
  void countsOfAnotherSizeAreRefused() {
    assertThatThrownBy(() -> new TextCounts(TextGrain.PAIRS, new int[7]))
        .hasMessage("counts: 7 buckets (expected: 4096)");
    assertThatThrownBy(() -> new TextColumn("path", 3, List.of(TextFeature.RAREST_PAIR), List.of()))
        .hasMessageContaining("'path': no counts for rarest pair");
  }
}
