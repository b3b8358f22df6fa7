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
  void whatTurnsTheDirectionOrIsNotSeenIsShownAsWhatItIsAndJoinersStay() {
    assertThat(Shown.line("a\u061cb\u200ec\u200fd\u2066e\ufefff\udb40\udc41g\ud800h"))
        .isEqualTo("a\\u061cb\\u200ec\\u200fd\\u2066e\\ufefff\\udb40\\udc41g\\ud800h");
    String family = "\ud83d\udc68\u200d\ud83d\udc69 \u0915\u094d\u200c\u0937 \u845b\udb40\udd00";
    assertThat(Shown.line(family)).isEqualTo(family);
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
    String table = HOSTILE + "\r\n\u00e9\u4f50,\ud83d\ude00,\u00bf\u200f\n";
    byte[] cells = table.getBytes(StandardCharsets.UTF_8);
    for (int piece = 1; piece <= 5; piece++) {
      for (boolean shown : List.of(false, true)) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CheckedOutput written =
            new CheckedOutput(new PrintStream(bytes, false, StandardCharsets.UTF_8), shown)) {
          // In pieces, some of which end within a character or an end of line.
          for (int i = 0; i < cells.length; i += piece) {
            written.write(cells, i, Math.min(piece, cells.length - i));
          }
        }
        if (shown) {
          assertThat(bytes.toString(StandardCharsets.UTF_8))
              .as("pieces of %d", piece)
              .isEqualTo(HARMLESS + "\r\n\u00e9\u4f50,\ud83d\ude00,\u00bf\\u200f\n");
        } else {
          assertThat(bytes.toByteArray()).isEqualTo(cells);
        }
      }
    }
  }

  /** A note names columns and files. */
  @Test
  void notesAndBarsOfAFitAreShownSo() {
    StageProgress progress = new StageProgress(terminal(), new GlobalOptions());
    progress.notice(HOSTILE + "\nnote: forged");
    progress.close();
    new ProgressBar(terminal(), HOSTILE, "rows", false).begin();

    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("note: " + HARMLESS + "\\u000anote: forged")
        .doesNotContainPattern("[\\x1b\\x07\\x9b\\u202e]");
  }

  private CommandOutput output(boolean json) {
    GlobalOptions options = new GlobalOptions();
    if (json) {
      CommandLine.ParseResult unused = new CommandLine(options).parseArgs("--json");
    }
    return new CommandOutput(terminal(), options);
  }

  private Terminal terminal() {
    return new Terminal(
        new ByteArrayInputStream(new byte[0]),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false,
        80,
        System::nanoTime);
  }
}
