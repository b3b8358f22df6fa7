package io.latentry.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Typed values, as a program has them that reads no files, are what a table's text is. */
class RowsBuilderTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Column.numeric("a", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 1),
              Column.numeric("on", ColumnType.BOOLEAN, MissingPolicy.IMPUTE, 0, 1),
              Column.numeric("at", ColumnType.TIMESTAMP, MissingPolicy.IMPUTE, 0, 1),
              Column.categorical("c", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("x"))),
          List.of());
  private static final String[] NAMES = {"x", " y ", "", "né☃", "3"};

  @TempDir Path folder;

  @Test
  void theyMakeTheRowsThatACsvFileMakes() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    RowsBuilder built = new RowsBuilder(SCHEMA);
    StringBuilder csv = new StringBuilder("a,on,at,c\n");
    for (int row = 0; row < 500; row++) {
      double number = random.nextInt(9) == 0 ? Double.NaN : random.nextGaussian() * 1e3;
      boolean truth = random.nextBoolean();
      Instant moment = Instant.ofEpochMilli(random.nextLong(-1L << 40, 1L << 41));
      String name = NAMES[random.nextInt(NAMES.length)];
      boolean whole = random.nextBoolean();
      built.set(3, whole ? name : name.trim());
      built.set(0, number);
      if (random.nextInt(9) > 0) {
        built.set(1, truth);
        csv.append(String.format(Locale.ROOT, "%s,%s,", Double.isNaN(number) ? "" : number, truth));
      } else {
        built.missing(1);
        csv.append(Double.isNaN(number) ? "" : number).append(",,");
      }
      if (whole) {
        built.set(2, moment);
      } else {
        built.set(2, moment.toString());
      }
      csv.append(moment).append(',').append(name).append('\n');
      built.endRow();
    }
    assertSame(built.rows(), csv);
  }

  @Test
  void aCellOfAnotherTypeIsTheFaultThatItIsInACsvFile() throws IOException {
    RowsBuilder built = new RowsBuilder(SCHEMA);
    built.set(2, 17);
    built.set(1, 0.5);
    built.endRow();
    built.set(0, "x".repeat(80));
    built.endRow();
    built.set(0, Instant.EPOCH);
    built.set(1, "perhaps");
    built.endRow();
    built.set(1, "7");
    built.set(2, "yesterday");
    built.set(3, 3);
    built.endRow();
    built.set(0, true);
    built.endRow();
    Rows rows = built.rows();
    assertSame(
        rows,
        "a,on,at,c\n,0.5,17,\n"
            + "x".repeat(80)
            + ",,,\n1970-01-01T00:00:00Z,perhaps,,\n,7,yesterday,3\ntrue,,,\n");
    assertThat(rows.numeric(0, 1)).as("a number that is no truth value").isEqualTo(0.5f);
    assertThat(rows.numeric(2, 1)).as("perhaps").isEqualTo(RowsBuilder.NEITHER);
    assertThat(rows.numeric(3, 1)).as("text that says a number").isEqualTo(7);
    assertThat(rows.categorical(3, 0)).isEqualTo("3");
  }

  @Test
  void rowsThatWereTakenStayAsTheyAre() {
    RowsBuilder built = new RowsBuilder(SCHEMA, 2);
    built.set(0, 1);
    built.endRow();
    built.set(0, 2);
    built.endRow();
    Rows taken = built.rows();
    built.set(0, 3);
    built.set(3, true);
    built.endRow();
    assertThat(taken.numeric()).isEqualTo(built.rows().slice(0, 2).numeric());
    assertThat(built.rows().numeric(2, 0)).isEqualTo(3);
    assertThat(built.rows().categorical(2, 0)).isEqualTo("true");
    assertThat(built.rows().numeric(2, 1)).isNaN();
    assertThat(built.column("c")).isEqualTo(3);
    assertThat(built.column("other")).isNegative();
  }

  private void assertSame(Rows built, CharSequence csv) throws IOException {
    Path file = Files.writeString(folder.resolve("rows.csv"), csv);
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS);
        RowReader reader = source.rows(SCHEMA, List.of(), 1_000, ReadListener.NONE)) {
      Rows read = reader.next().rows();
      assertThat(built.count()).isEqualTo(read.count());
      assertThat(built.numeric()).isEqualTo(read.numeric());
      assertThat(built.categorical()).isEqualTo(read.categorical());
      for (int row = 0; row < built.count(); row++) {
        String fault = read.fault(row);
        assertThat(built.fault(row))
            .isEqualTo(
                fault == null ? null : "row " + row + fault.substring(fault.indexOf(" column")));
      }
    }
  }
}
