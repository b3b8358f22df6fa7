package io.latentry.spark;

import io.latentry.spark.Main.WrongUsage;
import io.latentry.spark.ScoreCommand.TableFormat;
import io.latentry.spark.ScoreCommand.WriteMode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * A folder of files. Rows are written to a folder aside first, and come to their place by renaming
 * once all of them are there: readers never see a file in part.
 */
final class FileSink {
  private final FileSystem files;
  private final Path target;
  private final TableFormat format;
  private final List<String> partitionBy;

  FileSink(SparkSession spark, Path target, TableFormat format, List<String> partitionBy)
      throws IOException {
    this.files = target.getFileSystem(spark.sparkContext().hadoopConfiguration());
    this.target = files.makeQualified(target);
    this.format = format;
    this.partitionBy = partitionBy;
    if (this.target.getParent() == null) {
      throw new WrongUsage(
          "--out: " + target + " (expected: a folder within another, where to write aside)");
    }
  }

  /**
   * @throws WrongUsage if there is something that is to stay
   */
  void requireUsable(WriteMode mode) throws IOException {
    if (mode == WriteMode.ERROR && files.exists(target)) {
      throw new WrongUsage(
          "--out: %s is there (expected: nothing there); --mode overwrite or append"
              .formatted(target));
    }
  }

  /** The folder aside of a run; readers of lakes pass over such names. */
  Path staging(String run) {
    return new Path(target.getParent(), "_latentry-" + target.getName() + "-" + run);
  }

  /** Writes rows aside. */
  void stage(Dataset<Row> judged, Path staged) {
    judged
        .write()
        .format(format.spark())
        .mode(SaveMode.Overwrite)
        .option("header", true)
        .option("escape", "\"")
        .partitionBy(partitionBy.toArray(String[]::new))
        .save(staged.toString());
  }

  /**
   * Adds rows to the target as a Delta table.
   *
   * @param transaction as {@link DeltaSink#write} takes it
   */
  void append(Dataset<Row> judged, Map<String, String> transaction) {
    DeltaSink.write(judged, target.toString(), WriteMode.APPEND, partitionBy, transaction);
  }

  /**
   * Brings staged rows to their place.
   *
   * @param run is part of the names of files that are added
   */
  void publish(Path staged, WriteMode mode, String run) throws IOException {
    requireUsable(mode);
    if (mode == WriteMode.APPEND) {
      adopt(staged, run);
      return;
    }
    Path old = new Path(staged.getParent(), staged.getName() + "-replaced");
    if (files.exists(target)) {
      delete(old);
      rename(target, old);
    }
    rename(staged, target);
    delete(old);
  }

  /**
   * Moves the staged files to the target; broken off, it can be done again, and moves the rest. A
   * name that is there is of the same run and the same file.
   */
  void adopt(Path staged, String run) throws IOException {
    if (files.exists(staged)) {
      adopt(staged, target, run);
      delete(staged);
    }
  }

  private void adopt(Path from, Path to, String run) throws IOException {
    for (FileStatus file : files.listStatus(from)) {
      String name = file.getPath().getName();
      if (file.isDirectory()) {
        adopt(file.getPath(), new Path(to, name), run);
      } else if (!name.startsWith("_") && !name.startsWith(".")) {
        Path own = new Path(to, run + "-" + name);
        if (!files.mkdirs(to)) {
          throw new IOException(to + ": cannot be made");
        }
        delete(own);
        rename(file.getPath(), own);
      }
    }
  }

  /** Deletes what is there, if anything is. */
  void delete(Path path) throws IOException {
    if (files.exists(path) && !files.delete(path, true)) {
      throw new IOException(path + ": cannot be deleted");
    }
  }

  private void rename(Path from, Path to) throws IOException {
    if (!files.rename(from, to)) {
      throw new IOException("%s: cannot be renamed to %s".formatted(from, to));
    }
  }
}
