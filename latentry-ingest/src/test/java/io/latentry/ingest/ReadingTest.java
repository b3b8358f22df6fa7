package io.latentry.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.Header;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RecordCursor;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.InferenceOptions;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLayout;
import io.latentry.ingest.table.TableLoader;
import io.latentry.ingest.table.TableProfile;
import java.io.ByteArrayInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadingTest {
  private static final Schema SCHEMA =
      Schema.ordered(
          List.of(
              Column.numeric("a", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 9),
              Column.numeric("b", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 9),
              Column.categorical("c", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("x", "y"))),
          List.of());

  @TempDir Path directory;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private Path gzip(String name, byte[] content) throws IOException {
    Path path = directory.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path))) {
      out.write(content);
    }
    return path;
  }

  /** Each row as {@code a|b|c} or its fault; the kept columns behind. */
  private static List<String> read(
      Schema schema, ReadOptions options, List<String> keep, String... patterns) {
    try (DataSource source = DataSource.open(List.of(patterns), options)) {
      return rowsOf(source, schema, keep);
    }
  }

  private static List<String> rowsOf(DataSource source, Schema schema, List<String> keep) {
    List<String> found = new ArrayList<>();
    try (RowReader reader = source.rows(schema, keep, 3, ReadListener.NONE)) {
      while (reader.hasNext()) {
        RowBatch batch = reader.next();
        assertThat(batch.firstRow()).isEqualTo(found.size());
        for (int row = 0; row < batch.rows().count(); row++) {
          StringBuilder text = new StringBuilder();
          if (batch.rows().fault(row) != null) {
            text.append(batch.rows().fault(row));
          } else {
            for (int j = 0; j < schema.numericCount(); j++) {
              text.append(batch.rows().numeric(row, j)).append('|');
            }
            for (int j = 0; j < schema.categoricalCount(); j++) {
              text.append(batch.rows().categorical(row, j)).append('|');
            }
            text.setLength(text.length() - 1);
          }
          for (String[] kept : batch.kept()) {
            text.append(" + ").append(kept[row]);
          }
          found.add(text.toString());
        }
      }
    }
    return found;
  }

  private static List<String> read(Path... paths) {
    return read(
        SCHEMA,
        ReadOptions.DEFAULTS,
        List.of(),
        Arrays.stream(paths).map(Path::toString).toArray(String[]::new));
  }

  @Test
  void everyFormatGivesTheSameRows() throws IOException {
    List<String> expected = List.of("1.0|2.5|x", "NaN|-3000.0|", "0.5|Infinity|y");
    String csv = "a,b,c\n1,2.5,x\nNA,-3e3,\n.5,inf,y\n";
    String json =
        """
        {"a":1,"b":2.5,"c":"x"}
        {"c":null,"b":-3e3}

        {"c":"y","a":"0.5","b":"Infinity","extra":{"deep":[1]}}
        """;
    assertThat(read(write("plain.csv", csv))).isEqualTo(expected);
    assertThat(read(write("tabs.tsv", csv.replace(',', '\t')))).isEqualTo(expected);
    assertThat(read(write("semicolons.csv", csv.replace(',', ';')))).isEqualTo(expected);
    assertThat(read(write("bars.txt", csv.replace(',', '|')))).isEqualTo(expected);
    assertThat(read(write("windows.csv", csv.replace("\n", "\r\n")))).isEqualTo(expected);
    assertThat(read(write("old-mac.csv", csv.replace("\n", "\r")))).isEqualTo(expected);
    assertThat(read(write("no-end.csv", csv.strip()))).isEqualTo(expected);
    assertThat(read(write("bom.csv", "\uFEFF" + csv))).isEqualTo(expected);
    assertThat(read(write("lines.jsonl", json))).isEqualTo(expected);
    assertThat(read(write("no-suffix", json))).isEqualTo(expected);
    assertThat(read(gzip("zipped.csv.gz", csv.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(expected);
    assertThat(read(gzip("hidden.csv", csv.getBytes(StandardCharsets.UTF_8)))).isEqualTo(expected);
    assertThat(read(gzip("zipped.jsonl.gz", json.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(expected);
    Path utf16 = directory.resolve("utf16.csv");
    Files.write(utf16, ("\uFEFF" + csv).getBytes(StandardCharsets.UTF_16LE));
    assertThat(read(utf16)).isEqualTo(expected);
  }

  @Test
  void columnsAreFoundByNameAndKeptOnesCarriedOver() throws IOException {
    Path file = write("d.csv", "id,c,b,a\n007,x,2,1\nn-2,y,,3\n");
    assertThat(read(SCHEMA, ReadOptions.DEFAULTS, List.of("id", "b"), file.toString()))
        .containsExactly("1.0|2.0|x + 007 + 2", "3.0|NaN|y + n-2 + ");
  }

  @Test
  void badRowsBecomeFaultsAndLeaveTheOthersAlone() throws IOException {
    Path file =
        write(
            "d.csv",
            "a,b,c\n1,2,x\n1,2\n1,2,x,9\nabc,2,x\n0x10,2,x\n5f,2,x\n\"two\nlines\",2,x\n4,5,y\n");
    assertThat(read(file))
        .containsExactly(
            "1.0|2.0|x",
            "line 3: ragged row: 2 fields (expected: 3, as in the header)",
            "line 4: ragged row: 4 fields (expected: 3, as in the header)",
            "line 5 column 'a': 'abc' (expected: a number)",
            "line 6 column 'a': '0x10' (expected: a number)",
            "line 7 column 'a': '5f' (expected: a number)",
            "line 8 column 'a': 'two\nlines' (expected: a number)",
            "4.0|5.0|y");
  }

  @Test
  void lineNumbersCountTheLinesInsideQuotes() throws IOException {
    Path file = write("d.csv", "a,b,c\r\n1,2,\"x\r\n\r\ny\"\r\nbad,2,x\r\n");
    assertThat(read(file).get(1)).startsWith("line 5 column 'a': 'bad'");
  }

  @Test
  void aQuoteLeftOpenCostsTheLinesItSwallowedAndNoRowIsLost() throws IOException {
    Path file = write("d.csv", "a,b,c\n1,2,x\n1,2,\"x\n3,4,y\n5,6,y\n");
    assertThat(read(file))
        .containsExactly(
            "1.0|2.0|x",
            "line 3: a quote is opened and never closed",
            "line 4: inside a quote that is opened above and never closed",
            "line 5: inside a quote that is opened above and never closed");
  }

  @Test
  void brokenJsonLinesBecomeFaults() throws IOException {
    Path file =
        write("d.jsonl", "{\"a\":1,\"b\":2,\"c\":\"x\"}\n{\"a\":1,\n[1]\n{\"a\":{},\"b\":1}\n");
    List<String> rows = read(file);
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0)).isEqualTo("1.0|2.0|x");
    assertThat(rows.get(1)).startsWith("line 2: broken JSON at character");
    assertThat(rows.get(2)).startsWith("line 3: broken JSON: no object");
    assertThat(rows.get(3)).isEqualTo("line 4 column 'a': '{...}' (expected: a number)");
  }

  @Test
  void bytesOfAnotherEncodingCostTheirRowInScoringAndRefuseTheFileInFit() throws IOException {
    Path file = directory.resolve("d.csv");
    Files.write(file, "a,b,c\n1,2,x\n1,2,caf\u00e9\n3,4,y\n".getBytes(StandardCharsets.ISO_8859_1));
    List<String> rows = read(file);
    assertThat(rows).hasSize(3);
    assertThat(rows.get(1))
        .isEqualTo("line 3: column 'c': byte 0xE9 (expected: text in the file's encoding)");
    assertThat(rows.get(2)).isEqualTo("3.0|4.0|y");
    assertThatThrownBy(() -> profile(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("d.csv line 3 column 'c': byte 0xE9")
        .hasMessageContaining("set `encoding`");
    ReadOptions latin = ReadOptions.DEFAULTS.withEncoding(Charset.forName("ISO-8859-1"));
    assertThat(read(SCHEMA, latin, List.of(), file.toString()).get(1)).endsWith("caf\u00e9");
  }

  @Test
  void mixedEncodingsAreNamed() throws IOException {
    Path file = directory.resolve("d.csv");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write("a,b,c\n1,2,\u00fc\n".getBytes(StandardCharsets.UTF_8));
      out.write("1,2,\u00fc\n".getBytes(StandardCharsets.ISO_8859_1));
    }
    assertThatThrownBy(() -> profile(file)).hasMessageContaining("mixes encodings");
  }

  private static TableProfile profile(Path file) {
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      return Profiler.profile(source, ReadListener.NONE);
    }
  }

  @Test
  void filesThatAreNoTableAreRefused() throws IOException {
    assertRefused(write("empty.csv", ""), "empty (expected: a header line");
    assertRefused(write("blank.csv", "\n\n\n"), "empty (expected: a header line");
    assertRefused(write("header.csv", "a,b,c\n"), "a header and no row");
    assertRefused(write("no-header.csv", "1.5,2.5,3\n1,2,3\n"), "expected: a header line");
    assertRefused(write("twice.csv", "a,b,a\n1,2,3\n"), "column 'a' twice");
    assertRefused(write("array.json", "[{\"a\":1}]"), "a JSON array");
    assertRefused(write("fake.parquet", "PAR1 and nothing else"), "cannot be read as Parquet");
    assertRefused(write("sheet.xlsx", "PK\u0003\u0004..."), "a zip archive or spreadsheet");
    assertRefused(directory.resolve("absent.csv"), "no such file");
    assertRefused(directory, "a directory");
    byte[] whole =
        Files.readAllBytes(gzip("t.csv.gz", csvOf(5000).getBytes(StandardCharsets.UTF_8)));
    Path cut = Files.write(directory.resolve("cut.csv.gz"), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> read(cut))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cut.csv.gz");
  }

  private static String csvOf(int rows) {
    return "a,b,c\n"
        + IntStream.range(0, rows)
            .mapToObj(i -> i + "," + (i * 7919L % 1000) + ",x\n")
            .collect(Collectors.joining());
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> profile(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aWrongDelimiterIsNamed() throws IOException {
    Path file = write("d.csv", "a;b;c\n1;2;x\n");
    assertThatThrownBy(
            () -> read(SCHEMA, ReadOptions.DEFAULTS.withDelimiter(','), List.of(), file.toString()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("set `delimiter` to ';'");
  }

  @Test
  void missingColumnsAreRefusedWithTheNearestNames() throws IOException {
    Path file = write("d.csv", "A,b,d\n1,2,3\n");
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no column 'a', 'c'")
        .hasMessageContaining("'a' is nearest to 'A'")
        // An input that is there is no other one misspelt; neither is a name of other letters.
        .hasMessageNotContaining("'c' is nearest");
  }

  @Test
  void missingColumnsMakeEveryRowUnscorableWhereAsked() throws IOException {
    Path file = write("d.csv", "a,b\n1,2\n3,4\n");
    ReadOptions options =
        ReadOptions.DEFAULTS.withMissingColumns(ReadOptions.MissingColumns.UNSCORABLE);
    assertThat(read(SCHEMA, options, List.of(), file.toString()))
        .containsExactly("missing column: 'c'", "missing column: 'c'");
  }

  @Test
  void globsAreReadInTheOrderOfNamesAndMustAgree() throws IOException {
    Path second = write("part-2.csv", "c,b,a\ny,2,2\n");
    Path first = write("part-1.csv", "a,b,c\n1,1,x\n1,1\n");
    assertThat(read(SCHEMA, ReadOptions.DEFAULTS, List.of(), directory + "/part-*.csv"))
        .containsExactly(
            "1.0|1.0|x",
            first + " line 3: ragged row: 2 fields (expected: 3, as in the header)",
            "2.0|2.0|y");
    Files.writeString(second, "a,b,e\n1,1,x\n");
    assertThatThrownBy(
            () -> read(SCHEMA, ReadOptions.DEFAULTS, List.of(), directory + "/part-*.csv"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("lacks 'c', adds 'e'");
    assertThatThrownBy(() -> read(SCHEMA, ReadOptions.DEFAULTS, List.of(), directory + "/none*"))
        .hasMessageContaining("no file matches");
  }

  @Test
  void standardInputStreamsOrIsSpooledAndCleanedUp() throws IOException {
    byte[] csv = csvOf(10).getBytes(StandardCharsets.UTF_8);
    try (DataSource source =
        DataSource.open(
            List.of("-"),
            ReadOptions.DEFAULTS,
            StandardInput.streamed(new ByteArrayInputStream(csv)))) {
      assertThat(source.totalBytes()).isEqualTo(-1);
      assertThat(rowsOf(source, SCHEMA, List.of())).hasSize(10);
    }
    try (DataSource source =
        DataSource.open(
            List.of("-"),
            ReadOptions.DEFAULTS,
            StandardInput.spooled(new ByteArrayInputStream(csv), directory))) {
      assertThat(Profiler.profile(source, ReadListener.NONE).rows()).isEqualTo(10);
      assertThat(rowsOf(source, SCHEMA, List.of())).hasSize(10);
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void tenThousandColumnsAreRead() throws IOException {
    int columns = 10_000;
    String header =
        IntStream.range(0, columns).mapToObj(j -> "f" + j).collect(Collectors.joining(","));
    String row =
        IntStream.range(0, columns).mapToObj(Integer::toString).collect(Collectors.joining(","));
    String other =
        IntStream.range(0, columns).mapToObj(j -> j * 3 + ".5").collect(Collectors.joining(","));
    Path file = write("wide.csv", header + "\n" + row + "\n" + other + "\n" + row + "\n");
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      assertThat(layout.inputs()).hasSize(columns);
      Table table = TableLoader.load(source, profile, layout, ReadListener.NONE);
      Schema schema = table.schemaFrom(table.readableRows());
      try (RowReader reader = source.rows(schema, List.of(), 2, ReadListener.NONE)) {
        assertThat(reader.next().rows().numeric(1, columns - 1)).isEqualTo((columns - 1) * 3 + .5f);
      }
    }
  }

  @Test
  void anEndlessLineIsCutOff() throws IOException {
    Path file = directory.resolve("endless.csv");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write("a,b,c\n1,2,x\n".getBytes(StandardCharsets.UTF_8));
      byte[] megabyte = new byte[1 << 20];
      Arrays.fill(megabyte, (byte) 'z');
      for (int i = 0; i < 40; i++) {
        out.write(megabyte);
      }
    }
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("longer than");
  }

  @Test
  void progressEndsAtTheWholeFile() throws IOException {
    Path file = gzip("d.csv.gz", csvOf(20_000).getBytes(StandardCharsets.UTF_8));
    long[] last = new long[3];
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      var unused =
          Profiler.profile(
              source,
              (rows, bytes, total) -> {
                assertThat(bytes).isBetween(last[1], total);
                last[0] = rows;
                last[1] = bytes;
                last[2] = total;
              });
    }
    assertThat(last).containsExactly(20_000, Files.size(file), Files.size(file));
  }

  @Test
  void aFileWithoutHeaderIsReadByPlaceWhereThatIsSaid() throws IOException {
    ReadOptions bare = ReadOptions.DEFAULTS.withHeader(Header.NONE);
    for (String first : List.of("", "c1,c2,c3\n")) {
      Path file = write("bare.csv", first + "1.5,2.5,ok\n1,2,bad\n");
      try (DataSource source = DataSource.open(List.of(file.toString()), bare);
          RecordCursor cursor = source.files().get(0).open(Optional.empty())) {
        assertThat(cursor.columns()).containsExactly("c1", "c2", "c3");
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.text(0)).isEqualTo("1.5");
        assertThat(cursor.text(2)).isEqualTo("ok");
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.text(2)).isEqualTo("bad");
        assertThat(cursor.next()).isFalse();
      }
    }
    assertRefused(write("h.csv", "1.5,2.5,3\n1,2,3\n"), "or fit with --no-header");
  }

  @Test
  void aFirstLineWithANameThatWasGivenIsAHeaderHoweverMuchOfItAreNumbers() throws IOException {
    Path file = write("numbers.csv", "0,0.1,100,label\n1,2,3,ok\n");
    assertRefused(file, "expected: a header line");
    for (Set<String> known : List.of(Set.of("label"), Set.of("0", "0.1", "100"))) {
      ReadOptions options = ReadOptions.DEFAULTS.withHeader(Header.naming(known));
      try (DataSource source = DataSource.open(List.of(file.toString()), options);
          RecordCursor cursor = source.files().get(0).open(Optional.empty())) {
        assertThat(cursor.columns()).containsExactly("0", "0.1", "100", "label");
      }
    }
  }

  @Test
  void aKeyThatStandsTwiceAndANumberThatJsonLacksAreFaultsOfTheirLine() throws IOException {
    String lines =
        """
        {"a":1,"b":2,"c":"x"}
        {"a":1,"b":2,"c":"x","a":0}
        {"a":NaN,"b":2,"c":"x"}
        {"a":3,"b":2,"c":"x"}
        """;
    List<String> rows = read(write("d.jsonl", lines));
    assertThat(rows).hasSize(4);
    assertThat(rows.get(1)).isEqualTo("line 2: 'a': twice (expected: once)");
    assertThat(rows.get(2)).contains("'NaN'").contains("write null for a missing value");
    assertThat(rows.get(3)).isEqualTo("3.0|2.0|x");
  }

  @Test
  void aNamedPipeIsReadAsAStream() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    for (boolean spooled : new boolean[] {false, true}) {
      Thread writer =
          new Thread(
              () -> {
                try (OutputStream out = new FileOutputStream(pipe.toFile())) {
                  out.write("a,b,c\n1,2,x\n".getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      writer.start();
      StandardInput input =
          spooled
              ? StandardInput.spooled(InputStream.nullInputStream(), directory)
              : StandardInput.streamed(InputStream.nullInputStream());
      try (DataSource source =
              DataSource.open(List.of(pipe.toString()), ReadOptions.DEFAULTS, input);
          RecordCursor cursor = source.files().get(0).open(Optional.empty())) {
        assertThat(cursor.columns()).containsExactly("a", "b", "c");
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.text(2)).isEqualTo("x");
        assertThat(cursor.next()).isFalse();
      }
      writer.join();
    }
  }

  @Test
  void lineEndsOfAnyKindInQuotesEndNoRowAndHideNone() throws IOException {
    List<String> parts = List.of("x", "\r", "\n", "\r\n", ",", "\"\"", "1", "");
    for (long seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      // Some blocks of the reader end within a row.
      int rows = seed % 100 == 0 ? 30_000 : 6;
      StringBuilder csv = new StringBuilder("a,b,c\n");
      List<String> expected = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        StringBuilder note = new StringBuilder("x");
        for (int part = random.nextInt(5); part > 0; part--) {
          note.append(parts.get(random.nextInt(parts.size())));
        }
        csv.append(row % 10).append(random.nextBoolean() ? ",1,\"" : ",\"1\",\"").append(note);
        csv.append(random.nextInt(3) == 0 ? "\"\r\n" : "\"\n");
        String text = note.toString().replace("\"\"", "\"").strip();
        expected.add((row % 10) + ".0|1.0|" + text);
      }
      Path file = write("ends.csv", csv.toString());

      List<String> found = read(SCHEMA, ReadOptions.DEFAULTS, List.of(), file.toString());

      assertThat(found).as("seed %d: %s", seed, rows > 6 ? "" : csv).isEqualTo(expected);
    }
  }
}
