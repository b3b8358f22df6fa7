package io.latentry.ingest.read;

import io.latentry.core.data.DataException;
import io.latentry.core.data.Schema;
import io.latentry.core.fault.FaultWords;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A table in one or more files that agree in their columns: CSV, TSV, Parquet or JSON lines, text
 * plain or gzipped. The formats are told by suffix and content, delimiters by the first lines.
 *
 * <p>Each pass ({@link io.latentry.ingest.table.Profiler#profile}, {@link
 * io.latentry.ingest.table.TableLoader#load}, {@link #rows}) reads the files anew; a stream that is
 * not spooled allows one pass. Closing deletes what was spooled.
 */
public final class DataSource implements AutoCloseable {
  private final List<SourceFile> files;
  private final ReadOptions options;
  private final List<Path> spooled;

  private DataSource(List<SourceFile> files, ReadOptions options, List<Path> spooled) {
    this.files = List.copyOf(files);
    this.options = options;
    this.spooled = List.copyOf(spooled);
  }

  /** As below, without standard input. */
  public static DataSource open(List<String> patterns, ReadOptions options) {
    return open(patterns, options, StandardInput.streamed(InputStream.nullInputStream()));
  }

  /**
   * @param patterns files, globs (read in the order of their names), or {@code -} for {@code
   *     standardInput}
   * @throws DataException if there is no such file, a file is no table, or the files differ in
   *     their columns
   */
  public static DataSource open(
      List<String> patterns, ReadOptions options, StandardInput standardInput) {
    List<SourceFile> files = new ArrayList<>();
    List<Path> spooled = new ArrayList<>();
    try {
      for (String pattern : patterns) {
        if (pattern.equals("-")) {
          files.add(ofStandardInput(standardInput, options, spooled));
        } else {
          for (Path path : expand(pattern)) {
            files.add(
                isPipe(path)
                    ? ofPipe(path, standardInput.spoolInto(), options, spooled)
                    : SourceFile.of(path, path.toString(), options));
          }
        }
      }
      if (files.isEmpty()) {
        throw new DataException("data: none (expected: at least one file)");
      }
      requireSameColumns(files);
      return new DataSource(files, options, spooled);
    } catch (IOException failed) {
      deleteAll(spooled);
      throw new DataException(
          "%s: cannot be read (expected: a readable file)".formatted(reason(failed)), failed);
    } catch (RuntimeException refused) {
      deleteAll(spooled);
      throw refused;
    }
  }

  /**
   * A table in a stream that is read once, as it comes, plain or gzipped. Where it comes slowly,
   * the lines that are there first say what the delimiter is: no row waits for many others.
   *
   * @param name what messages call it
   * @throws DataException if the stream does not begin like such a table
   */
  public static DataSource open(
      InputStream stream, String name, TextFormat format, ReadOptions options) {
    try {
      return new DataSource(
          List.of(SourceFile.of(stream, name, format.suffix(), options)), options, List.of());
    } catch (IOException failed) {
      throw new DataException(
          "%s: cannot be read: %s (expected: a whole table)".formatted(name, reason(failed)),
          failed);
    }
  }

  private static SourceFile ofStandardInput(
      StandardInput standardInput, ReadOptions options, List<Path> spooled) throws IOException {
    return ofStream(
        standardInput.stream(), "standard input", standardInput.spoolInto(), options, spooled);
  }

  /** A named pipe, or what a shell gives for {@code <(command)}: as standard input is read. */
  private static SourceFile ofPipe(
      Path path, Optional<Path> spoolInto, ReadOptions options, List<Path> spooled)
      throws IOException {
    // A stream of Files would ask the pipe for its position.
    InputStream stream = new FileInputStream(path.toFile());
    return ofStream(stream, path.toString(), spoolInto, options, spooled);
  }

  private static boolean isPipe(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).isOther();
  }

  private static SourceFile ofStream(
      InputStream stream,
      String name,
      Optional<Path> spoolInto,
      ReadOptions options,
      List<Path> spooled)
      throws IOException {
    if (spoolInto.isEmpty()) {
      return SourceFile.of(stream, name, "", options);
    }
    Path spool = Files.createTempFile(spoolInto.get(), "latentry-input-", ".tmp");
    spooled.add(spool);
    Files.copy(stream, spool, StandardCopyOption.REPLACE_EXISTING);
    return SourceFile.of(spool, name, options);
  }

  /**
   * A file, or the files that a glob matches, by name.
   *
   * @throws DataException if there are none
   */
  public static List<Path> expand(String pattern) throws IOException {
    if (isFile(pattern)) {
      return List.of(Path.of(pattern));
    }
    int wild = firstWildcard(pattern);
    if (wild < 0) {
      if (isDirectory(pattern)) {
        throw new DataException(
            "%s: a directory (expected: a file); give a glob such as '%s/*.csv'"
                .formatted(pattern, pattern));
      }
      throw new DataException(
          pattern + ": no such file (expected: a readable file, a glob, or - for standard input)");
    }
    int slash = pattern.lastIndexOf('/', wild);
    Path root = rootOf(pattern);
    if (!Files.isDirectory(root)) {
      throw new DataException(
          "%s: no file (directory '%s' does not exist)".formatted(pattern, root));
    }
    String below = pattern.substring(slash + 1);
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + below);
    int depth =
        below.contains("**")
            ? Integer.MAX_VALUE
            : (int) below.chars().filter(c -> c == '/').count() + 1;
    try (Stream<Path> walk = Files.walk(root, depth)) {
      List<Path> found =
          walk.filter(Files::isRegularFile)
              .filter(path -> matcher.matches(root.relativize(path)))
              .sorted()
              .toList();
      if (found.isEmpty()) {
        throw new DataException(pattern + ": no file matches (expected: at least one)");
      }
      return found;
    }
  }

  /** The folder that a glob's wildcards are below. */
  public static Path rootOf(String pattern) {
    int slash = pattern.lastIndexOf('/', firstWildcard(pattern));
    return Path.of(slash < 0 ? "" : pattern.substring(0, slash + 1));
  }

  /**
   * Whether {@code file} is one of those that {@code patterns} name: what is read must not be
   * written over.
   *
   * @throws DataException if a pattern names no file
   */
  public static boolean reads(List<String> patterns, Path file) {
    try {
      for (String pattern : patterns) {
        for (Path path : pattern.equals("-") ? List.<Path>of() : expand(pattern)) {
          if (Files.exists(file) && Files.isSameFile(path, file)) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException failed) {
      throw new DataException(
          "%s: cannot be read (expected: a readable file)".formatted(reason(failed)), failed);
    }
  }

  private static int firstWildcard(String pattern) {
    for (int i = 0; i < pattern.length(); i++) {
      if ("*?[{".indexOf(pattern.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isFile(String name) {
    try {
      Path path = Path.of(name);
      return Files.exists(path) && !Files.isDirectory(path);
    } catch (InvalidPathException aGlobPerhaps) {
      return false;
    }
  }

  private static boolean isDirectory(String name) {
    try {
      return Files.isDirectory(Path.of(name));
    } catch (InvalidPathException noPath) {
      return false;
    }
  }

  /** JSON lines are exempt: a key that a line lacks is a missing value. */
  private static void requireSameColumns(List<SourceFile> files) throws IOException {
    String first = "";
    Set<String> expected = new HashSet<>();
    for (SourceFile file : files) {
      if (files.size() == 1 || file.format() == SourceFile.Format.JSON_LINES || file.size() < 0) {
        continue;
      }
      Set<String> names;
      try (RecordCursor cursor = file.open(Optional.empty())) {
        names = new HashSet<>(cursor.columns());
      }
      if (first.isEmpty()) {
        first = file.name();
        expected = names;
      } else if (!names.equals(expected)) {
        Set<String> lacking = new HashSet<>(expected);
        lacking.removeAll(names);
        names.removeAll(expected);
        throw new DataException(
            "%s: columns differ from %s: lacks %s, adds %s (expected: the same columns in all files)"
                .formatted(
                    file.name(), first, ColumnNames.listed(lacking), ColumnNames.listed(names)));
      }
    }
  }

  /** The files' names, for messages and provenance. */
  public List<String> names() {
    return files.stream().map(SourceFile::name).toList();
  }

  /**
   * The columns as the first file begins with them; none of a stream.
   *
   * @throws DataException if it cannot be read
   */
  public List<String> columnNames() {
    try {
      return files.get(0).columnNames();
    } catch (IOException failed) {
      throw files.get(0).unreadable(failed);
    }
  }

  /** A short name for the whole: the file, or the first of several. */
  public String name() {
    return files.get(0).name() + (files.size() == 1 ? "" : " and " + (files.size() - 1) + " more");
  }

  /** Bytes of all files as stored; -1 if a stream is among them. */
  public long totalBytes() {
    return files.stream().anyMatch(f -> f.size() < 0)
        ? -1
        : files.stream().mapToLong(SourceFile::size).sum();
  }

  /**
   * Streams rows for {@code schema}, in order, none left out: a row that cannot be read comes with
   * its fault. Columns are found by name.
   *
   * @param keep columns to carry over
   * @throws DataException at once if columns are missing, unless the options say otherwise
   */
  public RowReader rows(Schema schema, List<String> keep, int batchSize, ReadListener listener) {
    return new RowReader(this, schema, keep, batchSize, listener);
  }

  /**
   * The types, in SQL, that the files themselves give columns; a column has none where one of the
   * files gives it none, or another one.
   */
  public Map<String, String> storedTypes(List<String> columns) {
    if (columns.isEmpty()
        || files.stream().anyMatch(f -> f.format() != SourceFile.Format.PARQUET)) {
      return Map.of();
    }
    Map<String, String> types = new HashMap<>();
    Set<String> differing = new HashSet<>();
    for (SourceFile file : files) {
      try (RecordCursor cursor = file.open(Optional.of(columns))) {
        for (String name : columns) {
          int index = cursor.columns().indexOf(name);
          String type = index < 0 ? "" : cursor.storedType(index).orElse("");
          String before = types.putIfAbsent(name, type);
          if (type.isEmpty() || (before != null && !before.equals(type))) {
            differing.add(name);
          }
        }
      } catch (IOException failed) {
        throw file.unreadable(failed);
      }
    }
    types.keySet().removeAll(differing);
    return types;
  }

  /**
   * Where {@code row}, counted from 0, stands, such as {@code data.csv line 17}; for messages,
   * since it reads up to there.
   */
  public String placeOf(long row) {
    long before = row;
    for (SourceFile file : files) {
      try (RecordCursor cursor = file.open(Optional.empty())) {
        while (cursor.next()) {
          if (before-- == 0) {
            return file.name() + " " + cursor.where();
          }
        }
      } catch (IOException failed) {
        throw file.unreadable(failed);
      }
    }
    throw new IllegalArgumentException("row: " + row + " (expected: a row of " + name() + ")");
  }

  public List<SourceFile> files() {
    return files;
  }

  public ReadOptions options() {
    return options;
  }

  /** {@code line 17}, with the file's name in front where there are several. */
  public String place(SourceFile file, RecordCursor cursor) {
    return files.size() == 1 ? cursor.where() : file.name() + " " + cursor.where();
  }

  public static String reason(IOException failed) {
    if (failed instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason();
    }
    if (failed instanceof AccessDeniedException denied) {
      return "no permission: " + denied.getFile();
    }
    return FaultWords.of(failed);
  }

  private static void deleteAll(List<Path> paths) {
    for (Path path : paths) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException leftBehind) {
        path.toFile().deleteOnExit();
      }
    }
  }

  @Override
  public void close() {
    deleteAll(spooled);
  }
}
