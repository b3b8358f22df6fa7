package io.latentry.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ModifiedUtf8Test {
  @Test
  void textIsSpelledAsTheJdkSpellsIt() throws IOException {
    for (String text :
        List.of(
            "",
            "plain",
            "Müller",
            "\u3000",
            "\uFFFF",
            "😀",
            "a𠮷田",
            "\0",
            "a\0😭\0",
            "\uD7FF😀b")) {
      byte[] utf8 = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);

      assertThat(ModifiedUtf8.of(utf8, 1, utf8.length - 1)).as(text).isEqualTo(byJdk(text));
    }
  }

  @Test
  void everyCharacterBeyondTheFirstPlaneIsSpelledAsTheJdkSpellsIt() throws IOException {
    for (int codePoint = 0x10000; codePoint <= Character.MAX_CODE_POINT; codePoint += 97) {
      String text = Character.toString(codePoint);
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);

      assertThat(ModifiedUtf8.of(utf8, 0, utf8.length)).isEqualTo(byJdk(text));
    }
  }

  @Test
  void whatIsNoUtf8StaysAsItIs() {
    byte[] cutOff = {'a', (byte) 0xF0, (byte) 0x9F, (byte) 0x98};

    assertThat(ModifiedUtf8.of(cutOff, 0, cutOff.length)).isEqualTo(cutOff);
  }

  private static byte[] byJdk(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new DataOutputStream(bytes).writeUTF(text);
    // Two bytes of length come first.
    return Arrays.copyOfRange(bytes.toByteArray(), 2, bytes.size());
  }
}
