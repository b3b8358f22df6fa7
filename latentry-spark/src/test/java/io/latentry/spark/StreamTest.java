package io.latentry.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that grows, as a stream of Spark's. */
final class StreamTest {
  @TempDir Path folder;

  @Test
  void aRowThatCameIsJudgedOnceHoweverOftenTheStreamBegins() throws Exception {
    add(0);
    follow();
    follow();
    add(1_000);
    follow();

    Dataset<Row> judged =
        LocalSpark.session().read().format("parquet").load(folder.resolve("out").toString());
    assertThat(judged.count()).isEqualTo(80);
    assertThat(judged.select("id").distinct().count()).isEqualTo(80);
    assertThat(judged.filter("verdict = 'anomaly'").count()).isPositive();
  }

  private void add(int from) {
    Tables.typed()
        .limit(40)
        .selectExpr("*", from + " + monotonically_increasing_id() AS id")
        .coalesce(1)
        .write()
        .mode("append")
        .parquet(folder.resolve("in").toString());
  }

  private void follow() throws Exception {
    Path in = folder.resolve("in");
    Dataset<Row> stream =
        LocalSpark.session()
            .readStream()
            .schema(LocalSpark.session().read().parquet(in.toString()).schema())
            .parquet(in.toString());
    StreamingQuery query =
        VaeDetectorModel.load(LocalSpark.session(), Golden.MODEL.toString())
            .transform(stream)
            .writeStream()
            .format("parquet")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start(folder.resolve("out").toString());
    query.awaitTermination();
  }
}
