package io.latentry.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** JSON documents in any file system of Hadoop's, whole or not there. */
final class SmallFiles {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private SmallFiles() {}

  static FileSystem of(SparkSession spark, Path path) throws IOException {
    return path.getFileSystem(spark.sparkContext().hadoopConfiguration());
  }

  /** Writes it aside, and renames. */
  static void write(SparkSession spark, Path path, Object document) throws IOException {
    FileSystem files = of(spark, path);
    Path aside = new Path(path.getParent(), "_" + path.getName() + ".part");
    try (OutputStream out = files.create(aside, true)) {
      out.write(JSON.writeValueAsBytes(document));
    }
    if (files.exists(path) && !files.delete(path, false)) {
      throw new IOException(path + ": cannot be deleted");
    }
    if (!files.rename(aside, path)) {
      throw new IOException(path + ": cannot be written");
    }
  }

  static <T> T read(SparkSession spark, Path path, Class<T> type) throws IOException {
    try (InputStream in = of(spark, path).open(path)) {
      return JSON.readValue(in, type);
    }
  }
}
