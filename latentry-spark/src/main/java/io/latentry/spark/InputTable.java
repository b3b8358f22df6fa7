package io.latentry.spark;

import io.latentry.core.artifact.Reading;
import io.latentry.core.data.DataException;
import io.latentry.spark.ScoreCommand.TableFormat;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A table of files as a fit of the model read it: of CSV every cell is a text, which the model
 * reads by its own rules, and what no reader makes a row of is kept as such, to be unscorable.
 */
final class InputTable {
  private final SparkSession spark;
  private final String path;
  private final TableFormat format;
  private final Reading reading;
  private final Map<String, String> options;

  InputTable(
      SparkSession spark,
      String path,
      TableFormat format,
      Reading reading,
      Map<String, String> options) {
    this.spark = spark;
    this.path = path;
    this.format = format;
    this.reading = reading;
    this.options = options;
  }

  /** Every row. */
  Dataset<Row> all() {
    return read(List.of(path), reader());
  }

  /** The rows of these of its files, with the columns of their partitions. */
  Dataset<Row> of(List<String> files) throws IOException {
    DataFrameReader reader = reader();
    Path root = new Path(path);
    if (!isPattern(path) && SmallFiles.of(spark, root).getFileStatus(root).isDirectory()) {
      reader = reader.option("basePath", path);
    }
    // Names may have the characters of patterns.
    return read(
        files.stream().map(f -> f.replaceAll("([\\\\{}\\[\\]*?])", "\\\\$1")).toList(), reader);
  }

  /** Its files, by path. */
  List<FileLedger.InputFile> files() throws IOException {
    List<FileLedger.InputFile> files = new ArrayList<>();
    for (String name : reader().format("binaryFile").load(path).inputFiles()) {
      Path file = new Path(URI.create(name));
      FileSystem system = file.getFileSystem(spark.sparkContext().hadoopConfiguration());
      FileStatus status = system.getFileStatus(file);
      files.add(
          new FileLedger.InputFile(file.toString(), status.getLen(), status.getModificationTime()));
    }
    if (files.isEmpty()) {
      throw new DataException(path + ": no file (expected: at least one)");
    }
    return files;
  }

  private static boolean isPattern(String path) {
    return path.matches(".*[{}\\[\\]*?].*");
  }

  private DataFrameReader reader() {
    return spark.read().options(options);
  }

  private Dataset<Row> read(List<String> paths, DataFrameReader reader) {
    String[] loaded = paths.toArray(String[]::new);
    if (format != TableFormat.CSV) {
      return reader.format(format.spark()).load(loaded);
    }
    // As RFC 4180 has it, and each file's header is checked, since its columns may be in an order
    // of
    // their own.
    DataFrameReader csv =
        reader
            .format("csv")
            .option("header", !reading.noHeader())
            .option("enforceSchema", reading.noHeader())
            .option("escape", "\"")
            .option("delimiter", String.valueOf(reading.delimiter().orElse(',')))
            .option("encoding", reading.encoding().orElse("UTF-8"))
            .options(options);
    StructType found = csv.load(loaded).schema();
    String corrupt = spark.conf().get("spark.sql.columnNameOfCorruptRecord");
    if (reading.noHeader()) {
      String[] names =
          IntStream.range(0, found.size())
              .mapToObj(
                  i ->
                      found.fieldNames()[i].equals("_c" + i)
                          ? "c" + (i + 1)
                          : found.fieldNames()[i])
              .toArray(String[]::new);
      return csv.schema(withCorrupt(found, corrupt)).load(loaded).toDF(append(names, corrupt));
    }
    return csv.schema(withCorrupt(found, corrupt)).load(loaded);
  }

  private static StructType withCorrupt(StructType found, String corrupt) {
    return List.of(found.fieldNames()).contains(corrupt)
        ? found
        : found.add(corrupt, DataTypes.StringType);
  }

  private static String[] append(String[] names, String corrupt) {
    List<String> all = new ArrayList<>(List.of(names));
    if (!all.contains(corrupt)) {
      all.add(corrupt);
    }
    return all.toArray(String[]::new);
  }
}
