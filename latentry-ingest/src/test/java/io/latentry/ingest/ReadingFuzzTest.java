package io.latentry.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Schema;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.table.InferenceOptions;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLayout;
import io.latentry.ingest.table.TableLoader;
import io.latentry.ingest.table.TableProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadingFuzzTest {
  private static final long SEED = 20_260_101;
  private static final int ROWS = 40;
  private static final Schema SCHEMA =
      Schema.ordered(
          List.of(
              Column.numeric("row", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 9),
              Column.numeric("x", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 9)),
          List.of());

  @TempDir Path directory;

  private static byte[] table(boolean json) {
    StringBuilder text = new StringBuilder(json ? "" : "row,x,note\n");
    for (int i = 0; i < ROWS; i++) {
      text.append(
          (json ? "{\"row\":%d,\"x\":%d.5,\"note\":\"a\u00fcb\"}\n" : "%d,%d.5,\"a\u00fcb\"\n")
              .formatted(i, i * 3));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Reads everything every way; anything but a table or a DataException fails the test. */
  private void readAll(Path file, long round) {
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      Table table = TableLoader.load(source, profile, layout, ReadListener.NONE);
      assertThat(table.schemaFrom(table.readableRows()).columns()).isNotEmpty();
    } catch (DataException expected) {
      assertThat(expected.getMessage()).isNotBlank();
    } catch (RuntimeException | Error other) {
      fail("round " + round + " (seed " + SEED + "), fit: " + other, other);
    }
    try {
      long unused = rowsRead(file);
    } catch (DataException expected) {
      assertThat(expected.getMessage()).isNotBlank();
    } catch (RuntimeException | Error other) {
      fail("round " + round + " (seed " + SEED + "), score: " + other, other);
    }
  }

  private static long rowsRead(Path file) {
    long rows = 0;
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS);
        RowReader reader = source.rows(SCHEMA, List.of(), 7, ReadListener.NONE)) {
      while (reader.hasNext()) {
        RowBatch batch = reader.next();
        assertThat(batch.firstRow()).isEqualTo(rows);
        rows += batch.rows().count();
      }
    }
    return rows;
  }

  @Test
  void randomBytesGiveRowsOrADataException() throws IOException {
    Random random = new Random(SEED);
    for (int round = 0; round < 400; round++) {
      byte[] bytes = new byte[random.nextInt(2000)];
      random.nextBytes(bytes);
      String suffix = List.of(".csv", ".jsonl", ".tsv", "", ".gz").get(round % 5);
      readAll(Files.write(directory.resolve("fuzz" + suffix), bytes), round);
    }
  }

  @Test
  void mutatedFilesGiveRowsOrADataException() throws IOException {
    Random random = new Random(SEED);
    byte[] alphabet = "\"\",;\t|\n\r{}[]:\\\u00fc-+.eE0x ".getBytes(StandardCharsets.ISO_8859_1);
    for (int round = 0; round < 1500; round++) {
      boolean json = round % 2 == 1;
      byte[] bytes = table(json);
      for (int k = random.nextInt(12); k >= 0; k--) {
        bytes[random.nextInt(bytes.length)] = alphabet[random.nextInt(alphabet.length)];
      }
      Path file = directory.resolve(json ? "fuzz.jsonl" : "fuzz.csv");
      readAll(Files.write(file, round % 10 < 2 ? gzipAndDamage(bytes, random) : bytes), round);
    }
  }

  private static byte[] gzipAndDamage(byte[] bytes, Random random) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    }
    byte[] damaged = zipped.toByteArray();
    damaged[2 + random.nextInt(damaged.length - 2)] ^= (byte) (1 << random.nextInt(8));
    return damaged;
  }

  @Test
  void damageWithinALineCostsThatRowAloneAndMovesNoOther() throws IOException {
    Random random = new Random(SEED);
    byte[] alphabet = ",;\t|abc\u00fc-x ".getBytes(StandardCharsets.ISO_8859_1);
    for (int round = 0; round < 500; round++) {
      boolean json = round % 2 == 1;
      byte[] bytes = table(json);
      int hit = 1 + random.nextInt(ROWS - 1);
      int[] line = lineOf(bytes, hit + (json ? 0 : 1));
      int at = line[0] + random.nextInt(line[1] - line[0]);
      // A quote less is another matter: by the format it joins lines.
      if (bytes[at] == '"' && !json) {
        continue;
      }
      bytes[at] = alphabet[random.nextInt(alphabet.length)];
      Path file = Files.write(directory.resolve(json ? "fuzz.jsonl" : "fuzz.csv"), bytes);
      try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS);
          RowReader reader = source.rows(SCHEMA, List.of(), ROWS + 1, ReadListener.NONE)) {
        RowBatch batch = reader.next();
        assertThat(batch.rows().count()).as("round %d", round).isEqualTo(ROWS);
        for (int row = 0; row < ROWS; row++) {
          if (row != hit) {
            assertThat(batch.rows().fault(row)).isNull();
            assertThat(batch.rows().numeric(row, 0)).isEqualTo(row);
            assertThat(batch.rows().numeric(row, 1)).isEqualTo(row * 3 + 0.5f);
          }
        }
      }
    }
  }

  /** Start and end of line {@code number}, 0-based, without its line feed. */
  private static int[] lineOf(byte[] bytes, int number) {
    int start = 0;
    for (int line = 0; line < number; line++) {
      while (bytes[start++] != '\n') {}
    }
    int end = start;
    while (bytes[end] != '\n') {
      end++;
    }
    return new int[] {start, end};
  }
}
