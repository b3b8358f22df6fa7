package io.latentry.ingest.read;

import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** One file, or a stream that can be opened once, with what its first bytes say about it. */
public final class SourceFile {
  private static final int HEAD = 1 << 16;
  private static final int WHOLE_HEAD = Integer.MAX_VALUE;
  private static final String JSON_SUFFIX = TextFormat.JSON_LINES.suffix();

  enum Format {
    DELIMITED,
    JSON_LINES,
    PARQUET
  }

  private final String name;
  private final Optional<Path> path;
  private final ReadOptions options;
  private final long size;
  private Format format = Format.DELIMITED;
  private Charset charset = StandardCharsets.UTF_8;
  private char delimiter = ',';
  private @Nullable Stream waiting;

  /** A text stream past its byte order mark, with the counter of the bytes that come in below. */
  private record Stream(InputStream text, CountingInput counter) {}

  /** The first bytes, and whether they are all. */
  private record Head(byte[] bytes, boolean whole) {}

  /** Unpacks what has come. */
  private static final class Unzipped extends GZIPInputStream {
    Unzipped(InputStream packed) throws IOException {
      super(packed, HEAD);
    }

    /** 0 where more has to come first: a buffer would wait for that with what it has. */
    @Override
    public int available() throws IOException {
      return inf.getRemaining() > 0 || in.available() > 0 ? super.available() : 0;
    }
  }

  private SourceFile(String name, Optional<Path> path, long size, ReadOptions options) {
    this.name = name;
    this.path = path;
    this.size = size;
    this.options = options;
  }

  static SourceFile of(Path path, String name, ReadOptions options) throws IOException {
    SourceFile file = new SourceFile(name, Optional.of(path), Files.size(path), options);
    try (InputStream input = Files.newInputStream(path)) {
      file.look(input, path.getFileName().toString().toLowerCase(Locale.ROOT), WHOLE_HEAD);
    }
    file.waiting = null;
    return file;
  }

  /**
   * A stream that is read once, as it comes.
   *
   * @param suffix as that of a file; empty: the content alone says what it is, and is waited for
   */
  static SourceFile of(InputStream stream, String name, String suffix, ReadOptions options)
      throws IOException {
    SourceFile file = new SourceFile(name, Optional.empty(), -1, options);
    // A row, and the header above it: with less nothing could be done yet.
    int enough = suffix.isEmpty() ? WHOLE_HEAD : suffix.equals(JSON_SUFFIX) ? 1 : 2;
    file.look(stream, suffix, enough);
    if (file.format == Format.PARQUET) {
      throw new DataException(
          name + ": Parquet (expected: text when read as a stream); give the file's name instead");
    }
    return file;
  }

  /** What to say of a file that could not be read to its end. */
  public DataException unreadable(IOException failed) {
    return new DataException(
        "%s: cannot be read to its end: %s (expected: a whole, readable file)"
            .formatted(name(), DataSource.reason(failed)),
        failed);
  }

  public String name() {
    return name;
  }

  /** What divides the fields of a CSV file; empty for other files. */
  public Optional<Character> delimiter() {
    return format == Format.DELIMITED ? Optional.of(delimiter) : Optional.empty();
  }

  Format format() {
    return format;
  }

  /** Stored bytes; -1 for a stream. */
  public long size() {
    return size;
  }

  /**
   * @param wanted the columns that will be read; empty: all
   */
  public RecordCursor open(Optional<List<String>> wanted) throws IOException {
    return open(wanted, Set.of());
  }

  /**
   * @param wanted the columns that will be read; empty: all
   * @param stored those of which {@link RecordCursor#stored} will be asked
   */
  RecordCursor open(Optional<List<String>> wanted, Set<String> stored) throws IOException {
    if (format == Format.PARQUET) {
      return new ParquetCursor(path.orElseThrow(), name, size, options.cells(), wanted, stored);
    }
    Stream stream = waiting;
    waiting = null;
    if (stream == null) {
      Path of =
          path.orElseThrow(
              () ->
                  new IllegalStateException(
                      name + ": read twice (expected: once; spool the stream to read it again)"));
      stream = unpacked(Files.newInputStream(of));
      skipByteOrderMark(stream.text);
    }
    DecodingReader reader = new DecodingReader(stream.text, charset, format == Format.DELIMITED);
    try {
      return format == Format.JSON_LINES
          ? new JsonLinesCursor(name, reader, stream.counter, options.cells(), wanted)
          : new CsvCursor(name, reader, stream.counter, delimiter, options);
    } catch (RuntimeException refused) {
      reader.close();
      throw refused;
    }
  }

  /** The columns, for messages; none if the file is a stream under way. */
  List<String> columnNames() throws IOException {
    if (path.isEmpty()) {
      return List.of();
    }
    try (RecordCursor cursor = open(Optional.empty())) {
      return List.copyOf(cursor.columns());
    }
  }

  private Stream unpacked(InputStream input) throws IOException {
    CountingInput counter = new CountingInput(input);
    InputStream buffered = new BufferedInputStream(counter, HEAD);
    buffered.mark(2);
    int first = buffered.read();
    int second = buffered.read();
    buffered.reset();
    boolean gzipped = first == 0x1F && second == 0x8B;
    InputStream plain = gzipped ? new Unzipped(buffered) : buffered;
    return new Stream(new BufferedInputStream(plain, HEAD), counter);
  }

  /**
   * @param enough lines to make do with when no more has come yet
   */
  private void look(InputStream input, String fileName, int enough) throws IOException {
    Stream stream;
    Head first;
    try {
      stream = unpacked(input);
      first = head(stream.text, enough);
    } catch (IOException broken) {
      throw new DataException(
          "%s: cannot be unpacked: %s (expected: a whole gzip file)"
              .formatted(name, FaultWords.of(broken)),
          broken);
    }
    byte[] head = first.bytes;
    if (startsWith(head, 'P', 'A', 'R', '1')) {
      format = Format.PARQUET;
      return;
    }
    refuseForeign(head);
    int mark = readByteOrderMark(head);
    String text = new String(head, mark, head.length - mark, charset).stripLeading();
    boolean json =
        fileName.matches(".*\\.(jsonl|ndjson|json)(\\.gz)?")
            || (text.startsWith("{") && !fileName.matches(".*\\.(csv|tsv|txt)(\\.gz)?"));
    if (json) {
      format = Format.JSON_LINES;
      if (text.startsWith("[")) {
        throw new DataException(
            name
                + ": a JSON array (expected: JSON lines, one object per line); convert it, for example with `jq -c '.[]'`");
      }
    } else {
      char preferred = fileName.matches(".*\\.(tsv|tab)(\\.gz)?") ? '\t' : ',';
      delimiter =
          options.delimiter().orElseGet(() -> Delimiters.sniff(text, first.whole, preferred));
    }
    waiting =
        new Stream(
            new SequenceInputStream(
                new ByteArrayInputStream(head, mark, head.length - mark), stream.text),
            stream.counter);
  }

  private static Head head(InputStream text, int enough) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    byte[] part = new byte[HEAD];
    int lines = 0;
    while (head.size() < HEAD) {
      if (lines >= enough && text.available() == 0) {
        return new Head(head.toByteArray(), false);
      }
      int read = text.read(part, 0, HEAD - head.size());
      if (read < 0) {
        return new Head(head.toByteArray(), true);
      }
      head.write(part, 0, read);
      for (int i = 0; i < read; i++) {
        lines += part[i] == '\n' ? 1 : 0;
      }
    }
    return new Head(head.toByteArray(), false);
  }

  /** Names what some other well-known files are, instead of calling them broken text. */
  private void refuseForeign(byte[] head) {
    String what =
        startsWith(head, 'P', 'K', 3, 4)
            ? "a zip archive or spreadsheet"
            : startsWith(head, '%', 'P', 'D', 'F')
                ? "a PDF"
                : startsWith(head, 0x28, 0xB5, 0x2F, 0xFD) ? "compressed with zstd" : "";
    if (!what.isEmpty()) {
      throw new DataException(
          "%s: %s (expected: CSV, TSV, Parquet or JSON lines, plain or .gz); convert it first"
              .formatted(name, what));
    }
  }

  private static boolean startsWith(byte[] head, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if (head.length <= i || (head[i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** Settles the encoding; the length of the mark. */
  private int readByteOrderMark(byte[] head) {
    if (startsWith(head, 0xEF, 0xBB, 0xBF)) {
      charset = StandardCharsets.UTF_8;
      return 3;
    }
    if (startsWith(head, 0xFE, 0xFF)) {
      charset = StandardCharsets.UTF_16BE;
      return 2;
    }
    if (startsWith(head, 0xFF, 0xFE)) {
      charset = StandardCharsets.UTF_16LE;
      return 2;
    }
    charset = options.encoding();
    return 0;
  }

  private void skipByteOrderMark(InputStream text) throws IOException {
    text.mark(4);
    int mark = readByteOrderMark(text.readNBytes(4));
    text.reset();
    text.skipNBytes(mark);
  }
}
