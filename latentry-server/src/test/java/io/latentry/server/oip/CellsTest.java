package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.server.oip.EveryDoor.Answer;
import io.latentry.server.oip.EveryDoor.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A text means the same through every door as in a file. */
final class CellsTest {
  private static final List<String> KINDS =
      List.of(
          "middle",
          "middle ",
          "\u3000middle",
          "middle\u00A0",
          "\tmiddle",
          "middle\0",
          "\u001Bmiddle",
          "\u200Bmiddle",
          "Middle",
          "NA",
          " null\u2003",
          "N/A\0",
          "?",
          "",
          " ",
          "\u3000",
          "\0",
          "😀",
          "e\u0301",
          "\u00E9");

  @TempDir private Path folder;

  @Test
  void everyDoorUnderstandsATextAsAFileDoes() throws Exception {
    try (EveryDoor doors = new EveryDoor(table(), 1)) {
      assertThat(doors.expected).hasSize(KINDS.size());
      // Known, missing and never seen.
      assertThat(new HashSet<>(doors.expected)).hasSize(3);
      for (Protocol protocol : Protocol.values()) {
        Answer answer = doors.ask(protocol).get(1, TimeUnit.MINUTES);
        assertThat(answer.scores()).as("%s %s", protocol, answer).isEqualTo(doors.expected);
      }
    }
  }

  private Path table() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(EveryDoor.TABLE).subList(0, 2));
    String row = lines.remove(1);
    assertThat(row).contains(",middle,");
    KINDS.forEach(kind -> lines.add(row.replace(",middle,", "," + kind + ",")));
    return Files.write(folder.resolve("kinds.csv"), lines);
  }
}
