package io.latentry.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.cell.CellText;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowBuilder;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.TextFormat;
import io.latentry.ingest.write.OutputColumn;
import io.latentry.ingest.write.TableSink;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Tables that come and go as streams, and rows that come cell by cell. */
final class StreamsTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Column.numeric("a", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 1),
              Column.numeric("on", ColumnType.BOOLEAN, MissingPolicy.IMPUTE, 0, 1),
              Column.numeric("at", ColumnType.TIMESTAMP, MissingPolicy.IMPUTE, 0, 1),
              Column.categorical("c", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("x"))),
          List.of());

  @Test
  void cellsGivenOneByOneMeanWhatTheyDoInJsonLines() {
    RowBuilder builder = new RowBuilder(SCHEMA, CellText.USUAL);
    String[][] cells = {
      {"1.5", "yes", "2024-03-09T06:44:18Z", " x "},
      {"NA", "", "null", "?"},
      {"0x10", "maybe", "yesterday", "y"},
      {"-1e400", "0", "2024-03-09", "None"},
    };
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      for (String[] row : cells) {
        for (int j = 0; j < 4; j++) {
          int column = builder.column(SCHEMA.columns().get(j).name());
          assertThat(builder.cell(column, row[j])).isTrue();
          assertThat(builder.cell(column, "second")).isFalse();
        }
        builder.endRow();
        lines.append(
            "{\"a\":\"%s\",\"on\":\"%s\",\"at\":\"%s\",\"c\":\"%s\"}\n".formatted((Object[]) row));
      }
      builder.endRow();
      lines.append("{}\n");
    }
    Rows expected = read(lines.toString(), TextFormat.JSON_LINES);
    Rows built = builder.rows();
    assertThat(built.count()).isEqualTo(builder.count()).isEqualTo(100);
    assertThat(built.numeric()).isEqualTo(expected.numeric());
    assertThat(built.categorical()).isEqualTo(expected.categorical());
    for (int row = 0; row < built.count(); row++) {
      String fault = expected.fault(row);
      assertThat(built.fault(row))
          .isEqualTo(fault == null ? null : fault.replace("line " + (row + 1), "row " + row));
    }
    assertThat(built.fault(2)).isEqualTo("row 2 column 'a': '0x10' (expected: a number)");
    assertThat(builder.column("a")).isZero();
    assertThat(builder.column("other")).isNegative();
  }

  @Test
  void aStreamIsReadInTheFormatThatIsStated() {
    Rows rows = read("a\ton\tat\tc\n1\t1\t2024-03-09\tx,y\n", TextFormat.TSV);
    assertThat(rows.numeric(0, 0)).isEqualTo(1);
    assertThat(rows.categorical(0, 0)).isEqualTo("x,y");
    assertThatThrownBy(() -> read("[{\"a\":1}]", TextFormat.JSON_LINES))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("body: a JSON array");
    assertThatThrownBy(() -> read("", TextFormat.CSV)).hasMessageStartingWith("body: empty");
  }

  @Test
  void rowsThatAreThereCanBeHadWhileTheStreamMakesItsReaderWait() throws IOException {
    for (TextFormat format : TextFormat.values()) {
      for (String end : List.of("\n", "\r\n")) {
        for (boolean packed : List.of(false, true)) {
          Waits stream = new Waits(parts(format, end), packed);
          List<Long> before = new ArrayList<>();
          try (DataSource source = DataSource.open(stream, "body", format, ReadOptions.DEFAULTS);
              RowReader reader = source.rows(SCHEMA, List.of(), 4, ReadListener.NONE)) {
            List<Long> got = new ArrayList<>();
            stream.whenEmpty =
                () -> {
                  reader.takeSoFar().ifPresent(batch -> addRows(batch, got));
                  before.add((long) got.size());
                };
            while (reader.hasNext()) {
              addRows(reader.next(), got);
            }
            // The reader has seen the first part before anybody could ask; all of each part that
            // came is had before the next one does, but for the line that is cut in two.
            assertThat(before)
                .as("%s%s packed %s", format, end.length(), packed)
                .containsExactly(1L, 4L, 9L, 10L);
            assertThat(got).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
          }
        }
      }
    }
  }

  private static List<String> parts(TextFormat format, String end) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      lines.add(
          switch (format) {
            case CSV -> i + ",1,2024-03-09,x" + end;
            case TSV -> i + "\t1\t2024-03-09\tx" + end;
            case JSON_LINES -> "{\"a\":" + i + ",\"on\":true}" + end;
          });
    }
    String header =
        format == TextFormat.CSV
            ? "a,on,at,c" + end
            : format == TextFormat.TSV ? "a\ton\tat\tc" + end : "";
    return List.of(
        header + lines.get(0),
        String.join("", lines.subList(1, 4)),
        String.join("", lines.subList(4, 9)) + lines.get(9).substring(0, 3),
        lines.get(9).substring(3),
        lines.get(10));
  }

  private static void addRows(RowBatch batch, List<Long> got) {
    for (int i = 0; i < batch.rows().count(); i++) {
      assertThat(batch.rows().fault(i)).isNull();
      assertThat(batch.rows().numeric(i, 0)).isEqualTo((float) (batch.firstRow() + i));
      got.add(batch.firstRow() + i);
    }
  }

  /** A stream in parts; between two of them whoever reads would wait. */
  private static final class Waits extends InputStream {
    private final Deque<byte[]> parts = new ArrayDeque<>();
    private InputStream part = InputStream.nullInputStream();
    private boolean begun;
    Runnable whenEmpty = () -> {};

    Waits(List<String> text, boolean packed) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      OutputStream out = packed ? new GZIPOutputStream(bytes, true) : bytes;
      for (String each : text) {
        out.write(each.getBytes(StandardCharsets.UTF_8));
        out.flush();
        parts.add(bytes.toByteArray());
        bytes.reset();
      }
      out.close();
      parts.add(bytes.toByteArray());
    }

    @Override
    public int read() {
      throw new AssertionError("one by one");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      while (part.available() == 0) {
        byte[] next = parts.poll();
        if (next == null) {
          return -1;
        }
        if (begun && next.length > 0 && parts.size() > 0) {
          whenEmpty.run();
        }
        begun = true;
        part = new ByteArrayInputStream(next);
      }
      return part.read(target, offset, length);
    }

    @Override
    public int available() throws IOException {
      return part.available();
    }
  }

  @Test
  void aStreamIsWrittenInTheFormatThatIsStated() {
    assertThat(written(TextFormat.CSV)).isEqualTo("row,reason\n7,\"a, b\"\n8,\n");
    assertThat(written(TextFormat.TSV)).isEqualTo("row\treason\n7\ta, b\n8\t\n");
    assertThat(written(TextFormat.JSON_LINES))
        .isEqualTo("{\"row\":7,\"reason\":\"a, b\"}\n{\"row\":8,\"reason\":null}\n");
  }

  private static String written(TextFormat format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<OutputColumn> columns = List.of(OutputColumn.integer("row"), OutputColumn.text("reason"));
    try (TableSink sink = TableSink.open(bytes, "answer", format, columns)) {
      sink.integer(7).text("a, b").endRow();
      sink.integer(8).text("").endRow();
      sink.commit();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static Rows read(String text, TextFormat format) {
    ByteArrayInputStream stream = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    try (DataSource source = DataSource.open(stream, "body", format, ReadOptions.DEFAULTS);
        RowReader reader = source.rows(SCHEMA, List.of(), 1_000, ReadListener.NONE)) {
      return reader.next().rows();
    }
  }
}
