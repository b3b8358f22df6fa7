package io.latentry.server.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.monitoring.RecordedFields;
import io.latentry.ingest.write.MemoryTable;
import io.latentry.ingest.write.OutputColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RowFilesTest {
  private static final List<OutputColumn> COLUMNS =
      List.of(OutputColumn.moment(RecordedFields.AT), OutputColumn.number("a"));
  private static final Duration MONTH = Duration.ofDays(30);
  private static final long ROOM = 1L << 40;
  private static final Instant NOON = Instant.parse("2026-01-01T12:10:00Z");

  @TempDir Path folder;
  private RowFiles files;

  @BeforeEach
  void open() {
    files = RowFiles.open(folder);
  }

  private void write(Instant at, double... values) {
    files.write("pump", 1, "0123456789abcdef", at, rows(at, values));
  }

  private static MemoryTable rows(Instant at, double... values) {
    MemoryTable rows = new MemoryTable(COLUMNS);
    for (double value : values) {
      MemoryTable unused = rows.integer(at.toEpochMilli() * 1000).number(value);
      rows.endRow();
    }
    return rows;
  }

  private List<Path> all() throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      return below.filter(Files::isRegularFile).map(folder::relativize).sorted().toList();
    }
  }

  private String sum() throws SQLException, IOException {
    Optional<Path> file =
        files.export("pump", Instant.EPOCH, Instant.parse("2099-01-01T00:00:00Z"));
    if (file.isEmpty()) {
      return "nothing";
    }
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) || ' ' || sum(a) FROM read_parquet('" + file.get() + "')")) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    } finally {
      Files.delete(file.get());
    }
  }

  @Test
  void anHourThatIsOverBecomesOneFile() throws Exception {
    write(NOON, 1, 2);
    write(NOON.plusSeconds(10), 3);
    long unused = files.tidy(NOON.plusSeconds(20), MONTH, ROOM);
    assertThat(all()).as("the hour goes on").hasSize(2);
    write(NOON.plusSeconds(3_600), 4);
    unused = files.tidy(NOON.plusSeconds(3_600), MONTH, ROOM);
    assertThat(all()).hasSize(2);
    assertThat(all().get(1).toString()).startsWith("pump/2026-01-01/13/");
    assertThat(all().get(0).toString()).startsWith("pump/2026-01-01/12-v1-01234567-");
    assertThat(sum()).isEqualTo("4 10.0");
  }

  @Test
  void aProcessThatDiesWhileItPutsAnHourTogetherLeavesNothingTwice() throws Exception {
    write(NOON, 1, 2);
    write(NOON.plusSeconds(10), 3);
    Path part = all().get(0);
    byte[] bytes = Files.readAllBytes(folder.resolve(part));
    long unused = files.tidy(NOON.plusSeconds(7_200), MONTH, ROOM);
    // As if it had died before it deleted this part.
    Files.createDirectories(folder.resolve(part).getParent());
    Files.write(folder.resolve(part), bytes);
    files = RowFiles.open(folder);
    unused = files.tidy(NOON.plusSeconds(7_300), MONTH, ROOM);
    assertThat(all()).hasSize(1);
    assertThat(sum()).isEqualTo("3 6.0");
  }

  @Test
  void whatIsHalfWrittenIsSweptAtTheNextStart() throws Exception {
    write(NOON, 1);
    Path hour = folder.resolve(all().get(0)).getParent();
    Files.write(hour.resolve(".v1-x.parquet.1-2.part"), new byte[] {1});
    Files.createDirectories(hour.resolve(".v1-x.parquet.1-2.part.duckdb"));
    Files.write(hour.resolve(".v1-x.parquet.1-2.part.duckdb/rows"), new byte[] {1});
    files = RowFiles.open(folder);
    assertThat(all()).hasSize(1);
    assertThat(sum()).isEqualTo("1 1.0");
  }

  @Test
  void aClockThatGoesBackLosesNothing() throws Exception {
    write(NOON, 1);
    long unused = files.tidy(NOON.plusSeconds(3_600), MONTH, ROOM);
    write(NOON.plusSeconds(60), 2);
    unused = files.tidy(NOON.plusSeconds(60), MONTH, ROOM);
    unused = files.tidy(NOON.plusSeconds(7_200), MONTH, ROOM);
    assertThat(sum()).isEqualTo("2 3.0");
  }

  @Test
  void oldDaysGo() throws Exception {
    write(NOON, 1);
    write(NOON.plus(Duration.ofDays(29)), 2);
    long unused = files.tidy(NOON.plus(Duration.ofDays(30)), MONTH, ROOM);
    assertThat(sum()).isEqualTo("2 3.0");
    unused = files.tidy(NOON.plus(Duration.ofDays(31)), MONTH, ROOM);
    assertThat(sum()).isEqualTo("1 2.0");
  }

  @Test
  void beyondItsBytesTheOldestGo() throws Exception {
    for (int hour = 0; hour < 4; hour++) {
      write(NOON.plusSeconds(3_600L * hour), 1 << hour);
    }
    long bytes = files.tidy(NOON.plusSeconds(14_000), MONTH, ROOM);
    long left = files.tidy(NOON.plusSeconds(14_000), MONTH, bytes * 5 / 8);
    assertThat(left).isLessThanOrEqualTo(bytes * 5 / 8).isGreaterThan(0);
    assertThat(sum()).isEqualTo("2 12.0");
  }

  @Test
  void namesOfModelsAreNamesOfFoldersAndNothingElse() throws Exception {
    for (String name : List.of("..", ".", "a/../../b", "ä b", ".hidden")) {
      files.write(name, 1, "0123456789abcdef", NOON, rows(NOON, 1));
      assertThat(files.days(name)).as(name).hasSize(1);
    }
    assertThat(all()).hasSize(5);
  }
}
