package io.latentry.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ShownTest {
  private static final String HOSTILE = "\u001b]0;owned\u0007\r\u009b31m\u202eabc\u2028\u007f";
  private static final String HARMLESS =
      "\\u001b]0;owned\\u0007\\u000d\\u009b31m\\u202eabc\\u2028\\u007f";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void whatMovesTheCursorIsShownAsWhatItIsAndWordsOfEveryLanguageStay() {
    assertThat(Shown.lines(HOSTILE + "\n\u4f50\u85e4 \ud83d\ude00 \u00e9\t\r\n"))
        .isEqualTo(HARMLESS + "\n\u4f50\u85e4 \ud83d\ude00 \u00e9\t\r\n");
    assertThat(Shown.line("model  1\nmodel  fake")).isEqualTo("model  1\\u000amodel  fake");
  }

  @Test
  void resultsNoticesAndTablesAreShownSo() {
    CommandOutput output = output(false);
    output.result(new TextTable(100).row("model", HOSTILE + "\nmodel  fake").text(""), "");
    output.notice(HOSTILE);

    assertThat(out.toString(StandardCharsets.UTF_8).strip().lines()).hasSize(1);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains(HARMLESS + "\\u000amodel  fake");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(HARMLESS);
  }

  @Test
  void aJsonDocumentStaysTheSame() throws IOException {
    output(true).result("", Map.of("name", HOSTILE));

    String printed = out.toString(StandardCharsets.UTF_8);
    assertThat(printed).doesNotContainPattern("[\\x7f-\\x9f\\u202e\\u2028\\x1b]");
    assertThat(new ObjectMapper().readTree(printed).get("name").asText()).isEqualTo(HOSTILE);
  }

  @Test
  void aTableOnATerminalIsHarmlessAndByteForByteElsewhere() throws IOException {
    byte[] cells = (HOSTILE + "\n\u00e9\u4f50,\u00bf\n").getBytes(StandardCharsets.UTF_8);
    for (boolean shown : List.of(false, true)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (CheckedOutput table =
          new CheckedOutput(new PrintStream(bytes, false, StandardCharsets.UTF_8), shown)) {
        // In pieces, one of which ends within a character.
        for (int i = 0; i < cells.length; i += 3) {
          table.write(cells, i, Math.min(3, cells.length - i));
        }
      }
      String written = bytes.toString(StandardCharsets.UTF_8);
      if (shown) {
        assertThat(written)
            .doesNotContainPattern("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]")
            .endsWith("\n\u00e9\u4f50,\u00bf\n");
      } else {
        assertThat(bytes.toByteArray()).isEqualTo(cells);
      }
    }
  }

  private CommandOutput output(boolean json) {
    GlobalOptions options = new GlobalOptions();
    if (json) {
      CommandLine.ParseResult unused = new CommandLine(options).parseArgs("--json");
    }
    return new CommandOutput(
        new Terminal(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            80,
            System::nanoTime),
        options);
  }
}
