package io.latentry.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.core.artifact.Digest;
import io.latentry.core.data.DataException;
import io.latentry.spark.Main.WrongUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a table were judged, as a folder: {@code state.json} says whose it is, {@code
 * runs/N.json} what each run took. Of a Delta table {@code versions} has how far it was read, by
 * which runs have their numbers, and none their files.
 *
 * <p>A run passes three points. {@code pending.json}: it knows its files, and whoever comes after a
 * failure takes the very same. {@code staged.json}: its rows are all written, aside or in a
 * transaction that is taken once. {@code runs/N.json}, by renaming {@code staged.json}: its rows
 * are where they belong. Each step can be done again.
 */
final class FileLedger {
  private final SparkSession spark;
  private final FileSystem files;
  private final Path pending;
  private final Path staged;
  private final Path runs;
  private final Path checkpoint;
  private final Identity identity;

  /** A file as it was when it was judged. */
  record InputFile(String path, long length, long modified) {}

  /**
   * What a run judges.
   *
   * @param id the number, and a digest of the model and the files
   * @param summary once it is staged; null before
   */
  record Run(
      long number, String id, String model, List<InputFile> files, @Nullable JsonNode summary) {}

  /**
   * @param id of this state, by which transactions are told apart
   */
  record Identity(String id, String out) {}

  FileLedger(SparkSession spark, Path folder, String out) throws IOException {
    this.spark = spark;
    this.files = SmallFiles.of(spark, folder);
    this.pending = new Path(folder, "pending.json");
    this.staged = new Path(folder, "staged.json");
    this.runs = new Path(folder, "runs");
    this.checkpoint = new Path(folder, "versions");
    Path own = new Path(folder, "state.json");
    if (!files.mkdirs(runs)) {
      throw new IOException(runs + ": cannot be made");
    }
    if (!files.exists(own)) {
      SmallFiles.write(spark, own, new Identity(UUID.randomUUID().toString(), out));
    }
    this.identity = SmallFiles.read(spark, own, Identity.class);
    if (!identity.out().equals(out)) {
      throw new WrongUsage(
          "--incremental: %s is of --out %s (expected: of %s); another OUT needs a state of its own"
              .formatted(folder, identity.out(), out));
    }
  }

  String identity() {
    return identity.id();
  }

  /** Where Spark notes how far a Delta table was read. */
  Path checkpoint() {
    return checkpoint;
  }

  /**
   * @param versions whether what is judged are versions of a Delta table rather than files
   * @throws WrongUsage if the runs before were of the other
   */
  void requireOf(boolean versions) throws IOException {
    boolean begun = files.listStatus(runs).length > 0 || files.exists(pending);
    if (versions ? begun && !files.exists(checkpoint) : files.exists(checkpoint)) {
      throw new WrongUsage(
          "--incremental: %s is of %s (expected: the --format it began with); another needs a state of its own, and an OUT"
              .formatted(runs.getParent(), versions ? "files" : "a Delta table"));
    }
  }

  /** The run of that number, of versions of a Delta table. */
  Run versions(long number, String model) {
    return new Run(number, id(number, List.of(), identity.id()), model, List.of(), null);
  }

  boolean isCommitted(Run run) throws IOException {
    return files.exists(done(run));
  }

  private Path done(Run run) {
    return new Path(runs, "%06d.json".formatted(run.number()));
  }

  /** The run that was broken off after its rows were written. */
  Optional<Run> staged() throws IOException {
    return files.exists(staged)
        ? Optional.of(SmallFiles.read(spark, staged, Run.class))
        : Optional.empty();
  }

  /**
   * The run to do: the one that was broken off before its rows were written, else one of all files
   * that no run took; empty if there are none.
   *
   * @throws DataException if a file has changed since it was judged
   */
  Optional<Run> next(List<InputFile> now, String model) throws IOException {
    List<Run> before = committed();
    long last = before.stream().mapToLong(Run::number).max().orElse(0);
    if (files.exists(pending)) {
      Run broken = SmallFiles.read(spark, pending, Run.class);
      if (broken.number() > last) {
        // The very same files, since a transaction of that number may have been taken already.
        return Optional.of(new Run(broken.number(), broken.id(), model, broken.files(), null));
      }
    }
    Map<String, InputFile> judged = new HashMap<>();
    before.forEach(run -> run.files().forEach(file -> judged.put(file.path(), file)));
    List<InputFile> fresh = new ArrayList<>();
    for (InputFile file : now) {
      InputFile known = judged.get(file.path());
      if (known == null) {
        fresh.add(file);
      } else if (!known.equals(file)) {
        throw new DataException(
            "%s: has changed since it was judged (expected: files that stay as they are); give new rows a file of their own, or begin a new OUT with a new state"
                .formatted(file.path()));
      }
    }
    if (fresh.isEmpty()) {
      return Optional.empty();
    }
    fresh.sort(Comparator.comparing(InputFile::path));
    Run run = new Run(last + 1, id(last + 1, fresh, model), model, List.copyOf(fresh), null);
    SmallFiles.write(spark, pending, run);
    return Optional.of(run);
  }

  private List<Run> committed() throws IOException {
    List<Run> all = new ArrayList<>();
    for (FileStatus file : files.listStatus(runs)) {
      all.add(SmallFiles.read(spark, file.getPath(), Run.class));
    }
    return all;
  }

  private static String id(long number, List<InputFile> files, String of) {
    MessageDigest digest = Digest.sha256();
    digest.update(of.getBytes(StandardCharsets.UTF_8));
    files.forEach(file -> digest.update(file.toString().getBytes(StandardCharsets.UTF_8)));
    return "%06d-%s".formatted(number, HexFormat.of().formatHex(digest.digest(), 0, 4));
  }

  /** Notes that the rows of {@code run} are written. */
  void stage(Run run, Object summary) throws IOException {
    JsonNode told = new ObjectMapper().valueToTree(summary);
    SmallFiles.write(
        spark, staged, new Run(run.number(), run.id(), run.model(), run.files(), told));
  }

  /** Notes that the rows of the staged run are where they belong. */
  void commit() throws IOException {
    Run run = SmallFiles.read(spark, staged, Run.class);
    Path done = done(run);
    if (!files.rename(staged, done)) {
      throw new IOException(done + ": cannot be written");
    }
    if (files.exists(pending) && !files.delete(pending, false)) {
      throw new IOException(pending + ": cannot be deleted");
    }
  }
}
