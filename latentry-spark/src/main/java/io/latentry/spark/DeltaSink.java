package io.latentry.spark;

import io.latentry.spark.ScoreCommand.WriteMode;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;

/** A Delta table, whose own log makes a write whole or none. */
final class DeltaSink {
  private DeltaSink() {}

  /**
   * @param transaction {@code txnAppId} and {@code txnVersion}, of which Delta takes each pair once
   */
  static void write(
      Dataset<Row> judged,
      String target,
      WriteMode mode,
      List<String> partitionBy,
      Map<String, String> transaction) {
    SaveMode save =
        switch (mode) {
          case ERROR -> SaveMode.ErrorIfExists;
          case OVERWRITE -> SaveMode.Overwrite;
          case APPEND -> SaveMode.Append;
        };
    judged
        .write()
        .format("delta")
        .mode(save)
        .options(transaction)
        .partitionBy(partitionBy.toArray(String[]::new))
        .save(target);
  }
}
