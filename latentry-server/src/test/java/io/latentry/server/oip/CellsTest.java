package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.latentry.core.cell.CellText;
import io.latentry.server.oip.EveryDoor.Answer;
import io.latentry.server.oip.EveryDoor.Protocol;
import io.latentry.server.oip.rest.RestBodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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
          "\u00E9",
          "\uD800",
          "middle\uDC00",
          "\uDC00\uD800",
          "\uDCFF",
          "\uFFFD",
          "\uFFFF",
          "\uFEFFmiddle",
          "\u180Emiddle",
          "\u0085middle\u2028",
          "middle\u2060",
          "\u202Emiddle",
          "\uD842\uDFB7",
          "NA\uD83D\uDE00");

  private static final int CELLS = 400;

  /** No separators of files: how these quote is theirs. */
  private static final List<String> PIECES =
      List.of(
          "middle",
          "middle",
          "middle",
          "NA",
          "null",
          "?",
          " ",
          "\u00A0",
          "\u3000",
          "\u2003",
          "\u0085",
          "\u2028",
          "\u000B",
          "\0",
          "\u001B",
          "\u200B",
          "\uFEFF",
          "e\u0301",
          "\u00E9",
          "😀",
          "\uD842\uDFB7",
          "\uFFFF",
          "\uD83D",
          "\uDE00",
          "\uDCFF",
          "\uD800");

  @TempDir private Path folder;

  @Test
  void everyDoorUnderstandsATextAsAFileDoes() throws Exception {
    try (EveryDoor doors = new EveryDoor(table(), 1)) {
      assertThat(doors.expected).hasSize(KINDS.size());
      // Known, never seen, and missing or not to be read.
      assertThat(new HashSet<>(doors.expected)).hasSize(3).contains(Float.NaN);
      for (Protocol protocol : Protocol.values()) {
        Answer answer = doors.ask(protocol).get(1, TimeUnit.MINUTES);
        assertThat(answer.scores()).as("%s %s", protocol, answer).isEqualTo(doors.expected);
      }
    }
  }

  /** Whatever a cell is made of. */
  @Test
  void everyDoorAndFormatUnderstandsAnyCellAsCsvDoes() throws Exception {
    List<String> cells = cellsByChance();
    try (EveryDoor doors = new EveryDoor(table(cells), 1)) {
      assertThat(doors.expected).hasSize(CELLS);
      assertThat(new HashSet<>(doors.expected)).hasSize(3).contains(Float.NaN);
      for (Protocol protocol : Protocol.values()) {
        Answer answer = doors.ask(protocol).get(1, TimeUnit.MINUTES);
        assertSame(cells, answer.scores(), doors.expected, protocol.toString());
      }
      assertSame(cells, doors.scores(tabs(cells)), doors.expected, "TSV");
      assertSame(cells, doors.scores(jsonLines(cells)), doors.expected, "JSON lines");
      assertSame(cells, doors.scoresOfBuilt(cells), doors.expected, "library");
      // No Parquet file holds halves of characters.
      List<String> whole = cells.stream().filter(CellText::isText).toList();
      assertThat(whole).hasSizeLessThan(CELLS);
      assertSame(whole, doors.scores(parquet(whole)), doors.scores(table(whole)), "Parquet");
    }
  }

  private static void assertSame(
      List<String> cells, List<Float> got, List<Float> expected, String door) {
    assertThat(got).as(door).hasSameSizeAs(expected);
    for (int i = 0; i < cells.size(); i++) {
      String shown = cells.get(i).codePoints().mapToObj(Integer::toHexString).toList().toString();
      assertThat(got.get(i)).as("%s, cell %d: %s", door, i, shown).isEqualTo(expected.get(i));
    }
  }

  private static List<String> cellsByChance() {
    Random random = new Random(7);
    List<String> cells = new ArrayList<>();
    while (cells.size() < CELLS) {
      StringBuilder cell = new StringBuilder();
      for (int i = random.nextInt(4); i >= 0; i--) {
        cell.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      cells.add(cell.toString());
    }
    return cells;
  }

  private Path tabs(List<String> cells) throws IOException {
    String table = Halves.text(Files.readAllBytes(table(cells, "none", "\t")));
    return Files.write(folder.resolve("cells.tsv"), Halves.bytes(table));
  }

  private Path jsonLines(List<String> cells) throws IOException {
    List<String> head = Files.readAllLines(EveryDoor.TABLE).subList(0, 2);
    String[] names = head.get(0).split(",", -1);
    String[] values = head.get(1).split(",", -1);
    StringBuilder text = new StringBuilder();
    for (String cell : cells) {
      ObjectNode row = RestBodies.JSON.createObjectNode();
      for (int j = 0; j < names.length; j++) {
        row.put(names[j], values[j].equals("middle") ? cell : values[j]);
      }
      text.append(RestBodies.JSON.writeValueAsString(row)).append('\n');
    }
    return Files.writeString(folder.resolve("cells.jsonl"), text);
  }

  private Path parquet(List<String> cells) throws IOException {
    List<String> head = Files.readAllLines(EveryDoor.TABLE).subList(0, 2);
    String[] names = head.get(0).split(",", -1);
    String[] values = head.get(1).split(",", -1);
    Path file = folder.resolve("cells.parquet");
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE t ("
              + Arrays.stream(names)
                  .map(n -> '"' + n + "\" VARCHAR")
                  .collect(Collectors.joining(", "))
              + ", place INTEGER)");
      String marks = String.join(", ", Collections.nCopies(names.length + 1, "?"));
      try (var insert = connection.prepareStatement("INSERT INTO t VALUES (" + marks + ")")) {
        for (int i = 0; i < cells.size(); i++) {
          for (int j = 0; j < names.length; j++) {
            insert.setString(j + 1, values[j].equals("middle") ? cells.get(i) : values[j]);
          }
          insert.setInt(names.length + 1, i);
          insert.executeUpdate();
        }
      }
      statement.execute("COPY (SELECT * FROM t ORDER BY place) TO '" + file + "' (FORMAT parquet)");
    } catch (SQLException e) {
      throw new IOException(e);
    }
    return file;
  }

  private Path table() throws IOException {
    return table(KINDS);
  }

  private Path table(List<String> cells) throws IOException {
    return table(cells, "cells", ",");
  }

  private Path table(List<String> cells, String name, String between) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(EveryDoor.TABLE).subList(0, 2));
    String row = lines.remove(1);
    assertThat(row).contains(",middle,");
    cells.forEach(cell -> lines.add(row.replace(",middle,", "," + cell + ",")));
    lines.replaceAll(line -> line.replace(",", between));
    return Files.write(
        folder.resolve(name + ".csv"), Halves.bytes(String.join("\n", lines) + "\n"));
  }
}
