package io.latentry.ingest.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.DataException;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RecordCursor;
import io.latentry.ingest.read.StandardInput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TableTallyTest {
  private static final int ROWS = 6_000;

  @TempDir Path folder;

  @Test
  void partsAddUpToTheProfileOfTheWhole() throws Exception {
    Path table = write(TableTallyTest::row);

    TableProfile whole = profile(table);
    TableProfile parts = inParts(table, 7, false);

    assertThat(parts.rows()).isEqualTo(whole.rows());
    for (int j = 0; j < whole.columns().size(); j++) {
      assertThat(parts.columns().get(j))
          .usingRecursiveComparison()
          .withEqualsForType(Double::equals, Double.class)
          .ignoringFields("distinct", "distinctExact", "singles")
          .isEqualTo(whole.columns().get(j));
    }
    assertThat(column(whole, "reading").distinct()).isGreaterThan(2_048);
    assertThat(column(parts, "reading").distinctExact()).isFalse();
    for (String name : List.of("n", "id", "kind", "comma", "gap")) {
      assertThat(column(parts, name).distinct()).isEqualTo(column(whole, name).distinct());
      assertThat(column(parts, name).singles()).isEqualTo(column(whole, name).singles());
    }
  }

  @Test
  void aRowCounterMayComeInPartsInAnyOrder() throws Exception {
    Path table = write(TableTallyTest::row);

    assertThat(column(inParts(table, 7, true), "n").rowCounter()).isTrue();
    assertThat(column(inParts(table, 7, true), "id").rowCounter()).isFalse();
  }

  @Test
  void numbersThatLieFarFromZeroKeepTheirPlace() throws Exception {
    Path table = write(i -> 1e9 + i % 11 / 10.0 - 0.5 + "");

    assertThat(column(inParts(table, 7, false), "n").offset()).isEqualTo(1e9);
  }

  @Test
  void aProfileIsReadAsItWasWritten() throws Exception {
    TableProfile profile = inParts(write(TableTallyTest::row), 3, false);
    Path file = folder.resolve("table.json");

    Files.writeString(file, new SampledTable(1_000, 5, profile).json());

    assertThat(SampledTable.read(file)).isEqualTo(new SampledTable(1_000, 5, profile));
  }

  @Test
  void aFileThatIsNoneIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("table.json"), "{\"format_version\": 9}");

    assertThatThrownBy(() -> SampledTable.read(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("format_version 9 (expected: 1");
  }

  private static String row(int i) {
    return String.join(
        ";",
        String.valueOf(i + 10),
        i == 17 ? "only" : "id-" + i * 7919 % 199,
        i % 3 == 0 ? "low" : "high",
        String.valueOf(Math.sin(i)),
        "\"" + i % 50 + ",5 ms\"",
        i % 9 == 0 ? "" : i % 40 == 1 ? "-999" : String.valueOf(i % 30));
  }

  private Path write(IntFunction<String> row) throws IOException {
    int columns = row.apply(0).split(";", -1).length;
    return Files.writeString(
        folder.resolve("t.csv"),
        List.of("n", "id", "kind", "reading", "comma", "gap").subList(0, columns).stream()
                .collect(Collectors.joining(";"))
            + "\n"
            + IntStream.range(0, ROWS).mapToObj(row).collect(Collectors.joining("\n"))
            + "\n");
  }

  private static DataSource open(Path table) {
    return DataSource.open(
        List.of(table.toString()),
        ReadOptions.DEFAULTS.withDelimiter(';'),
        StandardInput.streamed(InputStream.nullInputStream()));
  }

  private static TableProfile profile(Path table) {
    try (DataSource source = open(table)) {
      return Profiler.profile(source, ReadListener.NONE);
    }
  }

  /** As executors would: each part by itself, sent, and added to those before it. */
  private static TableProfile inParts(Path table, int parts, boolean backwards) throws Exception {
    TableTally first = sum(table, parts, backwards, Map.of());
    Map<String, NumberForm> forms = first.forms(Optional.of(';')).byColumn();
    return sum(table, parts, backwards, forms).profile("t", forms, List.of());
  }

  private static TableTally sum(
      Path table, int parts, boolean backwards, Map<String, NumberForm> forms) throws Exception {
    List<TableTally> tallies = new ArrayList<>();
    try (DataSource source = open(table);
        RecordCursor cursor = source.files().get(0).open(Optional.empty())) {
      List<String> names = cursor.columns();
      TableTally.Look look = null;
      for (int i = 0; cursor.next(); i++) {
        if (look == null || i % ((ROWS + parts - 1) / parts) == 0) {
          TableTally part =
              new TableTally(names, Collections.nCopies(names.size(), Optional.empty()));
          tallies.add(part);
          look = part.look(forms, () -> table + " " + cursor.where());
        }
        look.at(cursor);
      }
    }
    if (backwards) {
      Collections.reverse(tallies);
    }
    TableTally sum = sent(tallies.get(0));
    for (TableTally next : tallies.subList(1, tallies.size())) {
      sum = sent(sum).plus(sent(next));
    }
    return sum;
  }

  private static TableTally sent(TableTally tally) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(tally.compact());
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (TableTally) in.readObject();
    }
  }

  private static ColumnProfile column(TableProfile profile, String name) {
    return profile.columns().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }
}
