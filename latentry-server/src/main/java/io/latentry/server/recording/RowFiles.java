package io.latentry.server.recording;

import io.latentry.core.monitoring.RecordedFields;
import io.latentry.ingest.write.MemoryTable;
import io.latentry.ingest.write.ParquetFiles;
import io.latentry.server.registry.RegistryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Recorded rows as Parquet: {@code MODEL/2026-01-31/13-v2-DIGEST-SOURCE.parquet} for an hour of a
 * version that is over, and {@code MODEL/2026-01-31/13/v2-DIGEST-SOURCE-N.parquet} for what was
 * written of one that goes on. Hours are those of writing, in UTC.
 *
 * <p>A file takes its name when it is whole. An hour that is over is put together into one file;
 * where that is there, what is left of the hour's parts is in it, so that a process that is killed
 * in between leaves nothing twice. {@link #write} may be called beside anything else, the other
 * methods wait for each other.
 */
final class RowFiles {
  private static final String SUFFIX = ".parquet";
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("yyyy-MM-dd/HH").withZone(ZoneOffset.UTC);
  private static final Pattern OF_DAY = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
  private static final Pattern OF_HOUR = Pattern.compile("\\d\\d");

  private final Path folder;
  private final String source = UUID.randomUUID().toString().substring(0, 8);
  private final ReentrantLock lock = new ReentrantLock();
  private String hour = "";
  private long parts;

  private RowFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens or makes the folder, and clears away what a process left half-written when it died.
   *
   * @throws RegistryException if it cannot be used
   */
  static RowFiles open(Path folder) {
    try {
      Files.createDirectories(folder);
      RowFiles files = new RowFiles(folder);
      files.sweep();
      return files;
    } catch (IOException e) {
      throw new RegistryException(
          "recording: " + folder + ": cannot be used (" + e + "); make it writable", e);
    }
  }

  private void sweep() throws IOException {
    List<Path> left;
    try (Stream<Path> below = Files.walk(folder)) {
      left =
          below
              .filter(path -> !path.equals(folder))
              .filter(path -> folder.relativize(path).toString().matches("(.*/)?\\.[^/]+(/.*)?"))
              .sorted(Comparator.reverseOrder())
              .toList();
    }
    for (Path path : left) {
      Files.delete(path);
    }
  }

  Path folder() {
    return folder;
  }

  /** A folder for any name of a model. */
  private Path of(String model) {
    String name = URLEncoder.encode(model, StandardCharsets.UTF_8).replace("*", "%2A");
    return folder.resolve(name.startsWith(".") ? "%2E" + name.substring(1) : name);
  }

  /**
   * Writes rows, all or none.
   *
   * @throws UncheckedIOException if they cannot be written
   */
  void write(String model, int version, String digest, Instant now, MemoryTable rows) {
    Path day = of(model).resolve(hourAt(now));
    try {
      Files.createDirectories(day);
    } catch (IOException e) {
      throw new UncheckedIOException(day + ": cannot be made: " + e, e);
    }
    Path file =
        day.resolve(
            "v%d-%s-%s-%06d%s".formatted(version, digest.substring(0, 8), source, parts++, SUFFIX));
    ParquetFiles.write(rows, file);
  }

  /** An hour that was put together takes no more rows, whatever the clock says. */
  private synchronized String hourAt(Instant now) {
    String next = HOUR.format(now);
    if (next.compareTo(hour) > 0) {
      hour = next;
    }
    return hour;
  }

  /**
   * Puts hours that are over together, and deletes what is older than {@code kept}, or the oldest
   * beyond {@code mostBytes}. It does nothing while another method is at work.
   *
   * @return bytes that are left
   */
  long tidy(Instant now, Duration kept, long mostBytes) {
    if (!lock.tryLock()) {
      return bytes();
    }
    try {
      String current = hourAt(now);
      String oldest = HOUR.format(now.minus(kept)).substring(0, 10);
      for (Path model : folders(folder)) {
        for (Path day : folders(model)) {
          if (day.getFileName().toString().compareTo(oldest) < 0 && isDay(day)) {
            deleteAll(day);
          } else {
            tidy(day, current);
          }
        }
        deleteIfEmpty(model);
      }
      return cut(mostBytes);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e, e);
    } finally {
      lock.unlock();
    }
  }

  private static boolean isDay(Path folder) {
    return OF_DAY.matcher(folder.getFileName().toString()).matches();
  }

  private static void tidy(Path day, String current) throws IOException {
    for (Path hour : folders(day)) {
      String name = day.getFileName() + "/" + hour.getFileName();
      if (name.compareTo(current) < 0 && OF_HOUR.matcher(hour.getFileName().toString()).matches()) {
        Map<String, List<Path>> byRun =
            parquet(hour)
                .collect(
                    Collectors.groupingBy(
                        part -> part.getFileName().toString().replaceAll("-\\d+\\.parquet$", ""),
                        TreeMap::new,
                        Collectors.toList()));
        for (Map.Entry<String, List<Path>> run : byRun.entrySet()) {
          Path whole = day.resolve(hour.getFileName() + "-" + run.getKey() + SUFFIX);
          if (!Files.exists(whole)) {
            long unused = ParquetFiles.merge(run.getValue(), whole, Optional.empty());
          }
          for (Path part : run.getValue()) {
            Files.delete(part);
          }
        }
        deleteIfEmpty(hour);
      }
    }
    deleteIfEmpty(day);
  }

  /** Deletes the oldest files beyond {@code most}; returns what is left. */
  private long cut(long most) throws IOException {
    List<Path> oldestFirst =
        all(folder).stream().sorted(Comparator.comparing(RowFiles::time)).toList();
    long left = 0;
    for (Path file : oldestFirst) {
      left += Files.size(file);
    }
    for (Path file : oldestFirst) {
      if (left <= most) {
        break;
      }
      left -= Files.size(file);
      Files.delete(file);
    }
    return left;
  }

  /** By which files are ordered: {@code 2026-01-31/13...}, of parts and of whole hours alike. */
  private static String time(Path file) {
    int names = file.getNameCount();
    String name = file.getFileName().toString();
    String above = file.getName(names - 2).toString();
    return OF_HOUR.matcher(above).matches()
        ? file.getName(names - 3) + "/" + above + "~" + name
        : above + "/" + name;
  }

  long bytes() {
    return all(folder).stream().mapToLong(file -> file.toFile().length()).sum();
  }

  /** What is there of a model, the latest day first. */
  List<RecordedDay> days(String model) {
    lock.lock();
    try {
      Map<String, Map<Integer, RecordedDay>> days = new TreeMap<>(Comparator.reverseOrder());
      for (Path file : all(of(model))) {
        String date = time(file).substring(0, 10);
        int version = version(file);
        days.computeIfAbsent(date, key -> new TreeMap<>())
            .merge(
                version,
                new RecordedDay(date, version, 1, file.toFile().length()),
                (a, b) ->
                    new RecordedDay(date, version, a.files() + b.files(), a.bytes() + b.bytes()));
      }
      return days.values().stream().flatMap(day -> day.values().stream()).toList();
    } finally {
      lock.unlock();
    }
  }

  private static int version(Path file) {
    String name = file.getFileName().toString();
    String from = name.substring(name.indexOf('v') + 1);
    return Integer.parseInt(from.substring(0, from.indexOf('-')));
  }

  /**
   * The rows of a model from a moment to before another, in one file that the caller deletes.
   *
   * @return empty if there are none
   * @throws io.latentry.core.data.DataException if versions recorded columns of the same name and
   *     different types
   */
  Optional<Path> export(String model, Instant from, Instant before) {
    lock.lock();
    try {
      List<Path> files = written(model, from, before);
      if (files.isEmpty()) {
        return Optional.empty();
      }
      Path target = folder.resolve(".export-" + UUID.randomUUID() + SUFFIX);
      long rows =
          ParquetFiles.merge(
              files,
              target,
              Optional.of(
                  new ParquetFiles.Between(RecordedFields.AT, from.toString(), before.toString())));
      if (rows == 0) {
        Files.delete(target);
        return Optional.empty();
      }
      return Optional.of(target);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e, e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Deletes the rows of a model in which a column has one of the values.
   *
   * @return how many that were
   */
  long delete(String model, String column, List<String> values) {
    lock.lock();
    try {
      return ParquetFiles.remove(all(of(model)), column, values);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The verdicts on rows of a model from a moment to before another in which a column has one of
   * the values, file by file as they were written.
   *
   * @param most of them
   */
  List<JudgedRow> find(
      String model, String column, List<String> values, Instant from, Instant before, int most) {
    lock.lock();
    try {
      ParquetFiles.Between only =
          new ParquetFiles.Between(RecordedFields.AT, from.toString(), before.toString());
      List<Path> files = written(model, from, before);
      return ParquetFiles.find(files, column, values, only, JudgedRow.FIELDS, most).stream()
          .map(row -> JudgedRow.of(version(row.file()), digest(row.file()), row.cells()))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** The files with rows of that time: hours are those of writing, some time after. */
  private List<Path> written(String model, Instant from, Instant before) {
    String first = LocalDate.ofInstant(from, ZoneOffset.UTC).toString();
    String last = LocalDate.ofInstant(before, ZoneOffset.UTC).plusDays(1).toString();
    return all(of(model)).stream()
        .filter(file -> time(file).substring(0, 10).compareTo(first) >= 0)
        .filter(file -> time(file).substring(0, 10).compareTo(last) <= 0)
        .sorted(Comparator.comparing(RowFiles::time))
        .toList();
  }

  /** The first eight digits of the artifact's. */
  private static String digest(Path file) {
    String name = file.getFileName().toString();
    String from = name.substring(name.indexOf('v') + 1);
    return from.substring(from.indexOf('-') + 1).substring(0, 8);
  }

  private static List<Path> all(Path folder) {
    try (Stream<Path> below = Files.walk(folder)) {
      return below.filter(RowFiles::isParquet).toList();
    } catch (NoSuchFileException nothing) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e, e);
    }
  }

  private static boolean isParquet(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(SUFFIX) && !name.startsWith(".");
  }

  private static Stream<Path> parquet(Path folder) throws IOException {
    try (Stream<Path> in = Files.list(folder)) {
      return in.filter(RowFiles::isParquet).sorted().toList().stream();
    }
  }

  private static List<Path> folders(Path folder) throws IOException {
    try (Stream<Path> in = Files.list(folder)) {
      return in.filter(Files::isDirectory)
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    List<Path> below;
    try (Stream<Path> paths = Files.walk(folder)) {
      below = new ArrayList<>(paths.toList());
    }
    below.sort(Comparator.reverseOrder());
    for (Path path : below) {
      Files.delete(path);
    }
  }

  private static void deleteIfEmpty(Path folder) throws IOException {
    try (Stream<Path> in = Files.list(folder)) {
      if (in.findAny().isPresent()) {
        return;
      }
    }
    boolean unused = Files.deleteIfExists(folder);
  }
}
