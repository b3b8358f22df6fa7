package io.latentry.spark;

import org.apache.spark.sql.SparkSession;

/** Sessions on loopback alone, that know Delta. */
public final class LocalSpark {
  private LocalSpark() {}

  /** One for all tests of a JVM: starting it takes seconds. */
  private static final class Shared {
    static final SparkSession SESSION = usual("local[2]").getOrCreate();

    private Shared() {}
  }

  public static SparkSession session() {
    return Shared.SESSION;
  }

  /** What all sessions of tests have in common. */
  static SparkSession.Builder usual(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", "target/spark-warehouse")
        .config("spark.sql.session.timeZone", "America/New_York")
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config(
            "spark.sql.streaming.stateStore.providerClass",
            "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider")
        .config("spark.databricks.delta.snapshotPartitions", "1");
  }
}
