package io.latentry.core.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CellTextTest {
  private static final Pattern SPACE = Pattern.compile("\\p{IsWhite_Space}");

  @Test
  void whiteSpaceIsWhatUnicodeCallsSo() {
    for (int c = Character.MIN_VALUE; c <= Character.MAX_VALUE; c++) {
      String text = String.valueOf((char) c);
      boolean space = SPACE.matcher(text).matches();

      assertThat(CellText.isSpace((char) c)).as("U+%04X", c).isEqualTo(space);
      String around = text + "a" + text + "b" + text;
      assertThat(CellText.trimmed(around)).isEqualTo(space ? "a" + text + "b" : around);
    }
  }

  @Test
  void aMarkerIsOneWithWhiteSpaceAroundItToo() {
    CellText cells = CellText.of(Set.of(" none ", "-", "無"));
    for (String missing : new String[] {"", " ", "\u3000", "none", "\u00A0none\t", "-", "無\n"}) {
      assertThat(cells.meaning(missing)).as(missing).isEmpty();
      String trimmed = CellText.trimmed(missing);
      char[] padded = ("<" + trimmed + ">").toCharArray();
      assertThat(cells.isMissing(padded, 1, padded.length - 1)).as(missing).isTrue();
    }
    for (String given : new String[] {"NA", "None", "--", "none\0", "\0", "\u200Bnone", "n"}) {
      assertThat(cells.meaning(given)).isEqualTo(given);
    }
    assertThat(CellText.USUAL.meaning(" NA ")).isEmpty();
  }

  @Test
  void lettersStayAsTheyAreSpelled() {
    String composed = "\u00E9";
    String combined = "e\u0301";

    assertThat(CellText.USUAL.meaning(combined))
        .isEqualTo(combined)
        .isNotEqualTo(CellText.USUAL.meaning(composed));
  }
}
