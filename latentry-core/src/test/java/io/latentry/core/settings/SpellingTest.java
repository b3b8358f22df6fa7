package io.latentry.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpellingTest {
  @Test
  void theDistanceIsTheFewestLettersPutInTakenOutOrChanged() {
    assertThat(Spelling.distance("", "")).isZero();
    assertThat(Spelling.distance("port", "port")).isZero();
    assertThat(Spelling.distance("", "abc")).isEqualTo(3);
    assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Spelling.distance("sitting", "kitten")).isEqualTo(3);
    assertThat(Spelling.distance("flaw", "lawn")).isEqualTo(2);
  }
}
